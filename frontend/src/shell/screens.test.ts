import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { above, places } from '../../e2e/screens';

// A screen that nobody looks at, in every theme, language and size, is a screen whose
// faults nobody sees.

const src = resolve(import.meta.dirname, '..');
const e2e = resolve(src, '../e2e');

const tests = readdirSync(e2e)
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => readFileSync(join(e2e, name), 'utf8'))
  .join('\n');
// looks are the names that screens are looked at by: of look itself, and of the helpers
// that have it look.
const looks = new Set([...tests.matchAll(/\b(?:look|shown|screen)\(\s*page,\s*'([^']+)'/g)].map((m) => m[1]));

const app = readFileSync(join(src, 'shell', 'App.tsx'), 'utf8');
const routes = [
  ...[...app.matchAll(/<Route path="([^"]+)"/g)].map((m) => m[1]),
  ...[...app.matchAll(/\bplace === '([^']+)' \?/g)].map((m) => m[1]), // beside them
];

// stands counts what a file shows above the page.
const stands = /<(?:Dialog|Panel|Palette|dialog)\b|role="(?:alert)?dialog"/g;
const standing = new Map(
  (readdirSync(src, { recursive: true }) as string[])
    .filter(
      (name) => name.endsWith('.tsx') && !name.endsWith('.test.tsx') && !name.startsWith(join('ui', '')),
    )
    .map((name): [string, number] => {
      const text = readFileSync(join(src, name), 'utf8').replace(/^\s*(?:\/\/|\* ).*$/gm, '');
      return [name.replaceAll(sep, '/'), [...text.matchAll(stands)].length];
    })
    .filter(([, n]) => n > 0),
);

describe('every screen is looked at', () => {
  test('the table has every place of the window, and no other', () => {
    expect(routes.length).toBeGreaterThan(10);
    expect(Object.keys(places).sort()).toEqual(routes.sort());
  });

  test('and everything that stands above the page, with a look for each', () => {
    expect(standing.size).toBeGreaterThan(20);
    expect(Object.keys(above).sort()).toEqual([...standing.keys()].sort());
    const few = [...standing].filter(([name, n]) => (above[name]?.length ?? 0) < n);
    expect(few).toEqual([]);
  });

  test('and each of its looks is there', () => {
    const all = [...Object.entries(places), ...Object.entries(above)];
    const missing = all.filter(([, names]) => names.length === 0 || names.some((name) => !looks.has(name)));
    expect(missing).toEqual([]);
    const names = all.flatMap(([, n]) => n);
    expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
  });
});
