import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { act, type ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { Status } from './status';
import { stage } from './testing';

const root = stage();
const show = (said: ReactNode) => act(async () => root.render(<Status>{said}</Status>));
const region = () => document.querySelector('[role=status]');
const line = () => region()?.firstElementChild;

describe('what is told', () => {
  test('is a new element for other words, in a region that stays', async () => {
    await show(false);
    const there = region();
    expect(there?.childNodes).toHaveLength(0);
    await show('Un résultat');
    const first = line();
    expect(first?.textContent).toBe('Un résultat');
    await show('2 résultats');
    expect(line()?.textContent).toBe('2 résultats');
    expect(line()).not.toBe(first);
    expect(region()).toBe(there);
  });

  test('is not told again when nothing has changed', async () => {
    await show(['Un résultat', false]);
    const first = line();
    await show(['Un résultat', undefined]);
    expect(line()).toBe(first);
  });

  test('may be an element, by its own key', async () => {
    await show([<p key="a">a</p>, false]);
    const first = line();
    await show([<p key="a">a</p>, 'b']);
    expect(line()).toBe(first);
    expect(region()?.children).toHaveLength(2);
  });
});

test('in the middle of a line it is one too, which is more than a span', async () => {
  await act(async () => root.render(<Status inline>Un résultat</Status>));
  expect(region()?.tagName).toBe('SPAN');
  expect(line()?.getAttribute('role')).toBe('paragraph');
});

// Words that stand in such a region without an element of their own are silent.
test('nobody speaks but by Status', () => {
  const src = resolve(import.meta.dirname, '..');
  const bare = (readdirSync(src, { recursive: true }) as string[])
    .filter(
      (name) => name.endsWith('.tsx') && !name.endsWith('.test.tsx') && !name.startsWith(join('ui', '')),
    )
    .filter((name) => /role=["'{]+status\b|aria-live=/.test(readFileSync(join(src, name), 'utf8')));
  expect(bare).toEqual([]);
});
