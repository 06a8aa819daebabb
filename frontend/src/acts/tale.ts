import { type Act, type Item, reads, useShared } from '../bridge';
import { useTale } from '../outbox';
import { useWords, type Words } from '../text';
import { actWaits } from './kinds';

// useHeld are the acts of which something keeps the sending, with all that wait
// behind them: what leaves in a moment needs no telling.
export function useHeld(acts: Act[]): Act[] {
  const { data: status } = useShared(reads.status);
  const waiting = acts.filter(actWaits);
  const away = status?.connection !== 'online' || status.asking > 0;
  const first = waiting.findIndex((a) => away || a.reason !== '' || a.status === 'unknown');
  return first < 0 ? [] : waiting.slice(first);
}

// useActTale says what happens next to an act that waits, and why it has not left.
export function useActTale(act: Act, item: Item, now: number): string {
  const words = useWords();
  const tale = useTale(itemOf(act, item), now);
  if (act.status === 'unknown') return words.t('acts.inDoubt');
  return [tale.next, tale.why].filter(Boolean).join(' ');
}

// An act waits as a request does.
function itemOf(act: Act, item: Item): Item {
  const life = { ...item.life, sent: '' };
  return { ...item, status: act.status, reason: act.reason, life, attempts: 0, nextAttempt: '' };
}

const KNOWN = ['not-now', 'forbidden', 'gone', 'missing', 'invalid', 'too-large', 'file-missing'];

// whyRefused says why the portal did not take an act, and what to do.
export function whyRefused(words: Words, act: Pick<Act, 'kind' | 'reason'>): string {
  const code = KNOWN.includes(act.reason) ? act.reason : 'other';
  if (act.kind === 'reply') return words.coded('acts.replyBack', code, 'acts.replyBack.other');
  return words.coded('acts.why', code, 'acts.why.other');
}
