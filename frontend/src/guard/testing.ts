import type { TextFinding } from '../bridge';

// A program that finds a few words where the real one reckons, for the tests of the
// guard. No part of the window imports this.

const LOOKS: [string, RegExp][] = [
  ['nir', /N\d[\d ]*/gu],
  ['iban', /FR\d[\d ]*/gu],
  ['medical', /ORDONNANCE/gu],
];

// findIn finds in texts: what begins with N and a digit is a person's number.
export function findIn(texts: Record<string, string>, answered: string[] = []): TextFinding[] {
  return Object.entries(texts).flatMap(([field, text]) =>
    LOOKS.flatMap(([kind, look]) =>
      [...text.matchAll(look)].map((m) => ({
        field,
        kind,
        start: m.index,
        end: m.index + m[0].length,
        line: text.slice(0, m.index).split('\n').length,
        tail: m[0].replace(/\W/gu, '').slice(-4),
        must: kind !== 'iban',
        answered: answered.includes(m[0]),
      })),
    ),
  );
}
