import { act, useSyncExternalStore } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { CallError, files, type Person, reads, type StoredFile } from '../bridge';
import { Speak } from '../text';
import { Words } from '../text/words';
import { stage } from '../ui/testing';
import { Editor } from './editor';
import { isWork } from './reducer';
import { draft, FakeStore } from './testing';
import { Vouch } from './Vouch';

const root = stage();
let store: FakeStore;
let editor: Editor;

function Page() {
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  return isWork(state) ? <Vouch editor={editor} work={state} /> : null;
}

const file = (confirmedBy: string): StoredFile => ({
  id: `f-${confirmedBy}`,
  name: 'facture.pdf',
  size: 10,
  media: 'application/pdf',
  thumb: false,
  confirmedBy,
  confirmedAt: '2026-01-05T08:00:00Z',
  releasedAt: '',
});
const me = { id: 'sophie', name: 'Sophie', known: true, signedIn: true, practices: [] } as unknown as Person;
const text = () => (document.body.textContent ?? '').replace(/[\u202f\u00a0]/g, ' ');
const confirm = () => act(async () => document.querySelector('button')?.click());
const tick = () => act(async () => document.querySelector<HTMLInputElement>('input')?.click());

async function show(...attached: StoredFile[]) {
  store = new FakeStore();
  store.disk.set('d1', draft({ files: attached, givenBy: 'Claire Lefèvre' }));
  editor = new Editor(store);
  await editor.open('d1');
  await act(async () =>
    root.render(
      <Speak lang="fr">
        <Page />
      </Speak>,
    ),
  );
}

beforeEach(() => {
  vi.restoreAllMocks();
  reads.person.set(me);
});

test('nothing is asked of what the person has answered for', async () => {
  await show(file('sophie'));
  expect(text()).toBe('');
});

test('what was answered for before anybody had signed in is asked anew', async () => {
  await show(file(''), file('sophie'));
  expect(text()).toContain('Ce fichier a été joint avant votre connexion.');
});

test('nothing is asked of nobody', async () => {
  reads.person.set({ ...me, id: '', known: false });
  await show(file('claire'));
  expect(text()).toBe('');
});

test('files that somebody else has answered for are confirmed anew, once it was ticked', async () => {
  const vouch = vi.spyOn(files, 'vouch').mockImplementation(async () => {
    store.disk.set('d1', draft({ files: [file('sophie')], givenBy: 'Claire Lefèvre' }));
    return { files: [], waiting: [], refused: [], problems: [] } as never;
  });
  await show(file('claire'), file('sophie'));
  expect(text()).toContain('Ce fichier a été joint par Claire Lefèvre.');
  await confirm();
  expect(vouch).not.toHaveBeenCalled();
  expect(text()).toContain(new Words('fr').t('popup.tickFirst').replace(/[\u202f\u00a0]/g, ' '));
  await tick();
  await confirm();
  expect(vouch.mock.calls[0]?.[0]).toBe('d1');
  expect(text()).toBe('');
});

test('what could not be written is said, and can be tried again', async () => {
  vi.spyOn(files, 'vouch').mockRejectedValueOnce(new CallError('disk-full'));
  await show(file('claire'));
  await tick();
  await confirm();
  expect(text()).toContain('La confirmation a échoué.');
  expect(document.querySelector('button')?.getAttribute('aria-disabled')).toBeNull();
});
