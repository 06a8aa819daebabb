import type { Item } from '../bridge';
import { mayHaveArrived } from '../request/life';
import type { Key, Words } from '../text';
import { reasonOf, waits } from './waiting';

// What « Envoyer maintenant » has come to, told by what the outbox held before it
// and holds after it: what has arrived has left it, unless something was done with
// it later that waits.

// underWay tells whether there is nothing left to begin. How far acts are, the list
// does not say.
export function underWay(waiting: Item[]): boolean {
  return waiting.every((i) => i.status === 'sending');
}

// actsWait tells whether something waits of a request that the portal has.
export function actsWait(item: Pick<Item, 'status' | 'actsWaiting'>): boolean {
  return item.status === 'received' && item.actsWaiting > 0;
}

// actsLeft counts the acts that wait, of all requests.
export function actsLeft(items: Item[]): number {
  return items.filter(actsWait).reduce((sum, i) => sum + i.actsWaiting, 0);
}

// triedOf are those of which an attempt has ended since.
export function triedOf(before: Item[], now: Item[]): Item[] {
  return before.filter((b) => {
    const i = now.find((n) => n.id === b.id);
    return !i || !waits(i) || (i.status !== 'sending' && i.attempts > b.attempts);
  });
}

export interface Result {
  still: Item[]; // wait yet
  say: (words: Words) => string;
}

// resultOf is what there is to tell: nothing when all have arrived.
export function resultOf(before: Item[], now: Item[], connection: string, at: number): Result | undefined {
  const acts = actsLeft(now);
  const present = before.flatMap((b) => now.find((n) => n.id === b.id) ?? []);
  const still = present.filter(waits);
  const back = present.filter((i) => i.status === 'to-correct').length;
  if (still.length + back === 0) return acts > 0 ? actsOnly(acts, connection) : undefined;
  const arrived = present.length < before.length || present.some((i) => i.status === 'received');
  const tried = triedOf(before, still.concat(present));
  const last = newest(still.filter((i) => tried.some((t) => t.id === i.id)));
  const halted = halts[last?.status === 'needs-sign-in' ? 'signed-out' : connection];
  const say = (words: Words) => {
    if (halted && !arrived && back === 0) return words.t(halted);
    const parts: string[] = [];
    if (still.length > 0) {
      if (arrived || back > 0) parts.push(words.t('sendNow.rest', { count: still.length }));
      else parts.push(words.t(still.some(mayHaveArrived) ? 'sendNow.doubt' : 'sendNow.nothing'));
    }
    if (back > 0) parts.push(words.t('sendNow.back', { count: back }));
    if (halted) parts.push(words.t(halted));
    else if (still.length > 0) parts.push(...whyAndWhen(words, last, at));
    return parts.join(' ');
  };
  return { still, say };
}

// actsOnly is what there is to tell when only acts wait yet.
function actsOnly(count: number, connection: string): Result {
  const halted = halts[connection];
  return { still: [], say: (words) => words.t(halted ?? 'acts.still', { count }) };
}

// Where nothing is tried at all.
const halts: Record<string, Key> = { 'no-network': 'outbox.sendLater', 'signed-out': 'outbox.sendSignIn' };

const MINUTE = 60_000;

function whyAndWhen(words: Words, last: Item | undefined, at: number): string[] {
  if (!last) return [words.t('sendNow.alone')];
  const why: Key | undefined = reasonOf(last);
  const due = last.nextAttempt ? Date.parse(last.nextAttempt) : 0;
  const next =
    due > at + MINUTE
      ? words.t('sendNow.at', { time: words.time(last.nextAttempt) })
      : words.t('sendNow.soon');
  return why ? [words.t(why), next] : [next];
}

function newest(items: Item[]): Item | undefined {
  return [...items].sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))[0];
}
