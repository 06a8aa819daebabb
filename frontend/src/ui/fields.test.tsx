import { act } from 'react';
import { expect, test } from 'vitest';
import { Search } from './button';
import { TextField, type TextFieldProps } from './fields';
import { stage } from './testing';

const root = stage();
const field = () => document.querySelector<HTMLElement>('input, textarea');

test.each<[string, Partial<TextFieldProps>, string]>([
  ['several lines are sentences', { lines: true }, 'true'],
  ['so is what is said to be', { prose: true }, 'true'],
  ['a number or an address is none', {}, 'false'],
  ['nor a secret', { secret: true }, 'false'],
])('%s: their spelling is checked or not', async (_name, more, checked) => {
  await act(async () => root.render(<TextField label="Champ" value="" onChange={() => {}} {...more} />));
  expect(field()?.getAttribute('spellcheck')).toBe(checked);
});

test('what is looked for is not checked', async () => {
  await act(async () => root.render(<Search label="Chercher" value="" onChange={() => {}} />));
  expect(field()?.getAttribute('spellcheck')).toBe('false');
});
