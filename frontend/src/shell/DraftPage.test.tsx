import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { program } from '../bridge/testing';
import { forget } from '../draft';
import { content, draft, FakeStore, problem, view } from '../draft/testing';
import { stage } from '../ui/testing';
import { claire, methods, press, readAll, text, type, Window } from '../who/testing';
import { DraftPage } from './DraftPage';

// What the PC's people wrote leaves in nobody's name unasked.

const root = stage();
let store: FakeStore;

beforeEach(async () => {
  store = new FakeStore();
  const subject = {
    key: 'subject',
    kind: 'line',
    label: { fr: 'Sujet', en: 'Subject' },
    hint: { fr: '', en: '' },
  };
  store.look = (c) =>
    view({
      fields: [{ required: true, max: 200, default: '', options: [], ...subject } as never],
      problems: c.values.subject ? [] : [problem('subject', 'details')],
    });
  const c = content({ road: 'form', type: 'invoice', category: 'dispute' });
  store.disk.set('d1', draft({ shared: true, content: c, view: store.look(c) }));
  program({
    ...methods({ person: claire, people: [] }),
    'Drafts.Open': (id: string) => store.open(id),
    'Drafts.Save': (id: string, revision: number, c: never) => store.save(id, revision, c),
    'Drafts.Submit': (id: string, revision: number) => store.submit(id, revision),
  });
  await readAll();
  await act(async () =>
    root.render(
      <Window>
        <DraftPage id="d1" />
      </Window>,
    ),
  );
  return () => forget('d1');
});

test('« Envoyer » asks in whose name, also before the last word is stored', async () => {
  await type('Sujet', 'Facture');
  await press('Envoyer');
  expect(store.queued.size).toBe(0);
  expect(text()).toContain('Envoyer à votre nom ?');
  await press('Envoyer à mon nom');
  expect([...store.queued]).toEqual(['d1']);
});

test('what is left to do is told first, and asks nothing', async () => {
  await press('Envoyer');
  expect(text()).not.toContain('Envoyer à votre nom ?');
  expect(document.activeElement?.className).toContain('summary');
  expect(store.queued.size).toBe(0);
});

test('a file that is spoken of is reminded of where one can be attached, and nowhere else', async () => {
  const values = { subject: 'Voir la pièce jointe' };
  const c = content({ road: 'assistant', step: 'files', type: 'invoice', category: 'dispute', values });
  store.disk.set('d1', draft({ content: c, view: store.look(c) }));
  await act(async () => forget('d1')); // it is read anew
  const reminded = () => text().includes('aucun fichier n’est joint');
  await press('Envoyer');
  expect(reminded()).toBe(true);
  await press('Précédent');
  expect(reminded()).toBe(false);
  await press('Suivant');
  expect(document.getElementById('field-files')).not.toBeNull();
  expect(reminded()).toBe(false);
  expect(document.activeElement?.tagName).toBe('H2');
  await press('Envoyer');
  expect(reminded()).toBe(true);
});
