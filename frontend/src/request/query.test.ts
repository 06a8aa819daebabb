import { describe, expect, test } from 'vitest';
import type { Query } from '../bridge';
import { everything, isFiltered, placeOfQuery, queryAt } from './query';

process.env.TZ = 'Europe/Paris';

// back is a query after it was a place.
function back(query: Partial<Query>): Query {
  const [path = '', search = ''] = placeOfQuery(query).split('?');
  return queryAt(search, decodeURIComponent(path.replace(/^\/requests\/?/, '')));
}

describe('a list has its place', () => {
  test.each<[Partial<Query>, string]>([
    [{}, '/requests'],
    [{ text: '  ' }, '/requests'],
    [{ text: 'cœur / 50 %' }, '/requests/c%C5%93ur%20%2F%2050%20%25'],
    [{ states: ['waiting'] }, '/requests?state=waiting'],
    [{ states: ['draft', 'queued'], priorities: ['high'] }, '/requests?state=draft,queued&priority=high'],
    [{ unread: true }, '/requests?unread=1'],
    [{ period: 'week' }, '/requests?period=week'],
    [{ sort: 'updated' }, '/requests'],
    [{ sort: 'updated', up: true }, '/requests?sort=updated&up=1'],
    [{ sort: 'number' }, '/requests?sort=number'],
    [{ since: new Date(2026, 2, 29).toISOString() }, '/requests?since=2026-03-29'],
    [{ until: new Date(2026, 2, 30).toISOString() }, '/requests?until=2026-03-29'],
  ])('%j', (query, place) => {
    expect(placeOfQuery(query)).toBe(place);
  });

  test('and is found there again, with everything that it asks for', () => {
    const query: Query = {
      text: 'facture & co ?',
      states: ['draft', 'in-progress'],
      priorities: ['urgent', 'low'],
      practices: ['p 1', 'p&2'],
      types: ['administrative'],
      categories: ['invoice-dispute'],
      whose: 'others',
      watching: true,
      unread: true,
      answered: new Date(2026, 2, 27).toISOString(),
      period: 'month',
      since: new Date(2026, 2, 28).toISOString(),
      until: new Date(2026, 2, 30).toISOString(), // 71 hours later: the clocks change
      sort: 'subject',
      up: true,
    };
    expect(back(query)).toEqual(query);
    expect(back({})).toEqual(everything);
  });

  test('also between two moments of a day', () => {
    const since = new Date(2026, 2, 5, 9, 30).toISOString();
    expect(back({ since, until: since })).toMatchObject({ since, until: since });
  });
});

test('a place that this window does not know asks for what it does', () => {
  expect(queryAt('state=of-tomorrow,closed&whose=nobody&sort=colour&since=soon&period=century&x=1')).toEqual({
    ...everything,
    states: ['closed'],
  });
});

test('an order leaves nothing out, and everything else does', () => {
  expect(isFiltered({ ...everything, sort: 'number', up: true })).toBe(false);
  for (const q of [
    { text: 'x' },
    { states: ['draft'] },
    { unread: true },
    { whose: 'mine' },
    { period: 'today' },
  ])
    expect(isFiltered({ ...everything, ...q })).toBe(true);
});
