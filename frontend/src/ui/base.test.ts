import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

// What the looks of the window promise by their tokens: text that can be read, parts that
// can be told from their ground, few sizes, motion that is short.

const src = resolve(import.meta.dirname, '..');
const sheets = (readdirSync(src, { recursive: true }) as string[])
  .filter((f) => f.endsWith('.css') && !f.endsWith('print.css')) // a letter is black on white
  .map((name) => ({ name, text: uncommented(readFileSync(join(src, name), 'utf8')) }));
const base = sheets.find((s) => s.name === join('ui', 'base.css'))?.text ?? '';

function uncommented(css: string): string {
  return css.replace(/\/\*[\s\S]*?\*\//g, '');
}

type Theme = Record<string, string>;
const tokens = [...base.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];
const themes: [string, Theme][] = [
  ['light', Object.fromEntries(tokens.map(([, name, light]) => [name, light]))],
  ['dark', Object.fromEntries(tokens.map(([, name, , dark]) => [name, dark]))],
];

// contrast of two colours, as WCAG 2 computes it.
function contrast(a = '', b = ''): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const part = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const neutral = ['paper', 'paper-2', 'card', 'tint', 'raised'];
const soft = ['go-soft', 'amber-soft', 'red-soft', 'blue-soft'];
const grounds = [...neutral, ...soft];
const tones = ['go', 'amber', 'red'];

// What text stands on: ink and links anywhere, a tone on the page and on its own ground.
const texts: [string, string][] = [
  ...['ink', 'ink-2', 'blue'].flatMap((t) => grounds.map((g): [string, string] => [t, g])),
  ...tones.flatMap((t) => [...neutral, `${t}-soft`].map((g): [string, string] => [t, g])),
  ['on-go', 'go'],
  ['on-go', 'go-strong'],
  ['paper', 'ink'],
  ['card', 'ink'],
  ['card', 'blue'],
  ['card', 'red'],
];
// What has to be told from its ground: borders of what can be typed in or pressed, the ring
// of the focus, icons, dots and bars. A line (--line) only parts what room parts as well.
const parts = ['field', 'ink-2', 'blue', ...tones];

test('contrast is what WCAG says of colours that everybody knows', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  expect(contrast('#ffffff', '#767676')).toBeCloseTo(4.54, 2);
});

describe.each(themes)('in the %s', (_, theme) => {
  test.each(texts)('%s on %s has 7:1 and more', (text, ground) => {
    expect(contrast(theme[text], theme[ground])).toBeGreaterThanOrEqual(7);
  });

  test.each(parts)('%s as a part has 3:1 and more on any ground', (part) => {
    for (const ground of grounds)
      expect(contrast(theme[part], theme[ground]), ground).toBeGreaterThanOrEqual(3);
  });

  test.each(tones)('%s as text has 4.5:1 and more on the grounds of other tones', (tone) => {
    for (const ground of soft)
      expect(contrast(theme[tone], theme[ground]), ground).toBeGreaterThanOrEqual(4.5);
  });
});

test('in the dark what is pointed at, pressed or chosen is told from what it lies on', () => {
  const [, dark] = themes[1] ?? ['', {}];
  for (const ground of ['paper', 'card'])
    expect(contrast(dark.tint, dark[ground]), ground).toBeGreaterThan(1.25);
  expect(contrast(dark.raised, dark['paper-2'])).toBeGreaterThan(1.25);
});

// rules are the innermost blocks of all sheets.
const rules = sheets.flatMap(({ name, text }) =>
  [...text.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, head = '', body = '']) => ({
    at: `${name.replaceAll('\\', '/')}: ${head.trim()}`,
    text: /(?:^|[;\s])color: var\(--([a-z0-9-]+)\)/.exec(body)?.[1],
    ground: /(?:^|[;\s])background(?:-color)?: var\(--([a-z0-9-]+)\)/.exec(body)?.[1],
    colours: [...body.matchAll(/#[0-9a-f]{3,8}\b|\brgba?\([^)]*\)/gi)].map(([c]) => c),
    body,
  })),
);

test('every text and ground of a rule is a pair that is held to it', () => {
  const held = new Set(texts.map((pair) => pair.join(' on ')));
  const pairs = rules.filter((r) => r.text && r.ground);
  expect(pairs.length).toBeGreaterThan(20);
  expect(pairs.filter((r) => !held.has(`${r.text} on ${r.ground}`)).map((r) => r.at)).toEqual([]);
});

