import { describe, expect, test } from 'vitest';
import { type Found, isNew, masked, nearest, placeOf } from './findings';

const found = (text: string, passage: string, kind = 'nir'): Found => ({
  field: 'description',
  kind,
  start: text.indexOf(passage),
  end: text.indexOf(passage) + passage.length,
  line: 1,
  tail: passage.slice(-4),
  must: kind !== 'iban',
  answered: false,
  text,
});

describe('a finding in a text that has changed', () => {
  const number = '1 85 05 78 006 084 91';
  const cases: [string, string, string, number | undefined][] = [
    ['stands where it stood', `n° ${number}.`, `n° ${number}.`, 3],
    ['moves with what is typed before it', `n° ${number}`, `Éléonore 👩‍⚕️ : n° ${number}`, 20],
    ['stays where text comes behind it', `n° ${number}`, `n° ${number} et plus`, 3],
    ['is gone when its number was changed', `n° ${number}`, 'n° 1 85 05 78 006 084 9', undefined],
    ['is gone from an empty text', `n° ${number}`, '', undefined],
    ['is the one closest to where it was', `${number} ; ${number}`, `x${number} ; ${number}`, 1],
  ];
  test.each(cases)('%s', (_name, before, now, start) => {
    const place = placeOf(found(before, number), now);
    expect(place?.start).toBe(start);
    if (place) expect(now.slice(place.start, place.end)).toBe(number);
  });

  test('of nothing there is no place', () => {
    expect(nearest('some text', '', 3)).toBeUndefined();
  });
});

describe('a masked number', () => {
  const cases: [string, string, string, string][] = [
    ['keeps two digits and its blanks', 'nir', '1 85 05 78 006 084 91', '• •• •• •• ••• ••• 91'],
    ['keeps two digits without blanks', 'nir', '185057800608491', '•••••••••••••91'],
    ['hides the letter of Corsica', 'nir', '1 85 05 2A 006 084 91', '• •• •• •• ••• ••• 91'],
    ['keeps words among its digits', 'ins', '1 85 05 78 006 084 clé 91', '• •• •• •• ••• ••• clé 91'],
    ['keeps the end of a line in it', 'nir', '1 85 05 78\n006 084 91', '• •• •• ••\n••• ••• 91'],
    ['keeps narrow blanks', 'nir', '1\u202f85 05', '•\u202f•• 05'],
    ['hides wide digits', 'nir', '１８５０５', '•••０５'],
    ['hides digits of two units, one for one', 'nir', '𝟏𝟐𝟑', '•𝟐𝟑'],
    ['hides the letters of an account', 'iban', 'FR76 ABCD 0123', '•••• •••• ••23'],
    ['of a card keeps two digits', 'card', '4970-1012-3456-7890', '••••-••••-••••-••90'],
    ['of two digits is itself', 'nir', '91', '91'],
    ['of none is itself', 'nir', '', ''],
  ];
  test.each(cases)('%s', (_name, kind, number, hidden) => {
    expect(masked(number, kind)).toBe(hidden);
  });
});

describe('news', () => {
  const a = found('n° 185057800608491', '185057800608491');
  const cases: [string, Found, Found[], boolean][] = [
    ['is what was not there', a, [], true],
    ['is not what was there', a, [a], false],
    ['is not what moved', found('Le n° 185057800608491', '185057800608491'), [a], false],
    ['is not what is being typed on', found('n° 1850578006084', '1850578006084'), [a], false],
    ['is what another kind of thing is', { ...a, kind: 'iban' }, [a], true],
    ['is another number beside it', found('185057800608491, 285057800608491', '285057800608491'), [a], true],
  ];
  test.each(cases)('%s', (_name, f, before, is) => {
    expect(isNew(f, before)).toBe(is);
  });
});
