import { describe, expect, test, vi } from 'vitest';
import { CallError, type Item, type Page } from '../../bridge';
import { Pages, SIZE } from './pages';

// The program, which answers when the test says so.
interface Call {
  offset: number;
  answer: (page: Partial<Page>) => Promise<void>;
  fail: (code: string) => Promise<void>;
}

// A few turns of the queue of what is to be done.
const settle = async () => {
  for (let i = 0; i < 8; i++) await Promise.resolve();
};

function program() {
  const finds: Call[] = [];
  const totals: ((n: number) => Promise<void>)[] = [];
  const pages = new Pages({
    find: (offset) =>
      new Promise<Page>((done, fail) => {
        finds.push({
          offset,
          answer: (page) => {
            done({ items: [], more: false, read: 0, of: 0, ...page });
            return settle();
          },
          fail: (code) => {
            fail(new CallError(code));
            return settle();
          },
        });
      }),
    total: () =>
      new Promise((done) => {
        totals.push((n) => {
          done(n);
          return settle();
        });
      }),
  });
  return { pages, finds, totals };
}

const rows = (name: string, offset: number, n = SIZE) =>
  Array.from({ length: n }, (_, i) => ({ id: `${name}${offset + i}` }) as Item);
const full = (name: string, offset: number) => ({ items: rows(name, offset), more: true });

test('what is in sight is read, and known to be on its way until it is here', async () => {
  const { pages, finds, totals } = program();
  expect(finds.map((f) => f.offset)).toEqual([0]);
  expect(pages.at(0)).toBeUndefined();
  await totals[0]?.(100_000);
  await finds[0]?.answer(full('a', 0));
  expect(pages.snapshot()).toMatchObject({ count: 100_000, exact: true, ready: true });
  expect(pages.at(99)?.id).toBe('a99');
  pages.want(50_010, 50_020);
  expect(finds.map((f) => f.offset)).toEqual([0, 50_000]);
  expect(pages.at(50_010)).toBeUndefined();
  await finds[1]?.answer(full('a', 50_000));
  expect(pages.at(50_010)?.id).toBe('a50010');
});

test('answers that come out of order each find their place', async () => {
  const { pages, finds } = program();
  await finds[0]?.answer(full('a', 0));
  pages.want(90, 110);
  pages.want(190, 210);
  expect(finds.map((f) => f.offset)).toEqual([0, 100, 200]);
  await finds[2]?.answer(full('a', 200));
  await finds[1]?.answer(full('a', 100));
  for (const i of [0, 99, 100, 199, 200, 299]) expect(pages.at(i)?.id).toBe(`a${i}`);
});

test('while one scrolls on and on, two pages are read at a time, and the last in sight', async () => {
  const { pages, finds } = program();
  await finds[0]?.answer(full('a', 0));
  for (let i = 10; i <= 500; i += 10) pages.want(i * SIZE, i * SIZE + 20);
  expect(finds).toHaveLength(3);
  await finds[1]?.answer(full('a', 1000));
  expect(finds[3]?.offset).toBe(50_000);
});