test('every colour of a text is one that is held to it on every ground it may stand on', () => {
  const held = new Set(['ink', 'ink-2', 'blue', ...tones]);
  const alone = rules.filter((r) => r.text && !r.ground && !held.has(r.text));
  expect(alone.map((r) => r.at)).toEqual([]);
});

// Where colours are forced, text gets a plate of the window's colour below it: text that has
// this colour itself would be gone.
test('text that is lighter than its ground keeps it where colours are forced', () => {
  const selectors = (r: { at: string }) =>
    r.at
      .slice(r.at.indexOf(': ') + 2)
      .split(',')
      .map((s) => s.trim());
  const inverse = rules.filter((r) => r.text && ['paper', 'card', 'on-go'].includes(r.text));
  expect(inverse.length).toBeGreaterThan(5);
  const bare = inverse.filter((r) => !r.body.includes('forced-color-adjust: none'));
  expect(bare.flatMap(selectors)).toEqual([]);
});

test('every ground is one that text is held to', () => {
  const held = new Set([...grounds, ...texts.map(([, ground]) => ground), ...parts, 'line', 'veil']);
  expect(rules.filter((r) => r.ground && !held.has(r.ground)).map((r) => r.at)).toEqual([]);
});

test('colours stand in base.css alone, but for what is white in any theme: a page and what is printed', () => {
  const apart = ['ui/base.css', 'draft/redact.css: .redact-', 'features/keys/keys.css: '];
  const strays = rules.filter((r) => r.colours.length > 0 && !apart.some((a) => r.at.startsWith(a)));
  expect(strays.map((r) => `${r.at}: ${r.colours}`)).toEqual([]);
});

test('every token that is used is there', () => {
  const there = new Set(sheets.flatMap((s) => [...s.text.matchAll(/(--[a-z0-9-]+):/g)].map(([, t]) => t)));
  there.add('--trigger-width'); // set by the library
  const used = sheets.flatMap((s) => [...s.text.matchAll(/var\((--[a-z0-9-]+)/g)].map(([, t]) => t));
  expect([...new Set(used)].filter((t) => !there.has(t))).toEqual([]);
});

test('text has one of the sizes of the scale', () => {
  const strays = rules.flatMap((r) =>
    [...r.body.matchAll(/font-size: ([^;]+);/g)]
      .map(([, size = '']) => size)
      .filter((size) => !/^(var\(--text(-[a-z]+)?\)|inherit|[\d.]+em|100%)$/.test(size))
      .map((size) => `${r.at}: ${size}`),
  );
  expect(strays).toEqual([]);
});

// What is larger than the last step is room for a thing, not between things.
test('room between things is one of the steps of the scale, or that less a border', () => {
  const steps = [...base.matchAll(/--space-(\d+): (\d+)px;/g)].map(([, name, px]) => [
    Number(name),
    Number(px),
  ]);
  expect(steps.length).toBeGreaterThan(5);
  expect(steps.filter(([name, px]) => name !== px)).toEqual([]);
  const last = Math.max(...steps.map(([, px = 0]) => px));
  const room = /(?<![\w-])(?:padding|margin|(?:row-|column-)?gap)(?:-[a-z-]+)?:\s*([^;]+);/g;
  const strays = rules.flatMap((r) =>
    [...r.body.matchAll(room)]
      .map(([, value = '']) => value)
      .filter((value) => bare(value).some((px) => px <= last && px > (value.includes('calc') ? 2 : 1)))
      .map((value) => `${r.at}: ${value}`),
  );
  expect(strays).toEqual([]);
});

// bare are the sizes of a value that no token gives, in px.
function bare(value: string): number[] {
  const sizes = [...value.matchAll(/(?<![\w-])-?([\d.]+)(px|rem)\b/g)];
  return sizes.map(([, size, unit]) => Number(size) * (unit === 'rem' ? 16 : 1));
}

test('what moves does so in 150 ms at most, and not at all for whoever wants no motion', () => {
  const [quick, reduced] = [...base.matchAll(/--quick: ([\d.]+)(m?s);/g)].map(
    ([, n, unit]) => Number(n) * (unit === 's' ? 1000 : 1),
  );
  expect(quick).toBeGreaterThan(0);
  expect(quick).toBeLessThanOrEqual(150);
  expect(reduced).toBe(0);
  const strays = rules.flatMap((r) =>
    [...r.body.matchAll(/(?:transition|animation)[a-z-]*:\s*([^;]+);/g)]
      .flatMap(([, what = '']) => what.split(','))
      .filter((what) => !/var\(--quick\)|^\s*none\s*$/.test(what))
      .map((what) => `${r.at}: ${what.trim()}`),
  );
  expect(strays).toEqual([]);
});
