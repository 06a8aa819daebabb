import type { Item, Life } from '../bridge';
import type { Key } from '../text';

// The points of the life line: where a request is, at a glance.

export const points = ['written', 'saved', 'sent', 'received', 'taken', 'answered', 'closed'] as const;
export type Point = (typeof points)[number];

export interface LifeStep {
  point: Point;
  at: string; // empty when not reached, or when nobody knows
  state: 'reached' | 'underway' | 'stopped' | 'skipped' | 'open';
}

export interface LifeLine {
  steps: LifeStep[];
  present: number; // index of the one that is named
  name: Key;
}

type Alive = Pick<Item, 'draft' | 'status' | 'reason' | 'portalStatus' | 'life'>;

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

// isMissing tells whether the portal had a request and knows it no more.
export function isMissing(item: Pick<Item, 'status' | 'reason'>): boolean {
  return item.status === 'received' && item.reason === 'missing';
}

// lifeOf tells where a request is: which points it has reached, which one is
// under way and what that is called. A request may be closed that nobody has
// taken up or answered: it has passed those points by.
export function lifeOf(item: Alive): LifeLine {
  const { present, state, name } = whereIs(item);
  const passed = (point: Point) =>
    (point !== 'taken' && point !== 'answered') ||
    item.life.answered !== '' ||
    (point === 'taken' && item.life.taken !== '');
  return {
    present,
    name,
    steps: points.map((point, i) => ({
      point,
      at: i > present || (i === present && state === 'underway' && !item.draft) ? '' : item.life[point],
      state: i > present ? 'open' : i === present ? state : passed(point) ? 'reached' : 'skipped',
    })),
  };
}

// shortLifeOf is the life line in a list, where seven points would not be seen at
// a glance: whoever takes a request up has received it, and its end stands in the
// place of the answer.
export function shortLifeOf(item: Alive): LifeLine {
  const line = lifeOf(item);
  const at = points[line.present];
  const steps = line.steps.filter((s) => s.point !== 'taken' && s.point !== 'closed');
  if (at === 'taken') return { steps, present: 3, name: 'life.takenShort' };
  if (at !== 'closed') return { ...line, steps, present: Math.min(line.present, 4) };
  const end = line.steps.at(-1);
  return { steps: end ? [...steps.slice(0, 4), end] : steps, present: 4, name: line.name };
}

interface Where {
  present: number;
  state: LifeStep['state'];
  name: Key;
}

function whereIs(item: Alive): Where {
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
  return lastReached(item.portalStatus, item.life);
}

const ends: Record<string, Key> = {
  resolved: 'life.resolved',
  closed: 'life.closed',
  withdrawn: 'life.withdrawn',
};

// What the portal says of a request now goes before what it said once: one that
// was opened again is not closed.
function lastReached(status: string, life: Life): Where {
  const end = ends[status];
  if (end) return { present: 6, state: 'reached', name: end };
  if (life.answered) return { present: 5, state: 'reached', name: 'life.answered' };
  if (life.taken || status === 'in-progress') return { present: 4, state: 'reached', name: 'life.taken' };
  return { present: 3, state: 'reached', name: 'life.received' };
}
