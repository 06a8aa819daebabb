import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { reads } from '../../bridge';
import { program, programEvents, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import { frame, Window } from '../../who/testing';
import { ProxyAsk } from './ProxyAsk';

programEvents();
const root = stage();
const [set, closed] = [vi.fn(), vi.fn()];

const show = () =>
  act(async () =>
    root.render(
      <Window>
        <ProxyAsk onClose={closed} />
      </Window>,
    ),
  );
const type = (field: number, text: string) =>
  act(async () => {
    const input = document.querySelectorAll('input')[field];
    if (!input) throw new Error('no such field');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
const save = () =>
  act(async () =>
    [...document.querySelectorAll('button')].find((b) => b.textContent === 'Enregistrer')?.click(),
  );

beforeEach(async () => {
  set.mockReset();
  closed.mockReset();
  program({
    'Line.State': () => ({
      reason: 'proxy-auth',
      proxy: 'proxy.cabinet:3128',
      user: '',
      for: '',
      kept: false,
    }),
    'Line.SetProxySecret': set,
  });
  await act(async () => root.render(null));
  await show();
});

test('says which proxy asks, and keeps what it is to be shown', async () => {
  expect(document.body.textContent).toContain('proxy.cabinet:3128');
  expect(document.querySelectorAll('input')[1]?.type).toBe('password');
  await type(0, ' accueil ');
  await type(1, ' un mot ');
  await save();
  expect(set).toHaveBeenCalledWith('accueil', ' un mot '); // a password may begin with a space
  expect(closed).toHaveBeenCalledOnce();
});

test('says where they stay', async () => {
  const keyring = (sealed: boolean, silent = false) =>
    act(async () => reads.keys.set({ sealed, silent, recovery: true }));
  await keyring(true);
  expect(document.body.textContent).toContain('dans le trousseau de ce poste');
  for (const [sealed, silent] of [
    [false, false],
    [true, true],
  ] as const) {
    await keyring(sealed, silent);
    expect(document.body.textContent).toContain('Guichet les oublie à sa fermeture');
    expect(document.body.textContent).not.toContain('dans le trousseau de ce poste');
  }
});

test('asks for the name, and says what cannot be used', async () => {
  const [name] = document.querySelectorAll('input');
  await save();
  expect(document.body.textContent).toContain('Écrivez le nom.');
  await frame();
  expect(document.activeElement).toBe(name);
  expect(set).not.toHaveBeenCalled();
  set.mockImplementation(() => refuse('invalid'));
  await type(0, 'a:b');
  await save();
  expect(document.body.textContent).toContain('que les proxys n’acceptent pas');
  expect(closed).not.toHaveBeenCalled();
});
