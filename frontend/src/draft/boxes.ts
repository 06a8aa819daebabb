// Boxes that a person draws over what must not leave: fractions of a page's width and
// height, none of it outside of the page.
export interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Mark extends Area {
  id: number; // from 1
  page: number; // from 1
}

export interface Sheet {
  marks: Mark[];
  selected: number; // 0 for none
  next: number; // id of the next one
  past: Mark[][]; // as it was before each step
  last: string; // the step that the next one may go on with
}

export type Step =
  | { do: 'add'; page: number; area: Area }
  | { do: 'set'; id: number; area: Area }
  | { do: 'move' | 'grow'; id: number; x: number; y: number } // by keys
  | { do: 'remove'; id: number }
  | { do: 'select'; id: number }
  | { do: 'undo' };

export const LEAST = 0.005; // what is smaller hides nothing
export const STEP = 0.005; // of a key
export const LEAP = 0.05; // of a key with Shift
export const MIDDLE: Area = { x: 0.3, y: 0.45, w: 0.4, h: 0.04 };
export const MOST = 1000; // that the program takes

export const blank: Sheet = { marks: [], selected: 0, next: 1, past: [], last: '' };

const within = (n: number, least: number, most: number) => Math.min(Math.max(n, least), most);

// held is an area moved onto the page, and made smaller only if it is larger than that.
export function held({ x, y, w, h }: Area): Area {
  const [width, height] = [within(w, LEAST, 1), within(h, LEAST, 1)];
  return { x: within(x, 0, 1 - width), y: within(y, 0, 1 - height), w: width, h: height };
}

// between is the area between two corners; what lies outside of the page is cut off.
export function between(a: Point, b: Point): Area {
  const [left, right] = [a.x, b.x].map((n) => within(n, 0, 1)).sort((m, n) => m - n) as [number, number];
  const [top, bottom] = [a.y, b.y].map((n) => within(n, 0, 1)).sort((m, n) => m - n) as [number, number];
  return { x: left, y: top, w: right - left, h: bottom - top };
}

// middleOf is the area of the usual size in the middle of the part of a page that is seen.
export function middleOf(seen: Area): Area {
  const { w, h } = MIDDLE;
  return held({ x: seen.x + (seen.w - w) / 2, y: seen.y + (seen.h - h) / 2, w, h });
}

// counts tells an area from a press that was not meant to draw one.
export const counts = (a: Area) => a.w >= LEAST && a.h >= LEAST;

export const on = (sheet: Sheet, page: number) => sheet.marks.filter((m) => m.page === page);

export function reduce(sheet: Sheet, step: Step): Sheet {
  switch (step.do) {
    case 'add': {
      if (sheet.marks.length >= MOST) return sheet;
      const mark = { ...held(step.area), id: sheet.next, page: step.page };
      return { ...stepped(sheet, [...sheet.marks, mark]), selected: mark.id, next: mark.id + 1 };
    }
    case 'set':
      return changed(sheet, step.id, '', () => step.area);
    case 'move':
      return changed(sheet, step.id, `move ${step.id}`, (m) => ({ ...m, x: m.x + step.x, y: m.y + step.y }));
    case 'grow':
      return changed(sheet, step.id, `grow ${step.id}`, (m) => ({
        ...m,
        w: within(m.w + step.x, LEAST, 1 - m.x),
        h: within(m.h + step.y, LEAST, 1 - m.y),
      }));
    case 'remove': {
      const left = sheet.marks.filter((m) => m.id !== step.id);
      if (left.length === sheet.marks.length) return sheet;
      return { ...stepped(sheet, left), selected: sheet.selected === step.id ? 0 : sheet.selected };
    }
    case 'select':
      return { ...sheet, selected: step.id, last: '' };
    case 'undo': {
      const marks = sheet.past.at(-1);
      if (!marks) return sheet;
      const back = marks.find((m) => !sheet.marks.some((o) => o.id === m.id)); // it is looked at again
      const kept = marks.some((m) => m.id === sheet.selected) ? sheet.selected : 0;
      return { ...sheet, marks, selected: back?.id ?? kept, past: sheet.past.slice(0, -1), last: '' };
    }
  }
}

// changed gives a mark another area. Steps of the same name one after the other, such
// as those of a key that is held, are undone at once.
function changed(sheet: Sheet, id: number, name: string, to: (m: Mark) => Area): Sheet {
  const mark = sheet.marks.find((m) => m.id === id);
  if (!mark) return sheet;
  const area = held(to(mark));
  if (area.x === mark.x && area.y === mark.y && area.w === mark.w && area.h === mark.h) return sheet;
  const marks = sheet.marks.map((m) => (m.id === id ? { ...m, ...area } : m));
  if (name && sheet.last === name) return { ...sheet, marks, selected: id };
  return { ...stepped(sheet, marks), selected: id, last: name };
}

function stepped(sheet: Sheet, marks: Mark[]): Sheet {
  return { ...sheet, marks, past: [...sheet.past, sheet.marks], last: '' };
}
