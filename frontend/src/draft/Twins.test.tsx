import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import type { Item } from '../bridge';
import { program, programEvents } from '../bridge/testing';
import { Speak } from '../text';
import { Words } from '../text/words';
import { stage } from '../ui/testing';
import { linkText, Twins, twinText } from './Twins';
import { asWork, editing, view } from './testing';

const root = stage();
const tell = programEvents();
let calls: unknown[][];
let found: Item[];

const item = (over: Partial<Item> = {}): Item =>
  ({
    id: 'r1',
    draft: false,
    status: 'received',
    reason: '',
    portalStatus: 'in-progress',
    number: 'G-2026-0101',
    life: { written: '2026-03-02T08:00:00Z', saved: '2026-03-03T08:00:00Z' },
    updatedAt: '2026-03-09T08:00:00Z',
    ...over,
  }) as Item;

beforeEach(() => {
  calls = [];
  found = [item()];
  program({
    'Lists.Same': (...args) => {
      calls.push(args);
      return { items: found, more: false, read: 1, of: 1 };
    },
  });
});

const work = asWork(editing({ view: view({ practice: 'p1' }) }));

function show(value: string) {
  return act(async () =>
    root.render(
      <Speak lang="fr">
        <input id="field-invoice" />
        <Twins field="invoice" value={value} work={work} />
      </Speak>,
    ),
  );
}

const said = () => [...document.querySelectorAll('.twins li')].map((li) => li.textContent);

test('a number that is there already is told, with a way to where', async () => {
  await show('FA-2026-0012');
  expect(calls).toEqual([['d1', 'p1', 'FA-2026-0012']]);
  expect(said()).toEqual(['Facture FA-2026-0012 déjà signalée le 3 mars, demande n°\u00a0G-2026-0101']);
  expect(document.querySelector('.twins a')?.getAttribute('href')).toContain('/request/r1');
});

test('nothing is told while it is typed, and as soon as it is left', async () => {
  await show('');
  const input = document.querySelector('input');
  await act(async () => input?.focus());
  await show('FA-2026-001');
  await show('FA-2026-0012');
  expect(calls).toEqual([]);
  await act(async () => input?.blur());
  expect(calls).toEqual([['d1', 'p1', 'FA-2026-0012']]);
  await act(async () => input?.focus());
  await show('FA-2026-00');
  expect(said()).toEqual([]);
});

test('an empty field asks nothing', async () => {
  await show('  ');
  expect(calls).toEqual([]);
});

test('what changes elsewhere is told anew', async () => {
  await show('FA-2026-0012');
  found = [];
  await act(async () => tell('requests'));
  expect(said()).toEqual([]);
});

test.each([
  [{}, 'demande n°\u00a0G-2026-0101'],
  [{ portalStatus: 'withdrawn' }, 'demande n°\u00a0G-2026-0101 (Retirée)'],
  [{ portalStatus: 'closed' }, 'demande n°\u00a0G-2026-0101 (Close)'],
  [{ status: 'sending', portalStatus: '', number: '' }, 'demande pas encore reçue (Envoi en cours)'],
  [{ status: 'cancelled', portalStatus: '', number: '' }, 'demande pas encore reçue (Envoi annulé)'],
  [{ draft: true, number: '' }, 'ouvrir ce brouillon'],
])('the way leads to %j', (over, want) => {
  expect(linkText(new Words('fr'), item(over as Partial<Item>))).toBe(want);
});

test.each([
  ['invoice', 'Facture X déjà signalée le 3 mars'],
  ['order', 'Commande X déjà signalée le 3 mars'],
  ['contract', 'Contrat X déjà signalé le 3 mars'],
  ['documentReference', 'Référence X déjà signalée le 3 mars'],
])('%s', (field, want) => {
  expect(twinText(new Words('fr'), field, 'X', item())).toBe(want);
});
