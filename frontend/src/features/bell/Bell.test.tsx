import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Notice, reads, type Settings } from '../../bridge';
import { program, programEvents, refuse } from '../../bridge/testing';
import type { Language } from '../../text';
import { stage } from '../../ui/testing';
import { buttonNamed, press, text, Window } from '../../who/testing';
import { Bell } from './Bell';

const tell = programEvents();
const root = stage();

let held: Notice[];
let reading: number[];
const set = vi.fn();
const settings = { quiet: ['status'] } as Partial<Settings> as Settings;

const notice = (seq: number, over: Partial<Notice> = {}): Notice => ({
  seq,
  request: `r${seq}`,
  number: `AS-2026-00001${seq}`,
  kind: 'answer',
  status: '',
  at: new Date(Date.now() - 5 * 60_000).toISOString(),
  read: false,
  ...over,
});

const render = (lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Window lang={lang}>
        <Bell set={set} />
      </Window>,
    ),
  );

async function show(lang: Language = 'fr'): Promise<void> {
  await render(lang);
  // The panel comes when the first page has been painted.
  await vi.waitFor(async () => {
    await act(async () => {});
    expect(document.querySelector('button.bell[data-react-aria-pressable]')).not.toBeNull();
  });
}

const button = () => document.querySelector<HTMLButtonElement>('button.bell') as HTMLButtonElement;
const open = () => act(async () => button().click());
const panel = () => document.querySelector('.panel') ?? document.createElement('div');
const lines = () => [...document.querySelectorAll('.notice-text')].map((e) => text(e));

beforeEach(() => {
  held = [];
  reading = [];
  set.mockReset();
  location.hash = '';
  reads.notices.forget(); // as when the window opens: nothing is known yet
  program({
    'Bell.Notices': () => held,
    'Bell.Read': (seq: number) => {
      reading.push(seq);
      held = held.map((n) => (n.seq <= seq ? { ...n, read: true } : n));
    },
    'Window.Settings': () => settings,
  });
});

afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ['fr', 'Notifications : 2 non lues'],
  ['en', 'Notices: 2 unread'],
] as const)('it counts what was not read, and says so (%s)', async (lang, name) => {
  held = [notice(3), notice(2), notice(1, { read: true })];
  await show(lang);
  expect(
    button()
      .getAttribute('aria-label')
      ?.replace(/[\u202f\u00a0]/g, ' '),
  ).toBe(name);
  expect(text(button())).toBe('2');
});

test.each([
  [
    'fr',
    [
      'Non lue. AS-2026-000016 : nouvelle réponse',
      'Non lue. AS-2026-000015 : passée à « résolue »',
      'Non lue. AS-2026-000014 : vous avez la main',
      'Non lue. AS-2026-000013 : vous la suivez désormais',
      'Une demande : du nouveau',
    ],
    'il y a 5 min',
  ],
  [
    'en',
    [
      'Unread. AS-2026-000016: new answer',
      'Unread. AS-2026-000015: now “resolved”',
      'Unread. AS-2026-000014: it is your turn',
      'Unread. AS-2026-000013: you now follow it',
      'A request: news',
    ],
    '5 minutes ago',
  ],
] as const)('it tells what happened by number, and when (%s)', async (lang, said, ago) => {
  held = [
    notice(6),
    notice(5, { kind: 'status', status: 'resolved' }),
    notice(4, { kind: 'status', status: 'waiting' }),
    notice(3, { kind: 'watcher' }),
    notice(2, { kind: 'later', number: '', read: true }),
  ];
  await show(lang);
  await open();
  expect(lines()).toEqual(said);
  expect(text(panel())).toContain(ago);
});

test('with nothing to tell it says what will come', async () => {
  await show();
  await open();
  expect(text(panel())).toContain('Rien pour l’instant.');
  expect(text(panel())).not.toContain('Tout marquer');
  expect(text(button())).toBe('');
});

test('a notice leads to its request and closes the bell', async () => {
  held = [notice(7)];
  await show();
  await open();
  await act(async () => document.querySelector<HTMLButtonElement>('.notice')?.click());
  expect(location.href).toContain('/request/r7');
  expect(document.querySelector('.panel')).toBeNull();
});

test('all of them are read up to the last that was seen, and no further', async () => {
  held = [notice(9), notice(8)];
  await show();
  await open();
  await press('Tout marquer comme lu');
  expect(reading).toEqual([9]);
  expect(text(button())).toBe('');
  expect(lines()).toEqual(['AS-2026-000019 : nouvelle réponse', 'AS-2026-000018 : nouvelle réponse']);
});

test('the focus stays in the panel when what was pressed goes', async () => {
  held = [notice(9)];
  await show();
  await open();
  await act(async () => buttonNamed('Tout marquer comme lu').focus());
  await press('Tout marquer comme lu');
  expect(panel().contains(document.activeElement)).toBe(true);
});

test('what cannot be noted stays unread, and is told', async () => {
  program({ 'Bell.Notices': () => held, 'Bell.Read': () => refuse('disk-full') });
  held = [notice(1)];
  await show();
  await open();
  await press('Tout marquer comme lu');
  expect(document.querySelector('.toast')).not.toBeNull();
  expect(text(button())).toBe('1');
});

test('what comes is said once for all that comes together, and nothing of what was there', async () => {
  const said = () => text(document.querySelector('[role=status].sr') ?? undefined);
  held = [notice(1)];
  vi.useFakeTimers();
  await render();
  expect(reads.notices.snapshot().data).toHaveLength(1);
  await act(() => vi.advanceTimersByTimeAsync(5000));
  expect(said()).toBe('');
  for (const seq of [2, 3]) {
    held = [notice(seq), ...held];
    await act(async () => tell('notices'));
    await act(() => vi.advanceTimersByTimeAsync(500));
    expect(said()).toBe('');
  }
  await act(() => vi.advanceTimersByTimeAsync(2000));
  expect(said()).toBe('3 notifications non lues');
  held = held.map((n) => (n.seq === 1 ? { ...n, read: true } : n));
  await act(async () => tell('notices'));
  await act(() => vi.advanceTimersByTimeAsync(5000));
  expect(said()).toBe('3 notifications non lues'); // nothing has come
  held = held.map((n) => ({ ...n, read: true }));
  await act(async () => tell('notices'));
  expect(said()).toBe('');
});

test('each kind can be kept out of the system’s notifications', async () => {
  await show();
  await open();
  await press('Notifications du système');
  const boxes = [...document.querySelectorAll<HTMLInputElement>('.bell-kind input')];
  expect(boxes.map((b) => `${text(b.closest('label') ?? undefined)} ${b.checked}`)).toEqual([
    'Les réponses true',
    'Les changements de statut false',
    'Les demandes que vous suivez désormais true',
  ]);
  await act(async () => boxes[0]?.click());
  expect(set).toHaveBeenLastCalledWith({ quiet: ['status', 'answer'] });
  await act(async () => boxes[1]?.click());
  expect(set).toHaveBeenLastCalledWith({ quiet: [] });
});
