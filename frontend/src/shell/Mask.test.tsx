import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Person, reads } from '../bridge';
import { program, refuse } from '../bridge/testing';
import { PageHead } from '../request';
import { stage } from '../ui/testing';
import { claire, known, methods, nobody, press, readAll, submit, text, type, Window } from '../who/testing';
import { Mask, mask } from './Mask';

const flushed = vi.fn();
const reopened = vi.fn();
vi.mock('../draft', () => ({
  flushAll: async () => {
    flushed();
    return true;
  },
  reopenAll: async () => reopened(),
}));

const root = stage();
const now: { person: Person; people: ReturnType<typeof known>[] } = { person: claire, people: [] };

async function show(person: Person): Promise<void> {
  now.person = person;
  now.people = [known(claire, { pin: true })];
  program({
    ...methods(now),
    'Session.State': () => now.person,
    'Session.Enter': (_id: string, pin: string) => {
      if (pin !== '2580') refuse('wrong-pin');
      now.person = { ...claire, pin: true };
    },
    'Window.Settings': () => ({ language: 'fr', theme: 'system', upload: 0, idle: 10, practice: '' }),
  });
  await readAll();
  await act(async () =>
    root.render(
      <Window>
        <main>
          <PageHead title="Facture en double" />
        </main>
        <Mask />
      </Window>,
    ),
  );
  await act(async () => void (await import('../features/session/Unlock')));
}
const cover = () => document.querySelector('dialog');
const covered = () => cover()?.open ?? false;

beforeEach(() => {
  flushed.mockReset();
  reopened.mockReset();
});

test('without a PIN whoever comes goes on', async () => {
  await show(claire);
  expect(covered()).toBe(false);
  await act(async () => mask());
  expect(covered()).toBe(true);
  expect(document.title).toBe('Guichet');
  expect(flushed).toHaveBeenCalled(); // what was typed is on the disk
  expect(text(cover() ?? document.body)).toContain('Claire Lefèvre');
  await press('Reprendre');
  expect(covered()).toBe(false);
  expect(document.title).toBe('Facture en double – Guichet');
});

test('with one only they do, and what they were at stays as it is', async () => {
  await show({ ...claire, pin: true });
  await act(async () => mask());
  await type('Claire Lefèvre, votre code PIN', '1111');
  await submit();
  expect(covered()).toBe(true);
  await type('Claire Lefèvre, votre code PIN', '2580');
  await submit();
  expect(covered()).toBe(false);
  expect(reopened).not.toHaveBeenCalled();
});

test('it stands before everything at the start until the PIN is given', async () => {
  await show({ ...nobody, locked: 'claire' });
  expect(covered()).toBe(true);
  await type('Claire Lefèvre, votre code PIN', '2580');
  await submit();
  await act(() => reads.person.refresh());
  expect(covered()).toBe(false);
  expect(reopened).toHaveBeenCalled();
});
