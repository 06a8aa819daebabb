import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Language } from '../text';
import { type Command, followKeys, useCommands } from '../ui';
import { stage } from '../ui/testing';
import { text, Window } from '../who/testing';
import { Commands } from './Commands';

const root = stage();
let stop = () => {};
beforeEach(() => {
  stop = followKeys();
});
afterEach(() => stop());

function Offers({ commands }: { commands: Command[] }) {
  useCommands(commands);
  return null;
}

const show = (...commands: Command[]) => showIn('fr', ...commands);
const showIn = (lang: Language, ...commands: Command[]) =>
  act(async () =>
    root.render(
      <Window lang={lang}>
        <Commands onHelp={() => {}} />
        <Offers commands={commands} />
      </Window>,
    ),
  );
const send = () => ({ id: 'go-on', label: 'Envoyer', run: vi.fn() });
const item = () =>
  [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((e) => text(e) === 'Envoyer');
const open = async () => {
  await act(async () => {
    dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, cancelable: true }));
  });
  await vi.waitFor(() => expect(item()).toBeTruthy());
};
const frame = () => new Promise<void>((done) => requestAnimationFrame(() => done()));
const choose = () =>
  act(async () => {
    item()?.click();
    for (let i = 0; i < 4; i++) await frame();
  });

test('what is chosen from the list is done as it is by then', async () => {
  const [before, now] = [send(), send()];
  await show(before);
  await open();
  await show(now);
  await choose();
  expect(before.run).not.toHaveBeenCalled();
  expect(now.run).toHaveBeenCalledTimes(1);
});

test('what cannot be done any more is not', async () => {
  const before = send();
  await show(before);
  await open();
  await show();
  await choose();
  expect(before.run).not.toHaveBeenCalled();
});

test('what is listed follows the language', async () => {
  const listed = () => [...document.querySelectorAll('[role=menuitem]')].map((e) => text(e));
  await show(send());
  await open();
  expect(listed()).toContain('Apparence claire');
  await showIn('en', send());
  expect(listed()).toContain('Light appearance');
  expect(listed()).not.toContain('Apparence claire');
});
