import { act } from 'react';
import { expect, test } from 'vitest';
import { Dropdown } from './pick';
import { stage } from './testing';

const root = stage();

const show = (more: { required?: string; error?: string }) =>
  act(async () =>
    root.render(
      <Dropdown
        id="category"
        label="Catégorie"
        value=""
        onChange={() => {}}
        placeholder="Choisir"
        choices={[{ value: 'a', label: 'Litige' }]}
        {...more}
      />,
    ),
  );

// description is what a screen reader says of it after its name.
const description = () =>
  (document.getElementById('category')?.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => id && (document.getElementById(id)?.textContent ?? `no ${id}`))
    .join(' ');

test.each([
  ['that has to be answered', { required: 'réponse nécessaire' }, 'réponse nécessaire'],
  [
    'with what is wrong',
    { required: 'réponse nécessaire', error: 'Choisissez.' },
    'réponse nécessaire Choisissez.',
  ],
  ['that may stay open', {}, ''],
])('a drop-down %s says so', async (_name, more, said) => {
  await show(more);
  expect(description()).toBe(said);
});
