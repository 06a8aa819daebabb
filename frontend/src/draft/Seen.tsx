import { useState } from 'react';
import { type Finding, guard, type Screened } from '../bridge';
import { useWords } from '../text';
import { Button, Icon, Progress, TextField } from '../ui';
import type { Look } from './screening';
import { findingText, keyOf, metadata, type Reasons, remarks, unreadOf } from './seen';

export interface Ways {
  reasons: Reasons;
  answer: (finding: string, reason: string) => void;
  leaveOut?: () => void;
  change: (make: () => Promise<Screened>) => void;
  redact?: (page: number) => void;
  drawn: number; // boxes that are not black yet
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
      return <Result screened={look.screened} ways={ways} />;
    default:
      return null;
  }
}

function Result({ screened, ways }: { screened: Screened; ways: Ways }) {
  const words = useWords();
  const { token, changes, large } = screened;
  const found = remarks(screened);
  const unread = unreadOf(words, screened);
  const gone = metadata(screened);
  const undoable = changes.some((c) => c !== 'stripped');
  return (
    <div className="seen">
      {found.length === 0 && unread.length === 0 && (
        <p className="seen-line go">
          <Icon name="check" size={18} />
          {words.t('seen.clean')}
        </p>
      )}
      {found.map((f) => (
        <Remark key={keyOf(token, f)} finding={f} screened={screened} ways={ways} />
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
      {ways.drawn > 0 && ways.redact && (
        <p className="seen-line amber">
          <Icon name="alert" size={18} />
          {words.t('seen.drawn', { count: ways.drawn })}
          <Button small disabled={ways.busy} onPress={() => ways.redact?.(1)}>
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
              onPress={() => ways.change(() => guard.change(token, 'shrink', []))}
            >
              {words.t('seen.shrink')}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

function Remark({ finding, screened, ways }: { finding: Finding; screened: Screened; ways: Ways }) {
  const words = useWords();
  const key = keyOf(screened.token, finding);
  const reason = ways.reasons[key] ?? '';
  const [open, setOpen] = useState(reason !== '');
  const text = findingText(words, finding);
  const open_ = ways.redact;
  const missing = ways.asked && finding.must && reason.trim() === '';
  const number = finding.kind === 'nir' || finding.kind === 'ins';
  return (
    <div className={finding.must ? 'seen-remark red' : 'seen-remark amber'}>
      <p className="seen-line">
        <Icon name="alert" size={18} />
        <strong>{text}</strong>
      </p>
      {(finding.kind === 'iban' || finding.kind === 'card') && (
        <p className="seen-quiet">{words.t(`guard.hint.${finding.kind}`)}</p>
      )}
      {finding.must && (
        <div className="seen-ways">
          {number && screened.maskable && (
            <Button
              small
              disabled={ways.busy}
              onPress={() => ways.change(() => guard.change(screened.token, 'mask', []))}
            >
              {words.t('seen.mask')}
            </Button>
          )}
          {finding.part !== 'name' && open_ && (
            <Button small disabled={ways.busy} onPress={() => open_(Math.max(1, finding.page))}>
              {words.t('seen.redact')}
            </Button>
          )}
          {ways.leaveOut && (
            <Button small disabled={ways.busy} onPress={ways.leaveOut}>
              {words.t('seen.leaveOut')}
            </Button>
          )}
          {!open && (
            <Button
              look="quiet"
              small
              disabled={ways.busy}
              onPress={() => setOpen(true)}
              aria-label={words.t('seen.falseAlarmOf', { what: text })}
            >
              {words.t('seen.falseAlarm')}
            </Button>
          )}
        </div>
      )}
      {finding.must && open && (
        <TextField
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
