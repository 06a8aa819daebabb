import './keys.css';
import { lazy, Suspense, useState } from 'react';
import { type Keys, reads, useShared } from '../../bridge';
import { type Key, useWords } from '../../text';
import { Button, focusPage } from '../../ui';

const RecoveryCode = lazy(() => import('./RecoveryCode').then((m) => ({ default: m.RecoveryCode })));
const Plain = lazy(() => import('./Plain').then((m) => ({ default: m.Plain })));

type Line = 'code.line' | 'plain.none' | 'plain.silent';

// isPlain tells whether what is stored here is not sealed.
export function isPlain(keys: Keys): boolean {
  return keys.silent || !keys.sealed;
}

// lineOf is what there is to say of how texts are kept here, if anything.
function lineOf(keys: Keys): Line | undefined {
  if (isPlain(keys)) return keys.silent ? 'plain.silent' : 'plain.none';
  return keys.recovery ? undefined : 'code.line';
}

// KeysDialog tells why nothing is sealed here, or gives a recovery code.
export function KeysDialog({ plain, onClose }: { plain: boolean; onClose: () => void }) {
  return <Suspense>{plain ? <Plain onClose={onClose} /> : <RecoveryCode onClose={onClose} />}</Suspense>;
}

const asks: Record<Line, { about: Key; go: Key; later: Key }> = {
  'code.line': { about: 'code.title', go: 'code.note', later: 'code.later' },
  'plain.none': { about: 'plain.title', go: 'plain.more', later: 'plain.read' },
  'plain.silent': { about: 'plain.title', go: 'plain.more', later: 'plain.read' },
};

// What was put off or read until the next start, by person and line.
const over = new Set<string>();

// KeysLine is one line of the first page: that a recovery code is to be written
// down, or that nothing is sealed here.
export function KeysLine() {
  const { data: person } = useShared(reads.person);
  const who = person?.id ?? '';
  return <LineOf key={who} who={who} />;
}

function LineOf({ who }: { who: string }) {
  const words = useWords();
  const { data: keys } = useShared(reads.keys);
  const [open, setOpen] = useState<Line>();
  const [, setOver] = useState(over.size);
  const line = keys && lineOf(keys);
  const named = (l: Line) => `${who} ${l}`;
  const hide = (l: Line) => {
    over.add(named(l));
    setOver(over.size);
    focusPage();
  };
  const close = () => {
    setOpen(undefined);
    // With a code that is in use the line goes, and the button to go back to.
    requestAnimationFrame(() => {
      if (!document.querySelector('.keys-line')) focusPage();
    });
  };
  return (
    <>
      {line && !over.has(named(line)) && (
        <section className="keys-line first-line card" aria-label={words.t(asks[line].about)}>
          <p>{words.t(line)}</p>
          <div className="first-line-acts">
            <Button small onPress={() => setOpen(line)}>
              {words.t(asks[line].go)}
            </Button>
            <Button look="quiet" small onPress={() => hide(line)}>
              {words.t(asks[line].later)}
            </Button>
          </div>
        </section>
      )}
      {open && <KeysDialog plain={open !== 'code.line'} onClose={close} />}
    </>
  );
}
