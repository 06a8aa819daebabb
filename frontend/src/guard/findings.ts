import type { TextFinding } from '../bridge';

// What is found in a text, and how it is masked. It is pure; offsets are those of
// strings.

// Found is a finding with the text that it was found in.
export interface Found extends TextFinding {
  text: string;
}

export interface Span {
  start: number;
  end: number;
}

// placeOf is where a finding stands in the text as it is now, nothing if it is gone.
export function placeOf(f: Pick<Found, 'text' | 'start' | 'end'>, now: string): Span | undefined {
  if (now === f.text) return { start: f.start, end: f.end };
  const passage = f.text.slice(f.start, f.end);
  return nearest(now, passage, f.start);
}

// nearest is the place of a passage that is closest to an offset.
export function nearest(text: string, passage: string, to: number): Span | undefined {
  if (passage === '') return undefined;
  let best = -1;
  for (let at = text.indexOf(passage); at >= 0; at = text.indexOf(passage, at + 1))
    if (best < 0 || Math.abs(at - to) < Math.abs(best - to)) best = at;
  return best < 0 ? undefined : { start: best, end: best + passage.length };
}

const SHOWN = 2; // characters of a number that stay

// masked is a number of which only the end can be read. Words that stand in it, as
// « clé » does, and what parts its groups stay.
export function masked(passage: string, kind: string): string {
  const account = kind === 'iban' || kind === 'card';
  const hidden = [...passage.matchAll(/[\p{L}\p{M}\p{N}]+/gu)]
    .filter((word) => account || /\p{N}/u.test(word[0]))
    .flatMap((word) => places(word[0], word.index));
  const last = hidden.slice(0, -SHOWN);
  let out = '';
  let at = 0;
  for (const { start, end } of last) {
    out += `${passage.slice(at, start)}•`;
    at = end;
  }
  return out + passage.slice(at);
}

// places are those of the characters of a word, some of which take two units.
function places(word: string, start: number): Span[] {
  let at = start;
  return [...word].map((c) => {
    const place = { start: at, end: at + c.length };
    at = place.end;
    return place;
  });
}

// isNew tells whether a finding was not there before. One whose number is being
// typed on, or that moved with the text before it, was.
export function isNew(f: Found, before: Found[]): boolean {
  const passage = f.text.slice(f.start, f.end);
  return !before.some(
    (b) => b.kind === f.kind && (b.start === f.start || b.text.slice(b.start, b.end) === passage),
  );
}
