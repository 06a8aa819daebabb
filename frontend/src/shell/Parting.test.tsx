import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { reads, type Settings, type Status } from '../bridge';
import { program, programEvents, programTells } from '../bridge/testing';
import { stage } from '../ui/testing';
import { Window } from '../who/testing';
import { Parting } from './Parting';
import { useParting } from './useParting';

programEvents();
const root = stage();
const [finish, close, save] = [vi.fn(), vi.fn(), vi.fn()];

function Closer() {
  const { waiting, stay } = useParting();
  return waiting > 0 ? <Parting waiting={waiting} onStay={stay} /> : null;
}

const show = () =>
  act(async () =>
    root.render(
      <Window>
        <Closer />
      </Window>,
    ),
  );
const dialog = () => document.querySelector('[role=alertdialog]');
const press = (name: string) =>
  act(async () => [...document.querySelectorAll('button')].find((b) => b.textContent === name)?.click());

beforeEach(async () => {
  for (const f of [finish, close, save]) f.mockReset();
  program({
    'Launch.Finish': finish,
    'Window.Close': close,
    'Window.SaveSettings': save,
    'Window.Settings': () => ({ closing: 'finish', locked: [] }),
  });
  reads.settings.set({ closing: 'ask', locked: [] } as Partial<Settings> as Settings);
  reads.status.set({ connection: 'online' } as Partial<Status> as Status);
  await show();
  await act(async () => programTells('parting', 2));
});

test('says how many wait, and goes on without a window', async () => {
  expect(dialog()?.textContent?.replace(/\s/g, ' ')).toContain('2 envois sont encore en attente');
  await press('Fermer et finir l’envoi');
  expect(finish).toHaveBeenCalledOnce();
  expect(save).not.toHaveBeenCalled();
  expect(dialog()).toBeNull(); // a window that comes back has no question of yesterday
});

test('does so from now on without asking', async () => {
  await act(async () => document.querySelector<HTMLElement>('[role=alertdialog] label')?.click());
  await press('Fermer et finir l’envoi');
  expect(save.mock.calls[0]?.[0]).toMatchObject({ closing: 'finish' });
  expect(finish).toHaveBeenCalledOnce();
});

test('closes now, or stays', async () => {
  await press('Fermer maintenant');
  expect(close).toHaveBeenCalledOnce();
  await press('Rester');
  expect(dialog()).toBeNull();
  expect(finish).not.toHaveBeenCalled();
});
