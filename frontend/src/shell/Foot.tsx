import { lazy, Suspense, useState } from 'react';
import { useLocation } from 'wouter';
import { reads, type Status, useShared } from '../bridge';
import { flushAll, useSaveStatus } from '../draft';
import { useReconnect } from '../outbox/Reconnect';
import { SendNow } from '../outbox/SendNow';
import { useWorking } from '../outbox/useSendNow';
import { useWords, type Words } from '../text';
import { Button, Status as Said } from '../ui';
import { othersOf } from '../who';

const ProxyAsk = lazy(() => import('../features/line/ProxyAsk').then((m) => ({ default: m.ProxyAsk })));

// Foot is the strip at the bottom: the connection, what waits, the last
// sending, and the quiet promise that what was typed is saved.
export function Foot() {
  const words = useWords();
  const working = useWorking();
  const [place] = useLocation();
  const { data: status } = useShared(reads.status);
  const { data: people } = useShared(reads.people);
  const { data: person } = useShared(reads.person);
  const others = othersOf(people, person).some((k) => k.waiting > 0);
  const reconnect = useReconnect();
  const [asking, setAsking] = useState(false); // for what the proxy wants
  const sends = status && status.connection !== 'signed-out' && status.waiting > 0 && place !== '/outbox';
  return (
    <footer className="foot" data-tour="foot">
      {status && (
        <>
          <span className="foot-state">
            <span className={`foot-dot ${status.connection}`} aria-hidden="true" />
            <Said inline>
              {reconnect.count > 0
                ? words.t('status.reconnect', { count: reconnect.count })
                : connection(words, status)}
            </Said>
            <Said inline>
              {reconnect.count === 0 && queue(words, working ? { ...status, sending: true } : status, others)}
            </Said>
          </span>
          {reconnect.count > 0 && (
            <Button look="quiet" small onPress={reconnect.go}>
              {words.t('person.signInAgain')}
            </Button>
          )}
          {status.reason === 'proxy-auth' && status.connection !== 'online' && (
            <Button look="quiet" small onPress={() => setAsking(true)}>
              {words.t('proxy.open')}
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
      <Suspense>{asking && <ProxyAsk onClose={() => setAsking(false)} />}</Suspense>
      <Said className="foot-clock">{status && clock(words, status.clockAhead)}</Said>
    </footer>
  );
}

// connection says how the portal can be reached. A time of another day would be
// taken for one of today.
export function connection(words: Words, s: Status, now = new Date()): string {
  // What stands in the way says more than since when, and without the proxy's word nobody
  // can sign in either.
  const away = s.connection === 'offline' || s.connection === 'foreign';
  if (s.reason && (away || (s.connection === 'signed-out' && s.reason === 'proxy-auth')))
    return words.coded('line', s.reason, 'status.offline');
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
// is asked for first, and does not leave. others: something of other people waits here.
export function queue(words: Words, s: Status, others = false): string {
  if (s.sending) return words.t('status.sending');
  if (s.connection === 'no-network' && s.waiting > 0)
    return words.t('status.waitsForNetwork', { count: s.waiting });
  const offline = s.connection === 'offline' || s.connection === 'foreign';
  if (offline && s.waiting > 0) return words.t('status.waitsForLine', { count: s.waiting });
  if (s.waiting === 0 && s.toCorrect > 0) return words.t('status.toCorrect', { count: s.toCorrect });
  if (s.waiting === 0 && others) return words.t('status.noneOfYours');
  return words.t('status.waiting', { count: s.waiting });
}

function SavedAt() {
  const words = useWords();
  const save = useSaveStatus();
  if (save.state === 'none') return null;
  const failed = save.state === 'failed';
  return (
    <span className={failed ? 'foot-saved failed' : 'foot-saved'}>
      <Said inline>{failed && words.t('status.notSaved')}</Said>
      {failed && (
        <Button look="quiet" small onPress={() => void flushAll()}>
          {words.t('status.retry')}
        </Button>
      )}
      {save.state === 'saving' && words.t('status.saving')}
      {save.state === 'saved' && words.t('status.saved', { time: words.time(save.savedAt) })}
    </span>
  );
}
