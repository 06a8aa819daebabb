import { describe, expect, test } from 'vitest';
import type { Problem } from '../bridge';
import { Words } from '../text/words';
import { sentenceOf } from './index';

const fr = new Words('fr');
const problem = (change: Partial<Problem>): Problem => ({
  field: 'subject',
  step: 'details',
  code: 'required',
  max: 0,
  min: 0,
  actual: 0,
  ...change,
});

describe('a text that is too long', () => {
  test('is helped out by a file, a number is not', () => {
    expect(sentenceOf(fr, problem({ code: 'too-long', max: 4000, actual: 4003 }))).toContain(
      'joignez un fichier',
    );
    for (const max of [20, 40, 120])
      expect(sentenceOf(fr, problem({ code: 'too-long', max, actual: max + 3 }))).toMatch(/Raccourcissez\.$/);
  });
});

test('a file whose copy is gone is named', () => {
  const p = problem({ field: 'files', step: 'files', code: 'file-missing', file: 'b' });
  const files = [
    { id: 'a', name: 'devis.pdf' },
    { id: 'b', name: 'facture.pdf' },
  ];
  expect(sentenceOf(fr, p, '', false, files)).toBe(
    'La copie de «\u202ffacture.pdf\u202f» manque ou a changé. Retirez ce fichier, puis joignez-le de nouveau.',
  );
  expect(sentenceOf(fr, p)).toBe(fr.t('problem.file-missing'));
});

test('what is required is named', () => {
  expect(sentenceOf(fr, problem({}), 'Sujet')).toBe('Remplissez «\u202fSujet\u202f».');
  expect(sentenceOf(fr, problem({ code: 'of tomorrow' }), 'Sujet')).toBe(fr.t('problem.other'));
});
