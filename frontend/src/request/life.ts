import type { Item, Life } from '../bridge';
import type { Key } from '../text';

// The five points of the life line: where a request is, at a glance.

export const points = ['written', 'saved', 'sent', 'received', 'answered'] as const;
export type Point = (typeof points)[number];

export interface LifeStep {
  point: Point;
  at: string; // empty when not reached
  state: 'reached' | 'underway' | 'stopped' | 'open';
}

export interface LifeLine {
  steps: LifeStep[];
  present: number; // index of the one that is named
  name: Key;
}

// mayHaveArrived tells whether only the portal can say if it has the request:
// an attempt at it has begun.
export function mayHaveArrived(item: Pick<Item, 'status' | 'life'>): boolean {
  return item.status === 'sending' || item.status === 'unknown' || item.life.sent !== '';
}

// isEntrusted tells whether a request came back because only an administrator of
// the practice can send it.
export function isEntrusted(item: Pick<Item, 'status' | 'reason'>): boolean {
  return item.status === 'to-correct' && item.reason === 'forbidden';
}

// lifeOf tells where a request is: which points it has reached, which one is
// under way and what that is called.
export function lifeOf(item: Pick<Item, 'draft' | 'status' | 'reason' | 'life'>): LifeLine {
  const { present, state, name } = whereIs(item);
  return {
    present,
    name,
    steps: points.map((point, i) => ({
      point,
      at: i > present || (i === present && state === 'underway' && !item.draft) ? '' : item.life[point],
      state: i < present ? 'reached' : i === present ? state : 'open',
    })),
  };
}

interface Where {
  present: number;
  state: LifeStep['state'];
  name: Key;
}

function whereIs(item: Pick<Item, 'draft' | 'status' | 'reason' | 'life'>): Where {
  if (item.draft) return { present: 0, state: 'underway', name: 'life.writing' };
  switch (item.status) {
    case 'sending':
      return { present: 2, state: 'underway', name: 'life.sending' };
    case 'queued':
    case 'unknown':
    case 'needs-sign-in':
      return { present: 2, state: 'underway', name: mayHaveArrived(item) ? 'life.unknown' : 'life.queued' };
    case 'to-correct':
      return {
        present: 2,
        state: 'stopped',
        name: isEntrusted(item) ? 'life.toEntrust' : 'life.toCorrect',
      };
    case 'cancelled':
      return { present: 1, state: 'stopped', name: 'life.cancelled' };
  }
  return lastReached(item.life);
}

function lastReached(life: Life): Where {
  if (life.answered) return { present: 4, state: 'reached', name: 'life.answered' };
  return { present: 3, state: 'reached', name: 'life.received' };
}
