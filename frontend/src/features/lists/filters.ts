import type { Catalogue, Person, Query } from '../../bridge';
import { dayOf, lastDayOf, moved, periods, priorities, states } from '../../request';
import type { Key, Words } from '../../text';
import type { FilterGroup } from '../../ui';

// What a list can be narrowed by, and how that is said.

type Change = (change: Partial<Query>) => void;

// stateName says a state in the words of its chip.
export function stateName(words: Words, state: string): string {
  const portal = `portal.${state}`;
  const mine = ['draft', 'to-correct', 'needs-sign-in', 'unknown', 'queued', 'sending', 'cancelled'];
  return words.t((mine.includes(state) ? `item.${state}` : portal) as Key);
}

export function priorityName(words: Words, priority: string): string {
  return words.coded('list.priority', priority, 'list.priority.normal');
}

export interface Known {
  words: Words;
  catalogue: Catalogue | undefined;
  person: Person | undefined;
}

// menusOf are the menus of filters, each with its groups.
export function menusOf(known: Known, q: Query, change: Change, chooseDates: () => void) {
  const { words, catalogue, person } = known;
  const several = <T extends keyof Query>(
    id: T,
    label: string,
    options: FilterGroup['options'],
  ): FilterGroup => ({
    id,
    label,
    options,
    values: q[id] as string[],
    run: (values) => change({ [id]: values }),
  });
  const state = several(
    'states',
    words.t('list.column.state'),
    states.map((s) => ({ value: s, label: stateName(words, s) })),
  );
  const priority = several(
    'priorities',
    words.t('list.column.priority'),
    priorities.map((p) => ({ value: p, label: priorityName(words, p) })),
  );
  const category = several('categories', words.t('list.column.category'), categoriesOf(known));
  const type = several(
    'types',
    words.t('list.column.type'),
    (catalogue?.types ?? []).map((t) => ({ value: t.key, label: words.label(t.label) })),
  );
  const practice = several(
    'practices',
    words.t('list.column.practice'),
    (person?.practices ?? []).map((p) => ({ value: p.id, label: p.name })),
  );
  const more = [type, whoseGroup(words, q, change), onlyGroup(words, q, change)];
  if (practice.options.length > 1) more.unshift(practice);
  return [
    { id: 'states', label: state.label, groups: [state] },
    { id: 'priorities', label: priority.label, groups: [priority] },
    { id: 'categories', label: category.label, groups: [category] },
    {
      id: 'period',
      label: words.t('list.period'),
      groups: [periodGroup(words, q, change, chooseDates)],
    },
    { id: 'more', label: words.t('list.more'), groups: more },
  ];
}

// categoriesOf are the categories of all types; one that stands in several of them
// is one.
export function categoriesOf({ words, catalogue }: Known): FilterGroup['options'] {
  const found = new Map<string, string>();
  for (const t of catalogue?.types ?? [])
    for (const c of t.categories) if (!found.has(c.key)) found.set(c.key, words.label(c.label));
  return [...found].map(([value, label]) => ({ value, label }));
}

function whoseGroup(words: Words, q: Query, change: Change): FilterGroup {
  return {
    id: 'whose',
    label: words.t('list.whose'),
    single: true,
    options: [
      { value: 'mine', label: words.t('list.whose.mine') },
      { value: 'others', label: words.t('list.whose.others') },
    ],
    values: q.whose ? [q.whose] : [],
    run: ([whose = '']) => change({ whose }),
  };
}

function onlyGroup(words: Words, q: Query, change: Change): FilterGroup {
  return {
    id: 'only',
    label: words.t('list.only'),
    options: [
      { value: 'watching', label: words.t('list.only.watching') },
      { value: 'unread', label: words.t('list.only.unread') },
    ],
    values: [...(q.watching ? ['watching'] : []), ...(q.unread ? ['unread'] : [])],
    run: (v) => change({ watching: v.includes('watching'), unread: v.includes('unread') }),
  };
}

const noPeriod = { period: '', since: '', until: '' };

function periodGroup(words: Words, q: Query, change: Change, chooseDates: () => void): FilterGroup {
  const present = q.period || (q.since || q.until ? 'dates' : '');
  return {
    id: 'period',
    label: words.t('list.period'),
    single: true,
    options: [...periods, 'dates'].map((value) => ({
      value,
      label: words.t(`list.period.${value}` as Key),
    })),
    values: present ? [present] : [],
    run: ([value]) => {
      if (value === 'dates' || (!value && present === 'dates')) chooseDates();
      else change({ ...noPeriod, period: value ?? '' });
    },
  };
}

export interface ActiveFilter {
  key: string;
  label: string;
  change: Partial<Query>; // without it
}

// activeOf are the filters that a query has, one for each value.
export function activeOf(known: Known, q: Query): ActiveFilter[] {
  const { words, catalogue, person } = known;
  const each = (
    field: 'states' | 'priorities' | 'practices' | 'types' | 'categories',
    name: string,
    say: (v: string) => string,
  ) =>
    q[field].map((v) => ({
      key: `${field} ${v}`,
      label: words.t('app.pair', { name, value: say(v) }),
      change: { [field]: q[field].filter((o) => o !== v) },
    }));
  const type = (key: string) => words.label(catalogue?.types.find((t) => t.key === key)?.label) || key;
  const category = (key: string) => categoriesOf(known).find((c) => c.value === key)?.label ?? key;
  const practice = (id: string) => person?.practices.find((p) => p.id === id)?.name ?? id;
  const out: ActiveFilter[] = [
    ...each('states', words.t('list.column.state'), (v) => stateName(words, v)),
    ...each('priorities', words.t('list.column.priority'), (v) => priorityName(words, v)),
    ...each('categories', words.t('list.column.category'), category),
    ...each('types', words.t('list.column.type'), type),
    ...each('practices', words.t('list.column.practice'), practice),
  ];
  if (q.whose) {
    const value = words.t(q.whose === 'mine' ? 'list.whose.mine' : 'list.whose.others');
    out.push({
      key: 'whose',
      label: words.t('app.pair', { name: words.t('list.whose'), value }),
      change: { whose: '' },
    });
  }
  if (q.watching)
    out.push({ key: 'watching', label: words.t('list.only.watching'), change: { watching: false } });
  if (q.unread) out.push({ key: 'unread', label: words.t('list.only.unread'), change: { unread: false } });
  if (q.answered)
    out.push({
      key: 'answered',
      label: words.t('list.answered', { day: words.day(q.answered) }),
      change: { answered: '' },
    });
  if (q.period || q.since || q.until)
    out.push({ key: 'period', label: periodText(words, q), change: noPeriod });
  return out;
}

function periodText(words: Words, q: Query): string {
  if (q.period)
    return words.t('app.pair', {
      name: words.t('list.period'),
      value: words.t(`list.period.${q.period}` as Key),
    });
  const from = q.since && words.day(q.since);
  // What ends with a day ends before the one after it.
  const to = q.until && words.day(lastDayOf(q.until) ? moved(new Date(q.until), -1).toISOString() : q.until);
  if (!to) return words.t('list.since', { day: from });
  if (!from) return words.t('list.until', { day: to });
  return from === to ? words.t('list.onDay', { day: to }) : words.t('list.between', { from, to });
}

// daysOf are the days of a query's period, both of them in it.
export function daysOf(q: Query): { from: string; to: string } {
  return { from: q.since && dayOf(q.since), to: q.until && lastDayOf(q.until) };
}
