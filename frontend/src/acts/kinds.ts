import type { Act, ActKind, Item } from '../bridge';

// What of a request's acts waits, came back or is written, and what can be done
// with the request after all of them.

const WAITING = ['queued', 'sending', 'unknown', 'needs-sign-in'];

export function actWaits(act: Pick<Act, 'status'>): boolean {
  return WAITING.includes(act.status);
}

// canTakeBack tells whether nothing of an act may have left.
export function canTakeBack(act: Pick<Act, 'status'>): boolean {
  return act.status === 'queued' || act.status === 'needs-sign-in';
}

// MOVES are the acts that change where a request is; what it is then.
const MOVES: Partial<Record<string, string>> = {
  withdraw: 'withdrawn',
  close: 'closed',
  reopen: 'in-progress',
};

// waitingMove is the last act that changes where the request is and has not left.
export function waitingMove(acts: Act[]): Act | undefined {
  return acts.filter((a) => actWaits(a) && a.kind in MOVES).at(-1);
}

export interface Offered {
  kind: ActKind;
  waits: boolean; // it was done, and has not left
}

const SHOWN: ActKind[] = ['close', 'reopen', 'watch', 'unwatch', 'withdraw', 'watchers'];

// offeredOf are the acts to show, without the reply. Whoever follows a request can
// only stop to, whatever the portal allows; one act that ends or reopens a request
// keeps the others of that sort from being done before it has left.
export function offeredOf(item: Pick<Item, 'watching'>, allowed: string[], acts: Act[]): Offered[] {
  const move = waitingMove(acts);
  const follows = acts.find((a) => actWaits(a) && (a.kind === 'watch' || a.kind === 'unwatch'));
  return SHOWN.flatMap((kind): Offered[] => {
    const waits = acts.some((a) => a.kind === kind && actWaits(a));
    if (waits) return [{ kind, waits }];
    if (!allowed.includes(kind)) return [];
    if (kind in MOVES && move) return [];
    if (kind === 'watch' && (item.watching || follows)) return [];
    if (kind === 'unwatch' && (!item.watching || follows)) return [];
    return [{ kind, waits: false }];
  });
}

// mayReply tells whether a reply would be taken, after what waits already.
export function mayReply(allowed: string[], acts: Act[]): boolean {
  const move = waitingMove(acts);
  if (!move) return allowed.includes('reply');
  return move.kind === 'reopen';
}
