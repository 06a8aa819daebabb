import { useEffect, useId, useRef, useState } from 'react';
import { useWords, type Words } from '../text';
import { Button, Icon, Status, useToast } from '../ui';
import { boxOf, showIn, writeIn } from './box';
import { type Found, isNew, masked, nearest, placeOf, type Span } from './findings';
import { NotOne } from './NotOne';
import type { TextGuard } from './useTextGuard';

interface Field {
  guard: TextGuard;
  field: string;
  id: string; // of the element that it is typed in
  read: () => string; // the text as it is now
  change: (text: string) => void;
}

// numbered are the kinds of which only the number is the matter: it can be masked.
const numbered = (f: Found) => f.kind !== 'medical';

// nameOf says what was found, and where if there are several lines.
function nameOf(words: Words, f: Found): string {
  const what = words.coded('guard.found', f.kind, 'guard.found.other', { tail: f.tail });
  return numbered(f) && f.text.includes('\n') ? words.t('guard.atLine', { what, line: f.line }) : what;
}

// TextFindings stands below a field and tells what was found in it, with the ways on.
// It keeps nobody from typing: what must not leave is refused when it is sent.
export function TextFindings(props: Field) {
  const { guard, field, id } = props;
  const [doubted, setDoubted] = useState<Found>();
  const back = useRef(false);
  const found = guard.found(field);
  const list = useRef<HTMLUListElement>(null);
  const masked = useRef<number>(undefined); // which of the lines was, a moment ago
  // The focus goes on to the next one that can be masked, or back to the text.
  useEffect(() => {
    if (masked.current === undefined) return;
    const left = list.current?.querySelectorAll<HTMLElement>('[data-masks]') ?? [];
    const next = left[Math.min(masked.current, left.length - 1)] ?? boxOf(id);
    masked.current = undefined;
    next?.focus();
  });
  const maskable = found.filter((f) => !f.answered && numbered(f));
  // The line that was pressed is another one now.
  useEffect(() => {
    if (doubted || !back.current) return;
    back.current = false;
    boxOf(id)?.focus();
  }, [doubted, id]);
  return (
    <>
      {found.length > 0 && (
        <ul className="guard-lines" ref={list}>
          {found.map((f) => (
            <Line
              key={`${f.kind} ${f.start}`}
              {...props}
              found={f}
              onDoubt={() => setDoubted(f)}
              onMasked={() => {
                masked.current = maskable.indexOf(f);
              }}
            />
          ))}
        </ul>
      )}
      <Voice found={found} />
      {doubted && (
        <NotOne
          kind={doubted.kind}
          answer={(reason) => guard.answer(doubted, reason)}
          onDone={() => {
            back.current = true;
            setDoubted(undefined);
          }}
          onClose={() => setDoubted(undefined)}
        />
      )}
    </>
  );
}

function Line(props: Field & { found: Found; onDoubt: () => void; onMasked: () => void }) {
  const { found: f, onDoubt, onMasked, ...field } = props;
  const words = useWords();
  const name = useId();
  const mask = useMask(field);
  const see = () => {
    const box = boxOf(field.id);
    const place = placeOf(f, box?.value ?? '');
    if (box && place) showIn(box, place);
  };
  if (f.answered)
    return (
      <li className="guard-line answered">
        <Icon name="check" />
        <span className="guard-text">
          {words.coded('guard.answered', f.kind, 'guard.answered.other', { tail: f.tail })}
        </span>
      </li>
    );
  return (
    <li className="guard-line">
      <Icon name="alert" />
      <span className="guard-text" id={name}>
        <span className="guard-name">{nameOf(words, f)}</span>
        {(f.kind === 'iban' || f.kind === 'card') && (
          <span className="guard-hint">{words.t(`guard.hint.${f.kind}`)}</span>
        )}
      </span>
      <span className="guard-acts">
        <Button look="quiet" small aria-describedby={name} onPress={see}>
          {words.t('guard.see')}
        </Button>
        {numbered(f) && (
          <Button
            look="quiet"
            small
            data-masks
            aria-describedby={name}
            onPress={() => {
              onMasked();
              mask(f);
            }}
          >
            {words.t('guard.mask')}
          </Button>
        )}
        {f.must && (
          <Button look="quiet" small aria-describedby={name} onPress={onDoubt}>
            {words.t('guard.notOne')}
          </Button>
        )}
      </span>
    </li>
  );
}

// useMask masks a number in its text, and offers to bring it back.
function useMask({ id, read, change }: Field): (f: Found) => void {
  const toast = useToast();
  const write = (place: Span, by: string) => {
    const text = read();
    const box = boxOf(id);
    if (box?.value === text && writeIn(box, place, by)) return;
    change(text.slice(0, place.start) + by + text.slice(place.end));
  };
  return (f) => {
    const place = placeOf(f, read());
    if (!place) return; // it is gone: the next answer says so
    const number = read().slice(place.start, place.end);
    const hidden = masked(number, f.kind);
    write(place, hidden);
    toast((w) => w.t('guard.masked'), {
      undo: () => {
        const now = nearest(read(), hidden, place.start);
        if (!now) return 'never';
        write(now, number);
        return 'done';
      },
    });
  };
}

// Voice tells each finding once to whoever does not see the page.
function Voice({ found }: { found: Found[] }) {
  const words = useWords();
  const told = useRef<Found[]>([]);
  const [say, setSay] = useState('');
  useEffect(() => {
    const before = told.current;
    told.current = found;
    const fresh = found.filter((f) => !f.answered && isNew(f, before));
    if (fresh.length > 0) setSay(fresh.map((f) => nameOf(words, f)).join(' ; '));
    else if (found.length === 0) setSay('');
  }, [found, words]);
  return <Status className="sr">{say}</Status>;
}
