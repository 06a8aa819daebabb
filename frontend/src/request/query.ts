import type { Query } from '../bridge';

// A list of drafts and requests has its place: what it asks for stands in it, so
// that other pages can lead to it.

// everything asks for nothing in particular, the last changed first.
export const everything: Query = {
  text: '',
  states: [],
  priorities: [],
  practices: [],
  types: [],
  categories: [],
  whose: '',
  watching: false,
  unread: false,
  answered: '',
  period: '',
  since: '',
  until: '',
  sort: '',
  up: false,
};

// states are those that a list can be asked for, in the order in which a request
// passes them.
export const states = [
  'draft',
  'to-correct',
  'needs-sign-in',
  'unknown',
  'queued',
  'sending',
  'received',
  'in-progress',
  'waiting',
  'resolved',
  'closed',
  'withdrawn',
  'cancelled',
] as const;

export const priorities = ['urgent', 'high', 'normal', 'low'] as const;

// periods end on the day on which they are asked for.
export const periods = ['today', 'week', 'month', 'year'] as const;

export const sorts = [
  'updated',
  'submitted',
  'number',
  'subject',
  'state',
  'priority',
  'practice',
  'category',
] as const;

// What has several values, by its name in a place.
const several = {
  state: 'states',
  priority: 'priorities',
  practice: 'practices',
  type: 'types',
  category: 'categories',
} as const;

// placeOfQuery is where a list stands that asks for this.
export function placeOfQuery(query: Partial<Query>): string {
  const q = { ...everything, ...query };
  const asked = new URLSearchParams();
  for (const [name, field] of Object.entries(several))
    if (q[field].length > 0) asked.set(name, q[field].join(','));
  if (q.whose) asked.set('whose', q.whose);
  if (q.watching) asked.set('watching', '1');
  if (q.unread) asked.set('unread', '1');
  if (q.answered) asked.set('answered', dayOf(q.answered) || q.answered);
  if (q.period) asked.set('period', q.period);
  if (q.since) asked.set('since', dayOf(q.since) || q.since);
  // The last day that is meant, instead of the one after it.
  if (q.until) asked.set('until', lastDayOf(q.until) || q.until);
  if (q.sort && (q.sort !== 'updated' || q.up)) asked.set('sort', q.sort);
  if (q.up) asked.set('up', '1');
  const text = q.text.trim() && `/${encodeURIComponent(q.text.trim())}`;
  const search = asked.toString().replaceAll('%2C', ',');
  return `/requests${text}${search && `?${search}`}`;
}

// queryAt reads it back; what it does not know it leaves out.
export function queryAt(search: string, text = ''): Query {
  const asked = new URLSearchParams(search);
  const list = (name: string) => [...new Set((asked.get(name) ?? '').split(',').filter(Boolean))];
  const of = <T extends string>(known: readonly T[], name: string) =>
    list(name).filter((v) => known.includes(v as T));
  return {
    text,
    states: of(states, 'state'),
    priorities: of(priorities, 'priority'),
    practices: list('practice'),
    types: list('type'),
    categories: list('category'),
    whose: of(['mine', 'others'], 'whose')[0] ?? '',
    watching: asked.get('watching') === '1',
    unread: asked.get('unread') === '1',
    answered: timeOf(asked.get('answered'), 0),
    period: of(periods, 'period')[0] ?? '',
    since: timeOf(asked.get('since'), 0),
    until: timeOf(asked.get('until'), 1),
    sort: of(sorts, 'sort')[0] ?? '',
    up: asked.get('up') === '1',
  };
}

// isFiltered tells whether a list leaves something out.
export function isFiltered(q: Query): boolean {
  return placeOfQuery({ ...q, sort: '', up: false }) !== '/requests';
}

// dayOf is the day that begins at that time, YYYY-MM-DD; empty if none does.
export function dayOf(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime()) || startOf(at).getTime() !== at.getTime()) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

// lastDayOf is the last whole day before that time.
export function lastDayOf(iso: string): string {
  return dayOf(iso) && dayOf(moved(new Date(iso), -1).toISOString());
}

// startOf is when the day of that time began here.
function startOf(at: Date): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate());
}

// moved is the start of a day so many days away, however long days are.
export function moved(at: Date, days: number): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days);
}

// timeOf reads a day, or a time, of a place; later is how many days after it.
export function timeOf(value: string | null, later: number): string {
  const [, y, m, d] = value?.match(/^(\d{4})-(\d\d)-(\d\d)$/) ?? [];
  const at = y ? new Date(Number(y), Number(m) - 1, Number(d) + later) : new Date(value ?? '');
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
