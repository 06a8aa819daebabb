import type { Figure } from '../../bridge';
import { ON_PC, OPEN, sumOf } from '../../request';
import { placeOfQuery } from '../../request/query';
import type { Words } from '../../text';

// Slice is a part of a chart, and the list that it counts.
export interface Slice {
  key: string; // its colour and pattern go by it
  name: string;
  count: number;
  href: string;
}

const states: [string, string[]][] = [
  ['pc', ON_PC],
  ['received', ['received']],
  ['in-progress', ['in-progress']],
  ['waiting', ['waiting']],
  ['resolved', ['resolved']],
  ['closed', ['closed']],
  ['withdrawn', ['withdrawn']],
  ['cancelled', ['cancelled']],
];

// byState are all requests that this PC holds, without the drafts.
export function byState(words: Words, figures: Figure[]): Slice[] {
  return shown(
    states.map(([key, state]) => ({
      key,
      name: words.coded('dashboard.of', key, 'item.received'),
      count: sumOf(figures, state),
      href: placeOfQuery({ states: state }),
    })),
  );
}

const priorities = ['urgent', 'high', 'normal', 'low'];

// byPriority are the requests that are not closed; so says the list as well.
export function byPriority(words: Words, figures: Figure[]): Slice[] {
  return shown(
    priorities.map((key) => ({
      key,
      name: words.coded('request.priority', key, 'request.priority.normal'),
      count: sumOf(figures, [key]),
      href: placeOfQuery({ priorities: [key], states: OPEN }),
    })),
  );
}

function shown(slices: Slice[]): Slice[] {
  return slices.filter((s) => s.count > 0);
}
