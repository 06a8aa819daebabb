import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { aFile, anAct } from '../../acts/testing';
import type { Item, Request } from '../../bridge';
import { program } from '../../bridge/testing';
import type { Language } from '../../text';
import { stage } from '../../ui/testing';
import { claire, frame, methods, status, text, Window } from '../../who/testing';
import { Details } from './Details';

// A request whose content support has erased: what its page says, and what it offers no more.

const root = stage();
const at = '2026-03-03T10:42:00.000Z';
const history = ['received', 'purged', 'portal.closed'].map((what) => ({ at, what, code: '' }));
let request: Request;

async function show(subject: string, over: Partial<Request> = {}, lang: Language = 'fr'): Promise<void> {
  const life = { written: at, saved: at, sent: at, received: at, taken: at, answered: at, closed: '' };
  request = {
    item: { id: 'r1', subject, status: 'received', portalStatus: 'closed', number: 'AS-1', life } as Item,
    answers: [],
    files: [aFile('f1')],
    messages: [{ id: 'm1', author: '', support: true, text: '', html: '', at, files: [aFile('f2')] }],
    problems: [],
    history,
    watchers: [],
    allowed: ['unwatch'],
    acts: [],
    rules: { maxCount: 10, maxBytes: 1 << 20, extensions: ['pdf'] },
    ...over,
  };
  await act(async () =>
    root.render(
      <Window lang={lang}>
        <Details id="r1" />
      </Window>,
    ),
  );
}

const banner = () => text(document.querySelector('.banner.blue') ?? document.createElement('p'));
const fileActs = () => document.querySelectorAll('.files button').length;

async function menu(): Promise<string[]> {
  await act(async () => new Promise((done) => setTimeout(done, 60))); // the menu itself comes later
  const more = [...document.querySelectorAll<HTMLElement>('.acts-direct button')].at(-1);
  await act(async () => more?.click());
  return [...document.querySelectorAll('[role=menuitem]')].map((m) => text(m));
}

beforeEach(() => {
  program({
    ...methods({ person: claire, people: [] }),
    'Outbox.State': () => status({ connection: 'online' }),
    'Requests.Open': () => request,
    'Requests.Seen': () => {},
  });
});

test('where it was written, the copy of this PC can still be used', async () => {
  await show('Facture en double');
  expect(banner()).toContain('L’assistance a effacé le contenu de cette demande le 3 mars 2026');
  expect(banner()).toContain('la copie de ce poste');
  expect(text()).toContain('Contenu effacé par l’assistance');
  expect(text()).toContain('Le contenu de la demande est effacé : on n’y répond plus.');
  expect(document.querySelector('.reply textarea')).toBeNull();
  expect(fileActs()).toBe(4);
  expect(await menu()).toContain('Dupliquer');
});

test('at another one there is nothing to open and nothing to begin anew with', async () => {
  await show('');
  expect(banner()).toContain('Il en reste le numéro, les dates et l’empreinte des fichiers.');
  expect(banner()).not.toContain('copie');
  expect(fileActs()).toBe(0);
  const offered = await menu();
  expect(offered).not.toContain('Dupliquer');
  expect(offered.length).toBeGreaterThan(0);
});

test('it says so in English, with the day of the last time', async () => {
  const again = [...history, { at: '2026-04-07T10:42:00.000Z', what: 'purged', code: '' }];
  await show('', { history: again }, 'en');
  expect(banner()).toContain('Support erased the content of this request on 7 April 2026');
});

test('any other request says nothing of it', async () => {
  await show('Facture en double', { history: [{ at, what: 'received', code: '' }] });
  expect(banner()).toBe('');
  expect(text()).not.toContain('effacé par');
  expect(await menu()).toContain('Dupliquer');
});

test('what was being written is kept', async () => {
  await frame();
  await show('Facture en double', {
    acts: [anAct({ text: 'Encore une chose', status: 'draft' })],
  });
  expect(text()).toContain('Votre texte est gardé ici.');
});
