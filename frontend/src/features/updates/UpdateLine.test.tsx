import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { reads, type Update } from '../../bridge';
import { program, programEvents, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import { Window } from '../../who/testing';
import { kindOf, UpdateLine } from './UpdateLine';

const changed = programEvents();
const root = stage();
const [restart, fetch, later] = [vi.fn(), vi.fn(), vi.fn()];
let now: Update;

const update = (over: Partial<Update> = {}): Update => ({
  policy: 'auto',
  scope: 'user',
  version: '1.3.0',
  state: 'current',
  problem: '',
  offer: '',
  notes: { fr: '', en: '' },
  urgent: false,
  size: 0,
  published: '',
  staged: '',
  busy: false,
  done: 0,
  total: 0,
  checked: '',
  refused: [],
  quiet: false,
  damaged: false,
  ...over,
});

const show = async (over: Partial<Update>) => {
  now = update(over);
  await act(async () => root.render(null));
  await act(async () =>
    root.render(
      <Window>
        <UpdateLine />
      </Window>,
    ),
  );
  await act(async () => changed('updates'));
};
const text = () => document.body.textContent?.replace(/\s/g, ' ') ?? '';
const press = (name: string) =>
  act(async () => [...document.querySelectorAll('button')].find((b) => b.textContent === name)?.click());

beforeEach(() => {
  for (const f of [restart, fetch, later]) f.mockReset();
  program({
    'Updates.State': () => now,
    'Updates.Restart': restart,
    'Updates.Fetch': fetch,
    'Updates.Later': later,
  });
  void reads.update.refresh();
});

test.each<[string, Partial<Update>, string | undefined]>([
  ['nothing newer', {}, undefined],
  ['one that is being brought by itself', { offer: '1.4.0' }, undefined],
  ['one that lies ready', { offer: '1.4.0', staged: '1.4.0' }, 'staged'],
  ['one that is put off', { staged: '1.4.0', quiet: true }, undefined],
  ['one that the person may bring', { offer: '1.4.0', policy: 'notify' }, 'available'],
  ['one for the administrator', { offer: '1.4.0', policy: 'notify', scope: 'machine' }, 'machine'],
  ['one that did not come up here', { offer: '1.4.0', policy: 'notify', refused: ['1.4.0'] }, undefined],
])('says what there is to say of %s', (_name, over, kind) => {
  expect(kindOf(update(over))).toBe(kind);
});

test('what lies ready can be put in place now, or waits', async () => {
  await show({ staged: '1.4.0', notes: { fr: 'Corrige l’impression.', en: 'Mends printing.' } });
  expect(text()).toContain('1.4.0');
  expect(text()).toContain('Corrige l’impression.');
  await press('Redémarrer Guichet');
  expect(restart).toHaveBeenCalledOnce();
  now = update({ staged: '1.4.0', quiet: true });
  await press('Plus tard');
  expect(later).toHaveBeenCalledOnce();
  expect(text()).not.toContain('1.4.0');
});

test('where the person decides, it is brought when they say so', async () => {
  await show({ offer: '1.4.0', policy: 'notify' });
  await press('Télécharger');
  expect(fetch).toHaveBeenCalledOnce();
});

test('put off, it leaves the focus on the page', async () => {
  const title = document.body.appendChild(document.createElement('h1'));
  title.tabIndex = -1;
  await show({ offer: '1.4.0', staged: '1.4.0' });
  later.mockImplementation(() => {
    now = { ...now, quiet: true };
  });
  await act(async () => document.querySelector('button')?.focus());
  await press('Plus tard');
  expect(document.querySelector('.update-line')).toBeNull();
  expect(document.activeElement).toBe(title);
});

test.each([
  ['Redémarrer Guichet', restart, { staged: '1.4.0' }],
  ['Télécharger', fetch, { policy: 'notify' }],
  ['Plus tard', later, { staged: '1.4.0' }],
])('what « %s » could not do is told', async (name, call, over) => {
  await show({ offer: '1.4.0', ...over } as Partial<Update>);
  call.mockImplementation(() => refuse('disk-full'));
  await press(name);
  expect(text()).toContain('disque');
});
