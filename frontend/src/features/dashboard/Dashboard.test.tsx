import { act } from 'react';
import { expect, test } from 'vitest';
import { type Board, type Item, reads, type Status, yesterday } from '../../bridge';
import { program, programEvents } from '../../bridge/testing';
import { type Language, Speak } from '../../text';
import { stage } from '../../ui/testing';
import { status, text } from '../../who/testing';
import { Dashboard } from './Dashboard';

const tell = programEvents();
const root = stage();

const at = (day: number, hour = 10) => new Date(2026, 10, day, hour, 42).toISOString();

function item(id: string, state: string, day: number, over: Partial<Item> = {}): Item {
  const onPC = ['queued', 'to-correct', 'cancelled'].includes(state);
  return {
    id,
    draft: false,
    subject: `Demande ${id}`,
    status: onPC ? state : 'received',
    portalStatus: onPC ? '' : state,
    number: onPC ? '' : `AS-2026-00000${id}`,
    reason: '',
    priority: '',
    unread: false,
    updatedAt: at(day),
    life: { written: at(1), saved: at(1), sent: '', received: '', taken: '', answered: '', closed: '' },
    ...over,
  } as Item;
}

const figures = (of: Record<string, number>) => Object.entries(of).map(([key, count]) => ({ key, count }));

const empty: Board = {
  states: [],
  priorities: [],
  latest: [],
  answered: 0,
  unread: 0,
  stuck: 0,
  syncedAt: at(25),
  syncDone: 0,
  syncTotal: 0,
  syncAgain: false,
};

const asked: string[] = [];

async function show(board: Partial<Board>, of: Partial<Status> = {}, lang: Language = 'fr'): Promise<void> {
  program({
    'Lists.Board': (since: string) => {
      asked.push(since);
      return { ...empty, ...board };
    },
    'Outbox.State': () => status(of),
  });
  await act(async () => {
    root.render(
      <Speak lang={lang}>
        <Dashboard />
      </Speak>,
    );
  });
  await act(() => Promise.all([reads.board.refresh(), reads.status.refresh()]));
}

const region = (name: string) => {
  const found = [...document.querySelectorAll('section[aria-labelledby]')].find((s) => {
    const head = document.getElementById(s.getAttribute('aria-labelledby') ?? '');
    return head && text(head).startsWith(name);
  });
  if (!found) throw new Error(`no ${name} in ${text()}`);
  return found;
};
const links = (in_: ParentNode) =>
  [...in_.querySelectorAll('a')].map(
    (a) => `${a.getAttribute('aria-label') ?? text(a)} > ${a.getAttribute('href')}`,
  );
const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');

test('it asks for what has come since yesterday began, by this clock', async () => {
  await show({});
  const now = new Date();
  expect(asked.at(-1)).toBe(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).toISOString());
  expect(yesterday(new Date(2026, 2, 1, 0, 5))).toBe(new Date(2026, 1, 28).toISOString());
});

test('each column has the last changed of its status, and counts all of them', async () => {
  await show({
    states: figures({
      queued: 1,
      'to-correct': 2,
      received: 7,
      resolved: 3,
      closed: 4,
      withdrawn: 1,
      draft: 9,
    }),
    latest: [
      ...[1, 2, 3, 4, 5].map((n) => item(String(n), 'received', n)),
      ...[6, 7, 8].map((n) => item(String(n), 'resolved', n)),
      ...[10, 11, 12, 13].map((n) => item(String(n), 'closed', n)),
      item('9', 'withdrawn', 9),
      item('20', 'queued', 20),
      item('21', 'to-correct', 19),
      item('22', 'to-correct', 21),
    ],
  });
  const column = (name: string) => [...region(name).querySelectorAll('.row-title')].map((e) => text(e));
  expect(column('Reçues')).toEqual([5, 4, 3, 2, 1].map((n) => `Demande ${n}`));
  expect(column('Finies')).toEqual([13, 12, 11, 10, 9].map((n) => `Demande ${n}`));
  expect(column('Sur ce poste')).toEqual(['Demande 22', 'Demande 20', 'Demande 21']);
  expect(column('En cours')).toEqual([]);
  expect(text(region('Reçues'))).toContain('et 2 autres');
  expect(text(region('Finies').querySelector('h2') ?? undefined)).toContain('8 demandes');
  expect(links(region('Finies')).at(-1)).toBe(
    'et 3 autres Finies > /requests?state=resolved,closed,withdrawn',
  );
});

test('nothing on this PC has no column there', async () => {
  await show({ states: figures({ cancelled: 3, received: 1 }), latest: [item('1', 'received', 1)] });
  expect(() => region('Sur ce poste')).toThrow();
});

test('a card is read with its parts apart', async () => {
  await show({
    states: figures({ received: 1 }),
    latest: [item('1', 'received', 3, { priority: 'urgent', unread: true })],
  });
  expect(text(document.querySelector('.board-card') ?? undefined)).toBe(
    'Demande 1, AS-2026-000001, Priorité urgente, Nouveau',
  );
});

test('each figure of the day leads to the list that it counts; none leads nowhere', async () => {
  await show({ states: figures({ waiting: 2, draft: 1 }), answered: 3, unread: 4, stuck: 5 });
  expect(links(region('Aujourd’hui')).map(plain)).toEqual([
    `3 demandes ont eu une réponse depuis hier > /requests?answered=${day(yesterday())}`,
    '2 attendent votre réponse > /requests?state=waiting',
    '5 ne peuvent pas partir sans vous > /requests?state=to-correct,needs-sign-in',
    '4 avec du nouveau > /requests?unread=1',
    '1 brouillon à finir > /drafts',
  ]);
  await show({});
  expect(links(region('Aujourd’hui'))).toEqual([]);
});

