import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Route, Router } from 'wouter';
import { type Item, type NamedQuery, type Page, type Person, type Query, reads } from '../bridge';
import { program, programEvents, refuse } from '../bridge/testing';
import { RequestList } from '../features/lists/Requests';
import { everything } from '../request';
import { stage } from '../ui/testing';
import { buttonNamed, claire, marc, methods, press, status, text, type, Window } from '../who/testing';
import { useHash, useSearch } from './hash';

// « Demandes » from its place in the address to what the program is asked, and
// back.

const root = stage();
const tell = programEvents();
const now: { person: Person; people: never[] } = { person: claire, people: [] };
const set = vi.fn();

interface Asked {
  query: Query;
  offset: number;
  answer: (page: Partial<Page>) => Promise<void>;
}
let asked: Asked[];
let rows: Item[]; // unless a test answers itself
let held: boolean; // it does
let fault: string;
let progress: { read: number; of: number };
let before: (() => void) | undefined; // what happens before the window has its next answer
let views: NamedQuery[];
let columns: string[];

const item = (id: string, over: Partial<Item> = {}) =>
  ({
    id,
    draft: false,
    subject: `Sujet ${id}`,
    categoryLabel: { fr: 'Litige de facture', en: 'Invoice dispute' },
    typeLabel: { fr: 'Assistance', en: 'Support' },
    practiceName: 'Cabinet des Tilleuls',
    files: 0,
    status: 'received',
    reason: '',
    portalStatus: 'waiting',
    number: `AS-${id}`,
    life: { written: '', saved: '', sent: '', received: '', taken: '', answered: '', closed: '' },
    updatedAt: new Date(2026, 2, 5).toISOString(),
    priority: 'high',
    author: '',
    watching: false,
    unread: false,
    reference: '',
    document: '',
    ...over,
  }) as Item;

function find(query: Query, offset: number): Page | Promise<Page> {
  if (fault) refuse(fault);
  const page = { items: rows, more: false, ...progress };
  let answer: Asked['answer'] = async () => {};
  const coming = new Promise<Page>((done) => {
    answer = (p) => act(async () => done({ ...page, ...p }));
  });
  asked.push({ query, offset, answer });
  before?.();
  before = undefined;
  return held ? coming : page;
}

function Places() {
  const search = useSearch();
  return (
    <Route path="/requests/:text?">
      {({ text = '' }) => (
        <RequestList
          key={now.person.id}
          who={now.person.id}
          text={decodeURIComponent(text)}
          search={search}
          set={set}
        />
      )}
    </Route>
  );
}

const go = (place: string, state: unknown = null) =>
  act(async () => {
    history.pushState(state, '', `#${place}`);
    dispatchEvent(new HashChangeEvent('hashchange'));
  });

async function show(place: string, state: unknown = null): Promise<void> {
  history.pushState(state, '', `#${place}`);
  await act(() =>
    Promise.all([reads.person, reads.settings, reads.catalogue, reads.status].map((r) => r.refresh())),
  );
  await act(async () =>
    root.render(
      <Window>
        <Router hook={useHash}>
          <Places />
        </Router>
      </Window>,
    ),
  );
}

const box = () => document.querySelector<HTMLInputElement>('.list-search input') as HTMLInputElement;
const write = (value: string) =>
  act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(box(), value);
    box().dispatchEvent(new Event('input', { bubbles: true }));
  });
// pause waits until what was typed is asked for.
const pause = () => act(() => new Promise((done) => setTimeout(done, 160)));
const subjects = () => [...document.querySelectorAll('[role=row] a')].map((a) => text(a));
const heads = () => [...document.querySelectorAll('[role=columnheader]')].map((h) => text(h));
const last = () => asked.at(-1)?.query;
const named = (label: string) => {
  const found = [...document.querySelectorAll('button')].find(
    (b) => b.getAttribute('aria-label')?.replace(/[\u202f\u00a0]/g, ' ') === label,
  );
  if (!found) throw new Error(`no button ${label} in ${text()}`);
  return act(async () => found.click());
};

const { happyDOM } = window as unknown as { happyDOM: { setViewport: (size: { width: number }) => void } };

