import type { Item } from '../bridge';
import { mayHaveArrived } from '../request/life';
import type { Key, Words } from '../text';

// What is said of a request that has not arrived: why, and what happens next.

type Waiting = Pick<Item, 'status' | 'reason' | 'life' | 'attempts' | 'nextAttempt' | 'updatedAt'>;

const waiting = ['queued', 'sending', 'unknown', 'needs-sign-in'];

// waits tells whether a request is still on its way by itself.
export function waits(item: Pick<Item, 'status'>): boolean {
  return waiting.includes(item.status);
}

// inTurn puts requests in the order in which they were given to be sent: an
// attempt moves no row under somebody's hand.
export function inTurn<T extends Pick<Item, 'id' | 'life'>>(items: T[]): T[] {
  const key = (i: T) => `${i.life.saved} ${i.id}`;
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const away = ['offline', 'no-network', 'foreign'];

// pausedAt tells whether the portal has asked to wait with everything, for long
// enough to be told.
export function pausedAt(until: string, now: number): boolean {
  return until !== '' && Date.parse(until) > now + SOON;
}

// nextOf says what happens next to a request that waits; paused: the portal has
// asked to wait.
export function nextOf(item: Waiting, connection: string, paused = false): Key {
  if (item.status === 'sending') return 'next.sending';
  const signedOut = item.status === 'needs-sign-in' || connection === 'signed-out';
  if (mayHaveArrived(item)) {
    if (signedOut) return 'next.askSignIn';
    return away.includes(connection) ? 'next.askLater' : 'next.ask';
  }
  if (signedOut) return 'next.sign-in';
  switch (connection) {
    case 'no-network':
      return 'next.no-network';
    case 'foreign':
      return 'next.foreign';
  }
  if (item.reason === 'clock') return 'next.clock';
  if (connection === 'offline') return 'next.offline';
  if (item.reason === 'file-missing') return 'next.file';
  if (paused) return 'next.paused';
  return item.reason ? 'next.retry' : 'next.soon';
}

// Reasons that the sentence of what happens next says already.
const said = ['network', 'timeout', 'answer-cut', 'foreign', 'sign-in'];

// whyOf says why a request that waits has not left, as far as that is not said
// by what happens next.
export function whyOf(item: Waiting, connection: string): Key | undefined {
  const { status, reason } = item;
  if (!reason || status === 'sending' || status === 'needs-sign-in' || connection === 'signed-out') return;
  if (said.includes(reason) && (away.includes(connection) || mayHaveArrived(item))) return;
  return reasonOf(item);
}

// reasonOf is what kept the last attempt at a request that waits, if it is known
// what to say of it.
export function reasonOf({ reason }: Pick<Item, 'reason'>): Key | undefined {
  if (reason === 'file-missing') return 'why.file';
  const key = `reason.${reason}` as Key;
  return whys.includes(key) ? key : undefined;
}

const whys: Key[] = [
  'reason.network',
  'reason.timeout',
  'reason.portal-busy',
  'reason.portal-fault',
  'reason.foreign',
  'reason.answer-cut',
  'reason.clock',
  'reason.sign-in',
  'reason.stopped',
];

// remade are the reasons after which the portal takes nothing more under the
// same id: such a request is taken back rather than sent again.
const remade = ['gone', 'mismatch'];

// mend is how a request that came back is opened again.
export function mend(item: Pick<Item, 'status' | 'reason'>): 'correct' | 'edit' | undefined {
  if (item.status === 'to-correct') return remade.includes(item.reason) ? 'edit' : 'correct';
  return waits(item) ? 'edit' : undefined;
}

// refusalOf says why a request came back, and what to do about it. open: it is a
// draft again already, and under an id that the portal takes.
export function refusalOf(words: Words, reason: string, open = false): { why: string; remedy: string } {
  if (open && remade.includes(reason)) return { why: words.t('anew.why'), remedy: words.t('anew.remedy') };
  return {
    why: words.coded('reason', reason, 'reason.other'),
    remedy: words.coded('remedy', reason, 'remedy.other'),
  };
}

const SOON = 20_000; // ms before an attempt in which no time is worth telling

// triesOf tells how often it was tried and when it is tried next. That time
// means something only while the portal is there: a connection that comes back
// makes everything go at once.
export function triesOf(words: Words, item: Waiting, connection: string, now: number): string {
  if (item.attempts < (item.status === 'sending' ? 2 : 1)) return '';
  const parts = [words.t('outbox.attempts', { count: item.attempts })];
  const due = item.nextAttempt ? Date.parse(item.nextAttempt) : 0;
  const paused = item.status === 'queued' || item.status === 'unknown';
  if (paused && connection === 'online' && due > now + SOON)
    parts.push(words.t('outbox.nextAttempt', { time: words.time(item.nextAttempt) }));
  return parts.join(', ');
}

const MINUTE = 60_000;

// sinceOf tells when a request was saved for sending, and how long it has waited
// or when it came back.
export function sinceOf(words: Words, item: Waiting, now: number): string {
  const saved = words.t('item.savedAt', { when: words.when(item.life.saved, new Date(now)) });
  if (!waits(item)) {
    const when = words.when(item.updatedAt, new Date(now));
    return `${saved}, ${words.t('outbox.refusedAt', { when })}`;
  }
  const waited = now - Date.parse(item.life.saved);
  if (waited < MINUTE) return saved;
  return `${saved}, ${words.t('outbox.waitingFor', { span: words.span(waited / 1000) })}`;
}