const day = (iso: string) => {
  const at = new Date(iso);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
};

test('the charts and their tables say the same, and lead to the same lists', async () => {
  await show({
    states: figures({ draft: 5, queued: 1, unknown: 1, received: 4, waiting: 2, cancelled: 2 }),
    priorities: figures({ normal: 7, urgent: 1 }),
  });
  const byState = region('Par statut');
  expect(links(byState.querySelector('.ring') ?? byState).map(plain)).toEqual([
    'Sur ce poste : 2 demandes, 20 % > /requests?state=queued,sending,unknown,needs-sign-in,to-correct',
    'Reçues : 4 demandes, 40 % > /requests?state=received',
    'Vous avez la main : 2 demandes, 20 % > /requests?state=waiting',
    'Envoi annulé : 2 demandes, 20 % > /requests?state=cancelled',
  ]);
  expect(text(byState.querySelector('.ring-total') ?? undefined)).toBe('10');
  const hrefs = (at: string) => [...byState.querySelectorAll(`${at} a`)].map((a) => a.getAttribute('href'));
  expect(hrefs('table')).toEqual(hrefs('.ring'));
  expect(hrefs('.legend')).toEqual(hrefs('.ring'));
  const rows = [...byState.querySelectorAll('tbody tr')].map((r) =>
    [...r.children].map((c) => text(c)).join(' '),
  );
  expect(rows[0]).toBe('Sur ce poste 2 20 %');
  // A closed request has a priority too, and is not counted: nor is it in that list.
  const open = 'queued,sending,unknown,needs-sign-in,to-correct,received,in-progress,waiting';
  expect(links(region('Par priorité').querySelector('.ring') ?? byState).map(plain)).toEqual([
    `Urgente : 1 demande, 13 % > /requests?state=${open}&priority=urgent`,
    `Normale : 7 demandes, 88 % > /requests?state=${open}&priority=normal`,
  ]);
});

test('no two parts of a chart look alike without their colours', async () => {
  const all = [
    'queued',
    'received',
    'in-progress',
    'waiting',
    'resolved',
    'closed',
    'withdrawn',
    'cancelled',
  ];
  await show({
    states: all.map((key) => ({ key, count: 1 })),
    priorities: figures({ urgent: 1, high: 1, normal: 1, low: 1 }),
  });
  for (const name of ['Par statut', 'Par priorité']) {
    const marks = [...region(name).querySelectorAll('pattern')].map(
      (p) => p.querySelector('path')?.getAttribute('d') ?? '',
    );
    expect(marks.length).toBeGreaterThan(3);
    expect(new Set(marks).size).toBe(marks.length);
  }
});

test('whoever cannot see the ring has the table, and the keyboard goes through one of them', async () => {
  await show({ states: figures({ received: 1 }) });
  const byState = region('Par statut');
  const stops = () =>
    [...byState.querySelectorAll('a')]
      .filter((a) => a.getAttribute('tabindex') !== '-1')
      .map((a) => a.closest('table, svg')?.tagName.toLowerCase());
  expect(byState.querySelector('.sr table caption')?.textContent).toBe('Par statut');
  expect(stops()).toEqual(['svg']);
  await act(async () => byState.querySelector('button')?.click());
  expect(byState.querySelector('.sr table')).toBeNull();
  expect(byState.querySelector('svg.ring')).toBeNull();
  expect(stops()).toEqual(['table']);
});

test.each([
  ['fr', {}, 'online', 'À jour'],
  ['fr', {}, 'offline', 'Dernière synchronisation le 25 novembre à 10:42'],
  ['fr', {}, 'signed-out', 'Dernière synchronisation le 25 novembre à 10:42'],
  ['fr', { syncedAt: '' }, 'offline', 'Pas encore synchronisé avec le portail'],
  ['en', {}, 'online', 'Up to date'],
  [
    'fr',
    { syncTotal: 10_000, syncDone: 1200 },
    'online',
    'Première synchronisation : 1 200 demandes sur 10 000',
  ],
  [
    'fr',
    { syncTotal: 10_000, syncDone: 1200, syncAgain: true },
    'online',
    'Vérification : 1 200 demandes sur 10 000',
  ],
  [
    'en',
    { syncTotal: 10_000, syncDone: 1200, syncAgain: true },
    'online',
    'Checking: 1,200 requests of 10,000',
  ],
  ['en', { syncTotal: 10_000, syncDone: 1200 }, 'online', 'First synchronisation: 1,200 requests of 10,000'],
] as const)('it says how old it may be (%s, %j, %s)', async (lang, board, connection, said) => {
  await show(board, { connection }, lang);
  expect(text()).toContain(said);
  if ('syncAgain' in board) expect(text()).not.toMatch(/Première|First|arrivent|are coming/);
  const bar = document.querySelector('[role=progressbar]');
  expect(bar?.getAttribute('aria-valuenow') ?? '').toBe('syncTotal' in board ? '1200' : '');
});

test('it reads again when something has changed', async () => {
  await show({ states: figures({ received: 1 }) });
  program({ 'Lists.Board': () => ({ ...empty, states: figures({ received: 2 }) }) });
  await act(async () => tell('requests'));
  expect(text(region('Reçues'))).toContain('2 demandes');
});
