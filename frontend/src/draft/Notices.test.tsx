import { act, useSyncExternalStore } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { type Person, reads } from '../bridge';
import { Speak } from '../text';
import { Words } from '../text/words';
import { Toasts } from '../ui';
import { stage } from '../ui/testing';
import { Editor } from './editor';
import { Notices } from './Notices';
import { isWork } from './reducer';
import { content, draft, FakeStore } from './testing';

let store: FakeStore;
let editor: Editor;
const root = stage();
let places: string[];

function Page() {
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  return isWork(state) ? <Notices editor={editor} state={state} /> : null;
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const type = (value: string) => act(async () => editor.change({ kind: 'value', field: 'subject', value }));
const button = (name: string) => {
  const found = [...document.querySelectorAll('button')].find((b) => b.textContent === name);
  if (!found) throw new Error(`no button ${name}`);
  return found;
};
const press = (name: string) => act(async () => button(name).click());
const busy = (name: string) => button(name).getAttribute('aria-disabled');
const toasts = () => document.querySelectorAll('.toast').length;

const THEIRS = 'Prendre l’autre, et garder la mine à part';
const MINE = 'Garder ma version';
const NEW = 'Garder dans un nouveau brouillon';

beforeEach(async () => {
  vi.useFakeTimers();
  store = new FakeStore();
  store.disk.set('d1', draft());
  editor = new Editor(store);
  await editor.open('d1');
  const { hook, history } = memoryLocation({ path: '/draft/d1', record: true });
  places = history;
  await act(async () =>
    root.render(
      <Router hook={hook}>
        <Speak lang="fr">
          <Toasts words={new Words('fr')} close="Fermer" place="/draft/d1">
            <Page />
          </Toasts>
        </Speak>
      </Router>,
    ),
  );
});

afterEach(async () => {
  vi.useRealTimers();
});

test('while mine is kept apart, neither answer to a conflict can be given once more', async () => {
  store.change('d1', content({ values: { subject: 'La leur' } }));
  await type('La mienne');
  await pass(350);
  store.latency = 100;
  const create = vi.spyOn(store, 'create');
  await press(THEIRS);
  expect([busy(THEIRS), busy(MINE)]).toEqual(['true', 'true']);
  await press(THEIRS);
  await press(MINE);
  await pass(1000);
  expect(create).toHaveBeenCalledTimes(1);
  expect([store.text('d1'), store.text('new1'), toasts()]).toEqual(['La leur', 'La mienne', 1]);
});

test('a text without its draft is kept in one new draft, however often that is asked', async () => {
  store.saveFaults.push({ code: 'not-found' });
  await type('Facture');
  await pass(350);
  store.latency = 100;
  const create = vi.spyOn(store, 'create');
  await press(NEW);
  expect(busy(NEW)).toBe('true');
  await press(NEW);
  await pass(1000);
  expect(create).toHaveBeenCalledTimes(1);
  expect(places.at(-1)).toBe('/draft/new1');
});

test('what could not be kept apart can be kept again', async () => {
  store.change('d1', content({ values: { subject: 'La leur' } }));
  await type('La mienne');
  await pass(350);
  store.saveFaults.push({ code: 'disk-full' });
  await press(THEIRS);
  await pass(0);
  expect([busy(THEIRS), busy(MINE)]).not.toContain('true');
  await press(THEIRS);
  await pass(0);
  expect(store.text('new1')).toBe('La mienne');
});

const someone = { id: 'claire', name: 'Claire Lefèvre', known: true, signedIn: true, practices: [] };
const main = () => document.body.textContent ?? '';

test('a draft of this PC is taken by whoever is at the desk, and by nobody else', async () => {
  store.disk.set('d1', draft({ shared: true }));
  await act(async () => editor.open('d1'));
  await act(async () => reads.person.set({ ...someone, known: false } as unknown as Person));
  expect(main()).not.toContain('Ce brouillon est commun à ce poste');
  await act(async () => reads.person.set(someone as unknown as Person));
  expect(main()).toContain('Ce brouillon est commun à ce poste');
  await type('Tapé juste avant'); // is saved first
  await press('Le prendre à mon nom');
  expect(store.text('d1')).toBe('Tapé juste avant');
  expect(store.disk.get('d1')?.shared).toBe(false);
  expect(main()).not.toContain('Ce brouillon est commun à ce poste');
  expect(main()).toContain('Ce brouillon est à vous');
});

test('one that cannot be taken stays, and says why', async () => {
  store.disk.set('d1', draft({ shared: true }));
  await act(async () => editor.open('d1'));
  await act(async () => reads.person.set(someone as unknown as Person));
  store.change('d1', content({ values: { subject: 'La leur' } }));
  await press('Le prendre à mon nom');
  expect(main()).toContain('Une autre version vient d’être enregistrée.');
  expect(main()).toContain('Ce brouillon est commun à ce poste');
});

test('one that a colleague gave says who', async () => {
  store.disk.set('d1', draft({ givenBy: 'Marc Diallo' }));
  await act(async () => editor.open('d1'));
  expect(main()).toContain('confié par Marc Diallo');
});
