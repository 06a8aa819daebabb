import { describe, expect, test } from 'vitest';
import {
  type Area,
  between,
  blank,
  counts,
  held,
  LEAST,
  MIDDLE,
  MOST,
  middleOf,
  on,
  reduce,
  type Sheet,
  type Step,
} from './boxes';

const area: Area = { x: 0.2, y: 0.3, w: 0.1, h: 0.05 };
const after = (...steps: Step[]): Sheet => steps.reduce(reduce, blank);
const one = after({ do: 'add', page: 2, area });

test('a new box begins in the part of the page that is seen', () => {
  const { x, y, w, h } = middleOf({ x: 0, y: 0.7, w: 1, h: 0.2 });
  expect({ w, h }).toEqual({ w: MIDDLE.w, h: MIDDLE.h });
  expect(x + w / 2).toBeCloseTo(0.5);
  expect(y + h / 2).toBeCloseTo(0.8);
});

describe('boxes on a page', () => {
  test('are added to it, selected, and numbered anew never', () => {
    expect(one.marks).toEqual([{ ...area, id: 1, page: 2 }]);
    expect(one.selected).toBe(1);
    const two = reduce(reduce(one, { do: 'remove', id: 1 }), { do: 'add', page: 1, area: MIDDLE });
    expect(two.marks.map((m) => m.id)).toEqual([2]);
    expect(on(two, 2)).toEqual([]);
    expect(on(two, 1)).toHaveLength(1);
  });

  test.each<[string, Step, Partial<Area>]>([
    ['moved', { do: 'move', id: 1, x: 0.1, y: -0.1 }, { x: 0.3, y: 0.2 }],
    ['not moved out at the right', { do: 'move', id: 1, x: 5, y: 0 }, { x: 0.9 }],
    ['not moved out at the left and the top', { do: 'move', id: 1, x: -5, y: -5 }, { x: 0, y: 0 }],
    ['larger', { do: 'grow', id: 1, x: 0.1, y: 0.05 }, { x: 0.2, w: 0.2, h: 0.1 }],
    [
      'no larger than the page, where they are',
      { do: 'grow', id: 1, x: 5, y: 5 },
      { x: 0.2, w: 0.8, h: 0.7 },
    ],
    ['never nothing', { do: 'grow', id: 1, x: -5, y: -5 }, { x: 0.2, w: LEAST, h: LEAST }],
    ['set', { do: 'set', id: 1, area: { x: -1, y: 0.5, w: 3, h: 0.2 } }, { x: 0, y: 0.5, w: 1, h: 0.2 }],
  ])('are %s', (_how, step, want) => {
    const [mark] = reduce(one, step).marks;
    for (const [key, value] of Object.entries(want)) expect(mark?.[key as keyof Area]).toBeCloseTo(value, 9);
  });

  test('lie between 0 and 1 whatever is done', () => {
    let seed = 20_261_130;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return (seed / 2 ** 31) * 4 - 2;
    };
    let sheet = one;
    for (let i = 0; i < 500; i++) {
      const id = 1 + (i % 3);
      const any = { x: random(), y: random(), w: random(), h: random() };
      const steps: Step[] = [
        { do: 'add', page: 1, area: any },
        { do: 'set', id, area: any },
        { do: 'move', id, ...any },
        { do: 'grow', id, ...any },
        { do: 'set', id, area: between(any, { x: random(), y: random() }) },
      ];
      sheet = reduce(sheet, steps[i % steps.length] as Step);
      for (const m of sheet.marks) {
        expect(Math.min(m.x, m.y), `seed ${seed}`).toBeGreaterThanOrEqual(0);
        expect(Math.max(m.x + m.w, m.y + m.h), `seed ${seed}`).toBeLessThanOrEqual(1 + 1e-9);
        expect(Math.min(m.w, m.h), `seed ${seed}`).toBeGreaterThanOrEqual(LEAST);
      }
    }
  });

  test('are no more than the program takes', () => {
    let sheet = blank;
    for (let i = 0; i < MOST + 5; i++) sheet = reduce(sheet, { do: 'add', page: 1, area });
    expect(sheet.marks).toHaveLength(MOST);
  });
});

describe('an area that is drawn', () => {
  test('may be drawn from any corner, and is cut off at the edge', () => {
    const want = { x: 0.2, y: 0.1, w: 0.3, h: 0.4 };
    for (const [a, b] of [
      [
        { x: 0.2, y: 0.1 },
        { x: 0.5, y: 0.5 },
      ],
      [
        { x: 0.5, y: 0.1 },
        { x: 0.2, y: 0.5 },
      ],
      [
        { x: 0.5, y: 0.5 },
        { x: 0.2, y: 0.1 },
      ],
    ] as const) {
      const got = between(a, b);
      for (const key of ['x', 'y', 'w', 'h'] as const) expect(got[key]).toBeCloseTo(want[key], 9);
    }
    expect(between({ x: 0.5, y: 0.5 }, { x: 9, y: -9 })).toEqual({ x: 0.5, y: 0, w: 0.5, h: 0.5 });
    expect(held({ x: 0.95, y: 0.5, w: 0.1, h: 0.1 }).x).toBeCloseTo(0.9, 9);
  });

  test('counts only if it is one', () => {
    expect(counts(between({ x: 0.5, y: 0.5 }, { x: 0.501, y: 0.9 }))).toBe(false);
    expect(counts(area)).toBe(true);
  });
});

describe('undo', () => {
  test('selects what it brings back', () => {
    const gone = reduce(one, { do: 'remove', id: 1 });
    expect(gone.selected).toBe(0);
    expect(reduce(gone, { do: 'undo' })).toMatchObject({ marks: one.marks, selected: 1 });
  });

  test('takes back each step, and stops at none', () => {
    let sheet = after(
      { do: 'add', page: 1, area },
      { do: 'add', page: 2, area },
      { do: 'set', id: 1, area: MIDDLE },
      { do: 'remove', id: 2 },
    );
    const undo = () => {
      sheet = reduce(sheet, { do: 'undo' });
      return sheet.marks.map((m) => [m.id, m.x]);
    };
    expect(undo()).toEqual([
      [1, MIDDLE.x],
      [2, area.x],
    ]);
    expect(undo()).toEqual([
      [1, area.x],
      [2, area.x],
    ]);
    expect(undo()).toEqual([[1, area.x]]);
    expect(undo()).toEqual([]);
    expect(undo()).toEqual([]);
    expect(sheet.selected).toBe(0);
  });

  test('takes a key that was held back at once, and a key after another separately', () => {
    const right: Step = { do: 'move', id: 1, x: 0.01, y: 0 };
    const held = [right, right, right].reduce(reduce, one);
    expect(reduce(held, { do: 'undo' }).marks).toEqual(one.marks);
    const grown = reduce(held, { do: 'grow', id: 1, x: 0.01, y: 0 });
    expect(reduce(grown, { do: 'undo' }).marks).toEqual(held.marks);
    const again = [{ do: 'select', id: 1 } as Step, right].reduce(reduce, held);
    expect(reduce(again, { do: 'undo' }).marks).toEqual(held.marks);
  });

  test('knows no step that changed nothing', () => {
    const edge = reduce(one, { do: 'move', id: 1, x: -1, y: 0 });
    expect(reduce(edge, { do: 'move', id: 1, x: -1, y: 0 })).toBe(edge);
    expect(reduce(one, { do: 'remove', id: 7 })).toBe(one);
    expect(reduce(one, { do: 'set', id: 7, area })).toBe(one);
  });
});
