import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Item } from '../bridge';
import { program, refuse } from '../bridge/testing';
import type { Language } from '../text';
import { followKeys } from '../ui';
import { stage } from '../ui/testing';
import { press, text, Window } from '../who/testing';
import { Letterhead, usePaper } from '.';

const root = stage();
const at = new Date(2026, 10, 25, 10, 42).toISOString();
const queued = {
  id: 'r1',
  subject: 'Facture en double',
  status: 'queued',
  reason: '',
  number: '',
  portalStatus: '',
  priority: '',
  life: { written: at, saved: at, sent: '', received: '', taken: '', answered: '', closed: '' },
} as Item;
const received = {
  ...queued,
  status: 'received',
  number: 'AS-2026-000012',
  life: { ...queued.life, received: at },
} as Item;

const asked = vi.fn();
const printed = vi.fn();
let stop = () => {};
afterEach(() => stop());
beforeEach(() => {
  stop = followKeys();
  asked.mockReset().mockReturnValue('C:\\Demandes\\Demande.pdf');
  printed.mockReset();
  // As in the program's own window; a browser prints by itself.
  Object.assign(window, { webkit: { messageHandlers: { external: {} } } });
  program({ 'Papers.PDF': asked, 'Papers.Print': printed });
});

const Paper = ({ item }: { item: Item }) =>
  usePaper(item).map((entry) => (
    <button key={entry.id} type="button" onClick={entry.run}>
      {entry.label}
    </button>
  ));
const show = (item: Item, lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Window lang={lang}>
        <Paper item={item} />
        <Letterhead item={item} />
      </Window>,
    ),
  );
const toasts = () => text(document.querySelector('.toasts') ?? undefined);
const key = (init: KeyboardEventInit) => {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  act(() => void window.dispatchEvent(event));
  return event;
};

test('a request is saved as a PDF, also while it waits, and where is told', async () => {
  await show(queued);
  await press('Enregistrer en PDF');
  expect(asked).toHaveBeenCalledExactlyOnceWith(
    'r1',
    'Enregistrer la demande en PDF',
    'Demande Facture en double',
    expect.objectContaining({ lang: 'fr', status: 'En attente d’envoi' }),
  );
  expect(toasts()).toContain('Enregistré dans C:\\Demandes\\Demande.pdf');
});

test('a dialog that is cancelled says nothing', async () => {
  asked.mockReturnValue('');
  await show(received, 'en');
  await press('Save as PDF');
  expect(asked.mock.calls[0]?.[2]).toBe('Request AS-2026-000012');
  expect(toasts()).toBe('');
});

test('a place that takes no file is told, and it can be tried again', async () => {
  asked.mockImplementation(() => refuse('not-written'));
  await show(received);
  await press('Enregistrer en PDF');
  expect(toasts()).toContain('pas');
  await press('Enregistrer en PDF');
  expect(asked).toHaveBeenCalledTimes(2);
});

test('one dialog at a time', async () => {
  let done: (path: string) => void = () => {};
  asked.mockReturnValue(new Promise<string>((resolve) => (done = resolve)));
  await show(received);
  await press('Enregistrer en PDF');
  await press('Enregistrer en PDF');
  expect(asked).toHaveBeenCalledTimes(1);
  await act(async () => done('/x.pdf'));
  expect(toasts()).toContain('/x.pdf');
});

test('it is printed by its button and by Ctrl P, once for a key that is held', async () => {
  await show(received);
  await press('Imprimer');
  expect(printed).toHaveBeenCalledTimes(1);
  expect(key({ key: 'p', ctrlKey: true }).defaultPrevented).toBe(true);
  key({ key: 'P', ctrlKey: true, repeat: true });
  expect(printed).toHaveBeenCalledTimes(2);
  for (const other of [
    { key: 'p' },
    { key: 'p', ctrlKey: true, shiftKey: true },
    { key: 'k', ctrlKey: true },
  ])
    expect(key(other).defaultPrevented).toBe(false);
  expect(printed).toHaveBeenCalledTimes(2);
});

test('the paper of a request says what the portal has answered, or that it has not', async () => {
  await show(queued);
  expect(text()).toContain('Accusé d’enregistrement local');
  expect(text()).toContain('Ce document ne prouve pas que la demande est arrivée.');
  expect(text()).toContain('r1');
  await show(received);
  expect(text()).toContain('Transmise sous le n° AS-2026-000012');
  expect(text()).not.toContain('ne prouve pas');
});