beforeEach(() => {
  happyDOM.setViewport({ width: 1120 });
  now.person = claire;
  asked = [];
  rows = [item('1'), item('2')];
  held = false;
  fault = '';
  progress = { read: 2, of: 2 };
  before = undefined;
  views = [];
  columns = [];
  set.mockReset();
  const category = { key: 'dispute', label: { fr: 'Litige de facture', en: '' }, hint: { fr: '', en: '' } };
  program({
    ...methods(now),
    'Outbox.State': () => status({ drafts: 1 }),
    'Session.State': () => now.person,
    'Lists.Find': find,
    'Lists.Total': () => rows.length,
    'Lists.Views': () => views,
    'Lists.SaveView': (v: NamedQuery) => {
      if (fault) refuse(fault);
      views = [...views.filter((o) => o.id !== v.id), { ...v, id: v.id || 'new' }];
      return v.id || 'new';
    },
    'Lists.DropView': (id: string) => {
      views = views.filter((v) => v.id !== id);
    },
    'Window.Settings': () => ({ language: 'fr', columns }),
    'Catalogues.Current': () => ({
      version: 1,
      types: [{ key: 'admin', label: { fr: 'Assistance', en: '' }, categories: [category] }],
    }),
  });
});

describe('what is asked for', () => {
  test('stands in the address, and is told with its way out', async () => {
    await show('/requests?state=waiting,draft&priority=high&category=dispute&unread=1');
    expect(last()).toEqual({
      ...everything,
      states: ['waiting', 'draft'],
      priorities: ['high'],
      categories: ['dispute'],
      unread: true,
    });
    expect([...document.querySelectorAll('.list-chip')].map((c) => text(c))).toEqual([
      'Statut : Vous avez la main',
      'Statut : Brouillon',
      'Priorité : Haute',
      'Catégorie : Litige de facture',
      'Non lues',
    ]);
    expect(text()).toContain('2 résultats');
    await named('Retirer le filtre Statut : Vous avez la main');
    expect(location.hash).toBe('#/requests?state=draft&priority=high&category=dispute&unread=1');
    expect(last()?.states).toEqual(['draft']);
    await press('Effacer les filtres');
    expect(location.hash).toBe('#/requests');
    expect(last()).toEqual(everything);
    expect(text()).toContain('1 demande, 1 brouillon');
  });

  test('is ordered by what is pressed, and the other way round when it is pressed again', async () => {
    await show('/requests?state=waiting');
    await press('Sujet');
    expect(last()).toMatchObject({ sort: 'subject', up: true, states: ['waiting'] });
    await press('Sujet');
    expect(last()).toMatchObject({ sort: 'subject', up: false });
    const order = document.querySelector('[aria-sort=descending]') as HTMLElement;
    expect(text(order)).toBe('Sujet');
  });

  test('in words is not in the address, and comes back with its entry of the history', async () => {
    await show('/requests/lilas?state=waiting');
    expect(box().value).toBe('lilas');
    expect(location.hash).toBe('#/requests?state=waiting');
    expect(last()).toMatchObject({ text: 'lilas', states: ['waiting'] });
    const { state } = history;
    await go('/requests');
    expect(box().value).toBe('');
    await go('/requests?state=waiting', state);
    expect(box().value).toBe('lilas');
  });

  test('in words by one person is not for the next one', async () => {
    const list = { who: marc.id, text: 'ce que Marc cherchait', top: 0, index: 0, id: '' };
    await show('/requests', { list });
    expect(box().value).toBe('');
    expect(asked.map((a) => a.query.text)).toEqual(['']);
  });
});

describe('words that are typed', () => {
  test('are asked for after a moment, and the last ones win, whatever is answered first', async () => {
    await show('/requests');
    held = true;
    await write('fact');
    await write('factu');
    expect(asked).toHaveLength(1);
    await pause();
    await write('facture');
    await pause();
    expect(asked.map((a) => a.query.text)).toEqual(['', 'factu', 'facture']);
    expect(subjects()).toEqual(['Sujet 1', 'Sujet 2']); // nothing goes before there is an answer
    await asked[2]?.answer({ items: [item('right')] });
    await asked[1]?.answer({ items: [item('wrong')] });
    expect(subjects()).toEqual(['Sujet right']);
  });

  test('may be missing in older texts: the list says so until they are there', async () => {
    progress = { read: 12_000, of: 100_000 };
    rows = [];
    await show('/requests/lilas');
    expect(text()).toContain('Les textes plus anciens se préparent : 12 000 sur 100 000.');
    expect(text()).toContain('Rien ne correspond à « lilas »');
    expect(text()).toContain('réessayez dans un instant');
    progress = { read: 100_000, of: 100_000 };
    rows = [item('1')];
    await act(async () => tell('text'));
    expect(text()).not.toContain('se préparent');
    expect(subjects()).toEqual(['Sujet 1']);
  });

  test('are found although they were all read before the list was drawn', async () => {
    progress = { read: 0, of: 10 };
    rows = [];
    before = () => {
      progress = { read: 10, of: 10 };
      rows = [item('1')];
      tell('text');
    };
    await show('/requests/ligne');
    expect(text()).not.toContain('se préparent');
    expect(subjects()).toEqual(['Sujet 1']);
    expect(asked).toHaveLength(2);
  });

  test('can be looked for as soon as the first texts are read', async () => {
    fault = 'not-now';
    await show('/requests/tilleuls');
    expect(text()).toContain('se préparent encore');
    expect(text()).not.toContain('n’a pas pu être lue');
    fault = '';
    await act(async () => tell('text'));
    expect(subjects()).toEqual(['Sujet 1', 'Sujet 2']);
  });
});