describe('what has changed', () => {
  test('takes the place of the old at once, whatever comes first', async () => {
    const { pages, finds } = program();
    await finds[0]?.answer(full('old', 0));
    pages.want(90, 110);
    await finds[1]?.answer(full('old', 100));
    pages.refresh();
    expect(finds.slice(2).map((f) => f.offset)).toEqual([0, 100]);
    await finds[3]?.answer(full('new', 100));
    expect([pages.at(99)?.id, pages.at(100)?.id]).toEqual(['old99', 'old100']);
    await finds[2]?.answer(full('new', 0));
    expect([pages.at(99)?.id, pages.at(100)?.id]).toEqual(['new99', 'new100']);
  });

  test('is read for what is in sight alone, and for the rest once it is', async () => {
    const { pages, finds } = program();
    await finds[0]?.answer(full('old', 0));
    pages.want(500, 510);
    await finds[1]?.answer(full('old', 500));
    pages.refresh();
    expect(finds.slice(2).map((f) => f.offset)).toEqual([500]);
    await finds[2]?.answer(full('new', 500));
    pages.want(0, 10);
    expect(pages.at(0)?.id).toBe('old0'); // better than nothing
    await finds[3]?.answer(full('new', 0));
    expect(pages.at(0)?.id).toBe('new0');
  });

  test('again and again is read once more after the answer, not each time', async () => {
    const { pages, finds } = program();
    await finds[0]?.answer(full('a', 0));
    for (let i = 0; i < 5; i++) pages.refresh();
    expect(finds).toHaveLength(2);
    await finds[1]?.answer(full('b', 0));
    expect(pages.at(0)?.id).toBe('b0'); // shown, though more has changed since
    expect(finds).toHaveLength(3);
    await finds[2]?.answer(full('c', 0));
    expect(pages.at(0)?.id).toBe('c0');
    expect(finds).toHaveLength(3);
  });

  test('may have moved a row, which is found again', async () => {
    const { pages, finds } = program();
    await finds[0]?.answer(full('a', 0));
    expect(pages.find('a7', 7)).toBe(7);
    pages.refresh();
    await finds[1]?.answer({ items: [{ id: 'b' } as Item, ...rows('a', 0, 99)], more: true });
    expect(pages.find('a7', 7)).toBe(8);
    expect(pages.find('gone', 7)).toBe(-1);
  });

  test('may leave fewer rows: what was behind them is gone', async () => {
    const { pages, finds, totals } = program();
    await totals[0]?.(150);
    await finds[0]?.answer(full('a', 0));
    pages.want(95, 120);
    await finds[1]?.answer({ items: rows('a', 100, 50) });
    pages.refresh();
    await totals[1]?.(3);
    await finds[2]?.answer({ items: rows('b', 0, 3) });
    await finds[3]?.answer({ items: [] });
    expect(pages.snapshot().count).toBe(3);
    expect(pages.at(2)?.id).toBe('b2');
    expect(pages.at(120)).toBeUndefined();
  });
});

test('a count that comes late does not stand against a newer one', async () => {
  const { pages, finds, totals } = program();
  await finds[0]?.answer(full('a', 0));
  pages.refresh();
  await finds[1]?.answer(full('a', 0));
  await totals[1]?.(500);
  await totals[0]?.(400);
  expect(pages.snapshot().count).toBe(500);
});

test('without a count the list goes as far as it is known, and one more', async () => {
  const { pages, finds } = program();
  await finds[0]?.answer(full('a', 0));
  expect(pages.snapshot()).toMatchObject({ count: 101, exact: false });
  pages.want(95, 100);
  await finds[1]?.answer({ items: rows('a', 100, 20) });
  expect(pages.snapshot()).toMatchObject({ count: 120, exact: true });
});

test('what fails is told once, keeps what was there and is tried again when asked', async () => {
  const { pages, finds } = program();
  await finds[0]?.answer(full('a', 0));
  pages.refresh();
  await finds[1]?.fail('timeout');
  expect(pages.snapshot().failed?.code).toBe('timeout');
  expect(pages.at(0)?.id).toBe('a0');
  expect(finds).toHaveLength(2);
  pages.refresh();
  expect(pages.snapshot().failed).toBeUndefined();
  await finds[2]?.answer(full('b', 0));
  expect(pages.at(0)?.id).toBe('b0');
});

test('words that cannot be looked for yet are no failure', async () => {
  const { pages, finds } = program();
  await finds[0]?.fail('not-now');
  expect(pages.snapshot()).toMatchObject({ preparing: true, failed: undefined, ready: false });
  pages.refresh();
  await finds[1]?.answer({ items: rows('a', 0, 2), read: 200, of: 900 });
  expect(pages.snapshot()).toMatchObject({ preparing: false, ready: true, count: 2, read: 200, of: 900 });
});

