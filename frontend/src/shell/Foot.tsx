import { useLocation } from 'wouter';
import { reads, type Status, useShared } from '../bridge';
import { flushAll, useSaveStatus } from '../draft';
import { useReconnect } from '../outbox/Reconnect';
import { SendNow } from '../outbox/SendNow';
import { useWorking } from '../outbox/useSendNow';
import { useWords, type Words } from '../text';
import { Button } from '../ui';

// Foot is the strip at the bottom: the connection, what waits, the last
// sending, and the quiet promise that what was typed is saved.
export function Foot() {
  const words = useWords();
  const working = useWorking();
  const [place] = useLocation();
  const { data: status } = useShared(reads.status);
  const reconnect = useReconnect();
  const sends = status && status.connection !== 'signed-out' && status.waiting > 0 && place !== '/outbox';
  return (
    <footer className="foot">
      {status && (
        <>
          <span className="foot-state" role="status">
            <span className={`foot-dot ${status.connection}`} aria-hidden="true" />
            {reconnect.count > 0 ? (
              <span>{words.t('status.reconnect', { count: reconnect.count })}</span>
            ) : (
              <>
                <span>{connection(words, status)}</span>
                <span>{queue(words, working ? { ...status, sending: true } : status)}</span>
              </>
            )}
          </span>
          {reconnect.count > 0 && (
            <Button look="quiet" small onPress={reconnect.go}>
              {words.t('person.signInAgain')}
            </Button>
          )}
          {status.lastSent && (
            <span className="foot-last">
              {words.t('status.lastSent', { when: words.when(status.lastSent) })}
            </span>
          )}
          {sends && <SendNow underWay={status.sending} quiet />}
        </>
      )}
      <SavedAt />
      <p className="foot-clock" role="status">
        {status && clock(words, status.clockAhead)}
      </p>
    </footer>
  );
}

// connection says how the portal can be reached. A time of another day would be
// taken for one of today.
export function connection(words: Words, s: Status, now = new Date()): string {
  if (s.connection === 'offline' && s.since) {
    const since = new Date(s.since);
    if (since.toDateString() === now.toDateString())
      return words.t('status.offlineSince', { time: words.time(s.since) });
    return words.t('status.offlineFor', { span: words.span((now.getTime() - since.getTime()) / 1000) });
  }
  return words.coded('status', s.connection, 'status.unknown');
}

// clock says by how much this PC's clock is wrong.
function clock(words: Words, ahead: number): string {
  if (!ahead) return '';
  return words.t(ahead > 0 ? 'clock.ahead' : 'clock.behind', { span: words.span(Math.abs(ahead)) });
}

// queue says what waits, without a word of how it ends: what may have arrived
// is asked for first, and does not leave.
export function queue(words: Words, s: Status): string {
  if (s.sending) return words.t('status.sending');
  if (s.connection === 'no-network' && s.waiting > 0)
    return words.t('status.waitsForNetwork', { count: s.waiting });
  const offline = s.connection === 'offline' || s.connection === 'foreign';
  if (offline && s.waiting > 0) return words.t('status.waitsForLine', { count: s.waiting });
  if (s.waiting === 0 && s.toCorrect > 0) return words.t('status.toCorrect', { count: s.toCorrect });
  return words.t('status.waiting', { count: s.waiting });
}

function SavedAt() {
  const words = useWords();
  const save = useSaveStatus();
  if (save.state === 'none') return null;
  if (save.state === 'failed') {
    return (
      <span className="foot-saved failed" role="status">
        {words.t('status.notSaved')}
        <Button look="quiet" small onPress={() => void flushAll()}>
          {words.t('status.retry')}
        </Button>
      </span>
    );
  }
  return (
    <span className="foot-saved">
      {save.state === 'saving'
        ? words.t('status.saving')
        : words.t('status.saved', { time: words.time(save.savedAt) })}
    </span>
  );
}
