import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Notice, reads, type Settings } from '../bridge';
import { program, programEvents, programTells } from '../bridge/testing';
import type { Language } from '../text';
import { stage } from '../ui/testing';
import { Window } from '../who/testing';
import { useTold } from './useTold';

programEvents();
const root = stage();
const shown = vi.fn();

function Teller() {
  useTold();
  return null;
}

const notice = (seq: number, over: Partial<Notice> = {}): Notice => ({
  seq,
  request: `r${seq}`,
  number: `AS-2026-00001${seq}`,
  kind: 'answer',
  status: '',
  at: '',
  read: false,
  ...over,
});
const show = (lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Window lang={lang}>
        <Teller />
      </Window>,
    ),
  );
const tell = (...notices: Notice[]) => {
  for (const n of notices) programTells('told', n);
};
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const said = () =>
  shown.mock.calls.map((c) => c.map((v) => (typeof v === 'string' ? v.replace(/[\u202f\u00a0]/g, ' ') : v)));

beforeEach(() => {
  vi.useFakeTimers();
  shown.mockReset();
  programEvents();
  program({ 'Bell.Show': shown });
  reads.settings.set({ quiet: [] } as Partial<Settings> as Settings);
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ['fr', ['Nouvelle réponse', 'Passée à « résolue »', 'Vous suivez désormais cette demande']],
  ['en', ['New answer', 'Now “resolved”', 'You now follow this request']],
] as const)('what comes is told by number and kind (%s)', async (lang, [answer, resolved, watching]) => {
  await show(lang);
  tell(notice(1), notice(2, { kind: 'status', status: 'resolved' }), notice(3, { kind: 'watcher' }));
  await pass(2000);
  expect(said()).toEqual([
    [1, 'AS-2026-000011', answer],
    [2, 'AS-2026-000012', resolved],
    [3, 'AS-2026-000013', watching],
  ]);
});

test('a kind that is not known yet, and a request without a number, are told too', async () => {
  await show();
  tell(notice(1, { kind: 'later', number: '' }), notice(2, { kind: 'status', status: 'later' }));
  await pass(2000);
  expect(said()).toEqual([
    [1, 'Une demande', 'Du nouveau'],
    [2, 'AS-2026-000012', 'Du nouveau'],
  ]);
});

test('more than three within two seconds are one, which leads to the newest', async () => {
  await show();
  tell(notice(5), notice(3));
  await pass(1500);
  tell(notice(2), notice(9), notice(4));
  await pass(500);
  expect(said()).toEqual([[9, '5 nouvelles', 'Le détail est dans les notifications de Guichet.']]);
  // What comes later is told by itself.
  tell(notice(6));
  await pass(2000);
  expect(shown).toHaveBeenCalledTimes(2);
  expect(said()[1]).toEqual([6, 'AS-2026-000016', 'Nouvelle réponse']);
});

test('a kind that was switched off is neither told nor counted', async () => {
  reads.settings.set({ quiet: ['answer'] } as Partial<Settings> as Settings);
  await show();
  tell(notice(1), notice(2), notice(3, { kind: 'watcher' }), notice(4));
  await pass(2000);
  expect(said()).toEqual([[3, 'AS-2026-000013', 'Vous suivez désormais cette demande']]);
});

test('a system that shows none is no matter', async () => {
  shown.mockRejectedValue('no service');
  await show();
  tell(notice(1));
  await pass(2000);
  expect(shown).toHaveBeenCalledTimes(1);
});

test('a notification that is pressed leads to its request', async () => {
  await show();
  await act(async () => programTells('notified', 'r7'));
  expect(location.href).toContain('/request/r7');
});