test('what cannot be read is told, and read when asked again', async () => {
  fault = 'internal';
  await show('/requests?whose=mine');
  expect(text()).toContain('La liste n’a pas pu être lue');
  fault = '';
  await press('Réessayer');
  expect(subjects()).toEqual(['Sujet 1', 'Sujet 2']);
  expect(text()).not.toContain('n’a pas pu être lue');
});

test('with nothing at all there is nothing to filter, and a way to begin', async () => {
  rows = [];
  await show('/requests');
  expect(text()).toContain('Aucune demande');
  expect(document.querySelector('.list-bar')).toBeNull();
  expect(text()).toContain('Créer une demande');
});

describe('while the focus or the pointer is among the rows', () => {
  const focused = () => text(document.activeElement as HTMLElement);
  const news = async (more: Item[]) => {
    rows = more;
    await act(async () => tell('requests'));
  };
  async function focusSecond(place: string) {
    await show(place);
    await act(async () => document.querySelector<HTMLElement>('[data-index="1"]')?.focus());
    await news([item('0'), item('1', { unread: true }), item('2')]);
    expect(subjects()).toEqual(['Sujet 1', 'Sujet 2']);
    expect(text()).toContain('Non lue');
    expect(text()).toContain('1 nouveauté');
    expect(focused()).toContain('Sujet 2');
  }

  test('they stay where they are, and the row in use opens with « Entrée »', async () => {
    await focusSecond('/requests');
    await act(async () =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })),
    );
    expect(location.hash).toBe('#/request/2');
  });

  test('« Actualiser » leads to what is new', async () => {
    await focusSecond('/requests?whose=mine');
    await act(async () => buttonNamed('Actualiser')?.focus());
    expect(subjects()).toEqual(['Sujet 1', 'Sujet 2']); // it does not go before it can be pressed
    await press('Actualiser');
    expect(subjects()).toEqual(['Sujet 0', 'Sujet 1', 'Sujet 2']);
    expect(focused()).toContain('Sujet 0');
    expect(text()).not.toContain('nouveauté');
  });

  test('« Actualiser » goes along with the row in use in another order', async () => {
    await focusSecond('/requests?sort=number&up=1');
    await press('Actualiser');
    expect(subjects()).toEqual(['Sujet 0', 'Sujet 1', 'Sujet 2']);
    expect(focused()).toContain('Sujet 2');
    expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('4');
  });

  test('they move once the pointer has gone', async () => {
    await show('/requests?unread=1');
    const list = document.querySelector('.list-grid');
    await act(async () => list?.dispatchEvent(new PointerEvent('pointerenter')));
    await news([item('2')]);
    expect(subjects()).toEqual(['Sujet 1', 'Sujet 2']);
    expect(text()).toContain('La liste a changé');
    await act(async () => list?.dispatchEvent(new PointerEvent('pointerleave')));
    expect(buttonNamed('Actualiser')).toBeDefined();
    await act(async () => list?.parentElement?.dispatchEvent(new PointerEvent('pointerleave')));
    expect(subjects()).toEqual(['Sujet 2']);
    expect(text()).not.toContain('La liste a changé');
  });
});

test('whose a request is, and what is new of it, is said in words too', async () => {
  rows = [item('1', { unread: true, watching: true, author: 'Marc Diallo' }), item('2')];
  await show('/requests?priority=low');
  const [first, second] = [...document.querySelectorAll<HTMLElement>('[role=rowheader].subject')];
  expect(text(first)).toBe('Suivie, Sujet 1, Non lue, de Marc Diallo');
  expect(text(second)).toBe('Sujet 2');
});

test('a row has one header, what it is about, whatever stands before it', async () => {
  columns = ['priority', 'author', 'subject'];
  await show('/requests');
  const rows = [...document.querySelectorAll('[role=row]:has([role=gridcell])')];
  expect(rows.map((r) => [...r.querySelectorAll('[role=rowheader]')].map((h) => text(h)))).toEqual([
    ['Sujet 1'],
    ['Sujet 2'],
  ]);
});

