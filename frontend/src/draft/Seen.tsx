import { useState } from 'react';
import { type Finding, guard, type Screened } from '../bridge';
import { useWords } from '../text';
import { Button, Icon, Progress, TextField } from '../ui';
import type { Look } from './screening';
import { answered, findingText, keyOf, metadata, numbersOf, type Reasons, remarks, unreadOf } from './seen';

export interface Ways {
  reasons: Reasons;
  answer: (finding: string, reason: string) => void;
  leaveOut?: () => void;
  change: (make: () => Promise<Screened>, kept?: string[]) => void; // kept are findings whose reasons hold
  redact?: (page: number) => void;
  drawn: number[]; // the pages of boxes that are not black yet
  asked: boolean; // it was tried to confirm without an answer
  busy: boolean; // nothing can be done any more
}

// Seen is what the guard says of one file, and the ways on.
export function Seen({ look, ways }: { look: Look; ways: Ways }) {
  const words = useWords();
  switch (look.phase) {
    case 'waiting':
      return <p className="seen-quiet">{words.t('seen.waiting')}</p>;
    case 'sending':
      return (
        <Progress
          label={words.t('seen.sending')}
          done={look.done}
          total={look.total}
          text={words.size(look.done)}
        />
      );
    case 'reading':
    case 'recognising': {
      const text = look.total > 0 ? words.t('seen.progress', { done: look.done, total: look.total }) : '';
      return (
        <Progress
          label={words.t(look.phase === 'reading' ? 'seen.reading' : 'seen.recognising')}
          done={look.done}
          total={look.total}
          text={text}
        />
      );
    }
    case 'seen':
      return <Result screened={look.screened} most={look.most} ways={ways} />;
    default:
      return null;
  }
}

function Result({ screened, most, ways }: { screened: Screened; most?: boolean; ways: Ways }) {
  const words = useWords();
  const { token, changes, large } = screened;
  const found = remarks(screened);
  const unread = unreadOf(words, screened, most);
  const gone = metadata(screened);
  const undoable = changes.some((c) => c !== 'stripped');
  const several = found.filter((f) => f.must).length > 1; // what is done with the file stands above them
  return (
    <div className="seen">
      {found.length === 0 && unread.length === 0 && (
        <p className="seen-line go">
          <Icon name="check" size={18} />
          {words.t('seen.clean')}
        </p>
      )}
      {several && (
        <div className="seen-ways">
          <WholeWays screened={screened} ways={ways} />
        </div>
      )}
      {found.map((f) => (
        <Remark key={keyOf(token, f)} finding={f} screened={screened} ways={ways} alone={!several} />
      ))}
      {unread.map((u) => (
        <p key={u} className="seen-line amber">
          <Icon name="alert" size={18} />
          {u}
        </p>
      ))}
      {gone.length > 0 && (
        <p className={changes.includes('stripped') ? 'seen-line' : 'seen-line amber'}>
          <Icon name={changes.includes('stripped') ? 'check' : 'alert'} size={18} />
          {words.t(changes.includes('stripped') ? 'seen.stripped' : 'seen.notStripped', {
            what: words.list(gone.map((f) => findingText(words, f))),
          })}
        </p>
      )}
      {ways.drawn.length > 0 && ways.redact && (
        <p className="seen-line amber">
          <Icon name="alert" size={18} />
          {words.t('seen.drawn', { count: ways.drawn.length })}
          <Button small disabled={ways.busy} onPress={() => ways.redact?.(ways.drawn.at(-1) ?? 1)}>
            {words.t('seen.boxes')}
          </Button>
        </p>
      )}
      {(undoable || large) && (
        <p className="seen-line">
          {undoable && words.t('seen.changed', { size: words.size(screened.size) })}
          {undoable && (
            <Button
              look="quiet"
              small
              disabled={ways.busy}
              onPress={() => ways.change(() => guard.undo(token))}
            >
              {words.t('seen.undo')}
            </Button>
          )}
          {large && (
            <Button
              look="quiet"
              small
              disabled={ways.busy}
              onPress={() => ways.change(() => guard.change(token, 'shrink'))}
            >
              {words.t('seen.shrink')}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

// WholeWays are the ways on with all of a file: its numbers are masked at once, but for
// those that were answered for.
function WholeWays({ screened, ways }: { screened: Screened; ways: Ways }) {
  const words = useWords();
  const { token } = screened;
  const count = numbersOf(screened, ways.reasons).length;
  const spare = answered(screened, ways.reasons);
  const mask = () =>
    ways.change(
      () => guard.change(token, 'mask', [], spare),
      spare.map((f) => keyOf(token, f)),
    );
  return (
    <>
      {count > 0 && (
        <Button small disabled={ways.busy} onPress={mask}>
          {count > 1 ? words.t('seen.maskAll', { count }) : words.t('guard.mask')}
        </Button>
      )}
      {ways.leaveOut && (
        <Button small disabled={ways.busy} onPress={ways.leaveOut}>
          {words.t('seen.leaveOut')}
        </Button>
      )}
    </>
  );
}

// Remark is one finding; alone it has the ways on with its file beside it.
function Remark(props: { finding: Finding; screened: Screened; ways: Ways; alone: boolean }) {
  const { finding, screened, ways, alone } = props;
  const words = useWords();
  const key = keyOf(screened.token, finding);
  const reason = ways.reasons[key] ?? '';
  const [open, setOpen] = useState(reason !== '');
  const text = findingText(words, finding);
  const redact = ways.redact;
  const named = finding.part === 'name';
  const done = finding.must && reason.trim() !== '';
  const missing = ways.asked && finding.must && !done;
  const tone = done ? 'answered' : finding.must ? 'red' : 'amber';
  return (
    <div className={`seen-remark ${tone}${alone ? '' : ' packed'}`}>
      <p className="seen-line">
        <Icon name={done ? 'check' : 'alert'} size={18} />
        <strong>{text}</strong>
        {done && <span className="seen-quiet">{words.t('seen.answered')}</span>}
      </p>
      {(finding.kind === 'iban' || finding.kind === 'card') && (
        <p className="seen-quiet">{words.t(`guard.hint.${finding.kind}`)}</p>
      )}
      {finding.must && named && <p className="seen-quiet">{words.t('seen.rename')}</p>}
      {finding.must && (
        <div className="seen-ways">
          {!named && redact && (
            <Button small disabled={ways.busy} onPress={() => redact(Math.max(1, finding.page))}>
              {words.t('seen.redact')}
            </Button>
          )}
          {alone && <WholeWays screened={screened} ways={ways} />}
          {!open && (
            <Button
              look="quiet"
              small
              disabled={ways.busy}
              onPress={() => setOpen(true)}
              aria-label={words.t('seen.notOneOf', { what: text })}
            >
              {words.t('guard.notOne')}
            </Button>
          )}
        </div>
      )}
      {finding.must && open && (
        <TextField
          prose
          label={words.t('seen.why')}
          hint={words.t('seen.whyHint')}
          value={reason}
          onChange={(value) => ways.answer(key, value)}
          error={missing ? words.t('seen.whyMissing') : undefined}
          autoFocus
        />
      )}
      {missing && !open && <p className="field-error">{words.t('seen.decide')}</p>}
    </div>
  );
}
