import type { Item } from '../bridge';
import { mayHaveArrived } from '../request/life';
import type { Key, Words } from '../text';
import { reasonOf, waits } from './waiting';

// What « Envoyer maintenant » has come to, told by what the list said before it
// and says after it.

// underWay tells whether there is nothing left to begin.
export function underWay(waiting: Item[]): boolean {
  return waiting.every((i) => i.status === 'sending');
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
  const present = before.flatMap((b) => now.find((n) => n.id === b.id) ?? []);
  const still = present.filter(waits);
  const back = present.filter((i) => i.status === 'to-correct').length;
  if (still.length + back === 0) return;
  const arrived = present.some((i) => i.status === 'received');
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
