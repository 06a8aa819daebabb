import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Update } from '../../bridge';
import { program, programEvents, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import { press, text, Window } from '../../who/testing';
import { UpdateCard } from './UpdateCard';

const root = stage();
const changed = programEvents();
const check = vi.fn();
let now: Partial<Update>;

const show = async (state: Partial<Update>) => {
  now = { policy: 'auto', scope: 'user', version: '1.0', refused: [], checked: '', ...state };
  await act(async () =>
    root.render(
      <Window>
        <UpdateCard />
      </Window>,
    ),
  );
  await act(async () => changed('updates'));
};
const card = () => text(document.querySelector('section') ?? undefined);

beforeEach(() => {
  check.mockReset();
  program({ 'Updates.State': () => now, 'Updates.Check': check });
});

test('whoever wants to know looks for updates, once at a time', async () => {
  await show({});
  expect(card()).toContain('Vous avez la version 1.0.');
  await press('Rechercher maintenant');
  expect(check).toHaveBeenCalledTimes(1);
  await show({ busy: true });
  expect(card()).toContain('Recherche en cours');
  await press('Rechercher maintenant');
  expect(check).toHaveBeenCalledTimes(1);
});

test('what was found is told, and what was taken back', async () => {
  const checked = new Date(2026, 10, 25, 10, 42).toISOString();
  await show({ checked });
  expect(card()).toContain('La version 1.0 est la dernière');
  await show({ checked, staged: '1.1', offer: '1.1' });
  expect(card()).toContain('La version 1.1 de Guichet est prête');
  await show({ checked, offer: '1.1', scope: 'machine' });
  expect(card()).toContain('votre prestataire informatique peut l’installer');
  await show({ checked, offer: '1.1', refused: ['1.1'] });
  expect(card()).toContain('La version 1.1 ne s’est pas ouverte sur ce poste');
  expect(card()).not.toContain('disponible');
  await show({ checked, problem: 'unreachable' });
  expect(card()).toContain('La recherche n’a pas abouti');
});

test('where updates are off nothing is told, and a look that fails is', async () => {
  await show({ policy: 'off' });
  expect(document.querySelector('section')).toBeNull();
  check.mockImplementation(() => refuse('internal'));
  await show({});
  await press('Rechercher maintenant');
  expect(document.querySelector('.toast')).not.toBeNull();
});