describe('columns', () => {
  test('are those that one has chosen, in one’s order', async () => {
    columns = ['priority', 'author', 'subject'];
    await show('/requests');
    expect(heads()).toEqual(['Priorité', 'Écrite par', 'Sujet']);
  });

  test('name no practice to somebody who has one', async () => {
    await show('/requests');
    expect(heads()).not.toContain('Cabinet');
    const practices = [...claire.practices, { ...claire.practices[0], id: 'p2' }] as Person['practices'];
    now.person = { ...claire, practices };
    await act(() => reads.person.refresh());
    expect(heads()).toEqual(['Numéro', 'Sujet', 'Statut', 'Étape', 'Cabinet', 'Priorité', 'Modifiée']);
  });

  test('leave the subject its room where there is little: where a request is stands below its state', async () => {
    happyDOM.setViewport({ width: 1024 });
    await show('/requests');
    expect(heads()).toEqual(['Numéro', 'Sujet', 'Statut', 'Priorité', 'Modifiée']);
    expect(document.querySelectorAll('.grid-cell.state .life')).toHaveLength(2);
    columns = ['subject', 'state', 'life'];
    await act(() => reads.settings.refresh());
    expect(heads()).toEqual(['Sujet', 'Statut', 'Étape']);
    expect(document.querySelectorAll('.grid-cell.state .life')).toHaveLength(0);
  });

  test('change their order by a button, and are saved as they are', async () => {
    columns = ['number', 'subject', 'state'];
    await show('/requests');
    await press('Colonnes');
    await named('Monter « Statut »');
    expect(set).toHaveBeenLastCalledWith({ columns: ['number', 'state', 'subject'] });
    await named('Descendre « Statut »'); // it is the last one
    expect(set).toHaveBeenCalledTimes(1);
    await press('Colonnes habituelles');
    expect(set).toHaveBeenLastCalledWith({ columns: [] });
  });
});

describe('filters with a name', () => {
  const choose = async (entry: string) => {
    await press('Mes filtres');
    await vi.waitFor(() => expect(document.querySelector('[role=menuitem]')).not.toBeNull());
    const found = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find(
      (m) => text(m) === entry,
    );
    await act(async () => found?.click());
  };
  // A menu comes once the first page has been painted.
  const ready = () =>
    vi.waitFor(() => expect(buttonNamed('Mes filtres').id).toMatch(/./), { timeout: 10_000 });

  test('need one, and not too long a one', async () => {
    await show('/requests?state=waiting');
    await ready();
    await choose('Enregistrer ces filtres…');
    await press('Enregistrer');
    expect(text()).toContain('Donnez un nom à ces filtres.');
    await type('Nom', 'é'.repeat(81));
    await press('Enregistrer');
    expect(text()).toContain('81 caractères pour 80 au plus');
    expect(views).toEqual([]);
    await type('Nom', '  À moi ');
    await press('Enregistrer');
    expect(views).toEqual([{ id: 'new', name: 'À moi', query: { ...everything, states: ['waiting'] } }]);
    expect(text()).toContain('Ces filtres sont enregistrés sous « À moi ».');
  });

  test('replace those of the same name, and come back when they were deleted by mistake', async () => {
    const old = { id: 'v1', name: 'Urgences', query: { ...everything, priorities: ['urgent'] } };
    views = [old];
    await show('/requests?state=waiting');
    await ready();
    await choose('Enregistrer ces filtres…');
    await type('Nom', 'URGENCES');
    await press('Remplacer');
    expect(views).toMatchObject([{ id: 'v1', name: 'URGENCES', query: { states: ['waiting'] } }]);
    await press('Annuler');
    expect(views).toEqual([old]);
    await act(async () => tell('views'));
    await choose('Ranger mes filtres…');
    await named('Supprimer « Urgences »');
    expect(views).toEqual([]);
    await press('Annuler');
    expect(views).toEqual([old]);
  });

  test('are shown when they are chosen, with the words that belong to them', async () => {
    views = [{ id: 'v1', name: 'Lilas', query: { ...everything, text: 'lilas', unread: true } }];
    await show('/requests?state=waiting');
    await ready();
    await choose('Lilas');
    await pause();
    expect(box().value).toBe('lilas');
    expect(location.hash).toBe('#/requests?unread=1');
    expect(last()).toEqual({ ...everything, text: 'lilas', unread: true });
  });
});
