import { useSyncExternalStore } from 'react';
import { codeOf, type Item, outbox, reads } from '../bridge';
import { useToast } from '../ui';
import { actsLeft, type Result, resultOf, triedOf } from './outcome';
import { waits } from './waiting';

const QUIET = 1000; // ms without an attempt after which none follows: the next ones are begun at once
const START = 10_000; // ms in which an attempt begins, if one does

let working = false;
const watchers = new Set<() => void>();

function setWorking(is: boolean): void {
  working = is;
  for (const w of [...watchers]) w();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

const listed = (): Item[] => reads.outbox.snapshot().data ?? [];
const connection = (): string => reads.status.snapshot().data?.connection ?? '';

// useWorking tells whether what « Envoyer maintenant » has begun is under way,
// wherever it was pressed.
export function useWorking(): boolean {
  return useSyncExternalStore(watch, () => working);
}

// useSendNow tries everything that waits at once, and tells when that is over
// and something waits yet.
export function useSendNow(): () => void {
  const toast = useToast();
  return () => {
    if (working) return;
    setWorking(true);
    void send()
      .then(
        (result) => result && toast(result.say, { about: 'send-now', lasts: true, ends: endsOf(result) }),
        (reason) =>
          toast((w) => w.error(codeOf(reason)), {
            about: 'send-now',
          }),
      )
      .finally(() => setWorking(false));
  };
}

async function send(): Promise<Result | undefined> {
  await reads.outbox.refresh();
  const before = listed().filter(waits);
  const acts = actsLeft(listed());
  await outbox.sendNow();
  // Without a network or a sign-in nothing is tried.
  if (connection() !== 'no-network' && connection() !== 'signed-out') await over(before, acts);
  return resultOf(before, listed(), connection(), Date.now());
}

// over waits until the attempts have ended: the outbox is read anew with each
// change of the queue.
function over(before: Item[], acts: number): Promise<void> {
  return new Promise((done) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (listed().some((i) => i.status === 'sending')) return;
      const tried = triedOf(before, listed()).length > 0 || actsLeft(listed()) < acts;
      timer = setTimeout(end, tried ? QUIET : START);
    };
    const stop = reads.outbox.subscribe(look);
    const end = () => {
      stop();
      done();
    };
    look();
  });
}

// endsOf tells when a result is over: the next attempt has begun, or something
// has left.
function endsOf({ still }: Result): ((end: () => void) => () => void) | undefined {
  if (still.length === 0) return;
  const moved = () =>
    still.some((s) => {
      const i = listed().find((n) => n.id === s.id);
      return !i || !waits(i) || i.status === 'sending' || i.attempts !== s.attempts;
    });
  return (end) => reads.outbox.subscribe(() => moved() && end());
}