test('a few pages are kept, those that are near', async () => {
  const { pages, finds } = program();
  await finds[0]?.answer(full('a', 0));
  for (let p = 1; p <= 40; p++) {
    pages.want(p * SIZE, p * SIZE + 10);
    await finds[p]?.answer(full('a', p * SIZE));
  }
  expect(pages.at(0)).toBeUndefined();
  expect(pages.at(40 * SIZE)?.id).toBe('a4000');
  expect(pages.at(25 * SIZE)?.id).toBe('a2500');
  const told = vi.fn();
  pages.subscribe(told);
  pages.want(0, 10);
  await finds[41]?.answer(full('a', 0));
  expect(told).toHaveBeenCalled();
  expect(pages.at(0)?.id).toBe('a0');
});

describe('while somebody points at a row', () => {
  const at = (id: string, updatedAt: string) => ({ id, updatedAt }) as Item;
  const old = ['a', 'b', 'c'].map((id) => at(id, '1'));
  const shown = (pages: Pages) => [0, 1, 2, 3].map((i) => pages.at(i)?.id);

  async function held() {
    const { pages, finds, totals } = program();
    await totals[0]?.(3);
    await finds[0]?.answer({ items: old });
    pages.hold(true);
    pages.refresh();
    return { pages, finds, totals };
  }

  test('no row moves, each says what is so now, and what is new is counted', async () => {
    const { pages, finds, totals } = await held();
    await finds[1]?.answer({ items: [at('new', '2'), at('c', '2'), at('a', '1'), at('b', '1')] });
    await totals[1]?.(4);
    expect(shown(pages)).toEqual(['a', 'b', 'c', undefined]);
    expect(pages.at(2)?.updatedAt).toBe('2');
    expect(pages.snapshot()).toMatchObject({ count: 3, behind: true, news: 2 });

    // More of it, before anybody has looked; one has gone again.
    pages.refresh();
    await finds[2]?.answer({ items: [at('c', '3'), at('a', '1'), at('b', '1')] });
    await totals[2]?.(3);
    expect(shown(pages)).toEqual(['a', 'b', 'c', undefined]);
    expect(pages.snapshot()).toMatchObject({ behind: true, news: 1 });
    pages.release();
    expect(shown(pages)).toEqual(['c', 'a', 'b', undefined]);
    expect(pages.snapshot()).toMatchObject({ count: 3, behind: false, news: 0 });
    pages.refresh(); // and then nothing moves again
    await finds[3]?.answer({ items: old });
    expect(shown(pages)).toEqual(['c', 'a', 'b', undefined]);
  });

  test.each(['hold', 'want'] as const)('until they point elsewhere (%s)', async (end) => {
    const { pages, finds, totals } = await held();
    await totals[1]?.(2);
    await finds[1]?.answer({ items: [at('a', '1'), at('c', '1')] });
    expect(shown(pages)).toEqual(['a', 'b', 'c', undefined]);
    expect(pages.snapshot()).toMatchObject({ count: 3, behind: true, news: 0 });
    if (end === 'hold') pages.hold(false);
    else pages.want(0, SIZE + 1); // they scroll
    expect(shown(pages)).toEqual(['a', 'c', undefined, undefined]);
    expect(pages.snapshot()).toMatchObject({ count: 2, behind: false });
  });

  test('what comes behind the rows is shown at once, and so is a list that one comes back to', async () => {
    const { pages, finds, totals } = await held();
    await totals[1]?.(4);
    await finds[1]?.answer({ items: [...old, at('d', '0')] });
    expect(shown(pages)).toEqual(['a', 'b', 'c', 'd']);
    expect(pages.snapshot()).toMatchObject({ count: 4, behind: false });
    pages.refresh(true);
    await finds[2]?.answer({ items: [at('d', '2'), ...old] });
    expect(shown(pages)).toEqual(['d', 'a', 'b', 'c']);
  });

  test('rows that have only come up from below are no news', async () => {
    const { pages, finds } = program();
    await finds[0]?.answer(full('a', 0));
    pages.hold(true);
    pages.refresh();
    await finds[1]?.answer(full('a', 1));
    expect(pages.at(0)?.id).toBe('a0');
    expect(pages.snapshot()).toMatchObject({ behind: true, news: 0 });
  });
});
