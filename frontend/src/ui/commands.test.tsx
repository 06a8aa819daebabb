import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ariaKeys, type Command, commandsNow, followKeys, isPressed, useCommands } from './commands';
import { stage } from './testing';

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

const offer = (...parts: Command[][]) =>
  act(async () =>
    root.render(
      parts.map((commands, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts do not move
        <Offers key={i} commands={commands} />
      )),
    ),
  );

const command = (id: string, keys?: string, more: Partial<Command> = {}) => {
  const run = vi.fn();
  return { id, label: id, keys, run, ...more };
};

function press(init: KeyboardEventInit, at: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  at.dispatchEvent(event);
  return event;
}

const ctrlN = { key: 'n', ctrlKey: true };

describe('a combination', () => {
  test.each([
    ['mod+n', { key: 'n', ctrlKey: true }, true],
    ['mod+n', { key: 'N', ctrlKey: true }, true], // with the capitals locked
    ['mod+n', { key: 'n', metaKey: true }, true],
    ['mod+n', { key: 'n' }, false],
    ['mod+n', { key: 'N', ctrlKey: true, shiftKey: true }, false],
    ['mod+shift+n', { key: 'N', ctrlKey: true, shiftKey: true }, true],
    ['mod+n', { key: 'n', ctrlKey: true, altKey: true }, false], // Alt Gr
    ['mod+enter', { key: 'Enter', ctrlKey: true }, true],
    ['f1', { key: 'F1' }, true],
    ['f1', { key: 'F1', ctrlKey: true }, false],
  ])('%s is pressed by %o: %s', (keys, init, pressed) => {
    expect(isPressed(keys, new KeyboardEvent('keydown', init))).toBe(pressed);
  });

  test('is told to what reads the page out', () => {
    expect(ariaKeys('mod+shift+n')).toBe('Control+Shift+N');
    expect(ariaKeys('mod+enter')).toBe('Control+Enter');
    expect(ariaKeys('f1')).toBe('F1');
  });
});

describe('a command', () => {
  test('is done by its keys, once for keys that are held, and the web view does not hear them', async () => {
    const one = command('new', 'mod+n');
    await offer([one]);
    expect(press(ctrlN).defaultPrevented).toBe(true);
    expect(press({ ...ctrlN, repeat: true }).defaultPrevented).toBe(true);
    expect(one.run).toHaveBeenCalledTimes(1);
    expect(press({ key: 'b', ctrlKey: true }).defaultPrevented).toBe(false);
  });

  test('goes with its part of the window; of two with the same keys the later one counts', async () => {
    const [below, above] = [command('send', 'mod+enter'), command('reply', 'mod+enter')];
    await offer([below], [above]);
    press({ key: 'Enter', ctrlKey: true });
    expect(above.run).toHaveBeenCalledTimes(1);
    await offer([below]);
    press({ key: 'Enter', ctrlKey: true });
    expect(below.run).toHaveBeenCalledTimes(1);
    await offer();
    expect(press({ key: 'Enter', ctrlKey: true }).defaultPrevented).toBe(false);
  });

  test('waits while a dialog stands above the page, unless it is for there too', async () => {
    const [page, help] = [command('new', 'mod+n'), command('help', 'f1', { above: true })];
    await offer([page, help]);
    const dialog = document.body.appendChild(document.createElement('div'));
    dialog.setAttribute('role', 'dialog');
    expect(press(ctrlN).defaultPrevented).toBe(true); // or the web view opens a window
    press({ key: 'F1' });
    expect(page.run).not.toHaveBeenCalled();
    expect(help.run).toHaveBeenCalledTimes(1);
    const mask = document.body.appendChild(document.createElement('dialog'));
    mask.setAttribute('open', '');
    press({ key: 'F1' });
    expect(help.run).toHaveBeenCalledTimes(1);
  });

  test('of keys that a text has of its own leaves them to whoever types', async () => {
    const undo = command('undo', 'mod+z', { typing: false });
    await offer([undo]);
    const text = document.body.appendChild(document.createElement('textarea'));
    expect(press({ key: 'z', ctrlKey: true }, text).defaultPrevented).toBe(false);
    expect(undo.run).not.toHaveBeenCalled();
    press({ key: 'z', ctrlKey: true });
    expect(undo.run).toHaveBeenCalledTimes(1);
  });

  test.each(['checkbox', 'radio'])('does not take a %s for a text', async (type) => {
    const undo = command('undo', 'mod+z', { typing: false });
    await offer([undo]);
    const box = document.body.appendChild(Object.assign(document.createElement('input'), { type }));
    press({ key: 'z', ctrlKey: true }, box);
    expect(undo.run).toHaveBeenCalledTimes(1);
  });

  test('is listed with the others, what belongs to the page first, each once', async () => {
    await offer(
      [command('new'), command('help')],
      [command('send', undefined, { page: true }), command('new')],
    );
    expect(commandsNow().map((c) => c.id)).toEqual(['send', 'new', 'help']);
  });
});
