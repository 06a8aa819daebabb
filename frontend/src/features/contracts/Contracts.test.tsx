import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Contract, type Person, reads } from '../../bridge';
import { program, programEvents, refuse } from '../../bridge/testing';
import { draft } from '../../draft/testing';
import type { Language } from '../../text';
import { stage } from '../../ui/testing';
import { claire, methods, nobody, press, readAll, text, Window } from '../../who/testing';
import { ContractList } from './Contracts';

const tell = programEvents();
const root = stage();

const contract = (over: Partial<Contract> = {}): Contract => ({
  id: 'c1',
  number: 'CT-20240142',
  practice: 'p1',
  practiceName: 'Cabinet des Tilleuls',
  label: { fr: 'Maintenance', en: 'Maintenance' },
  state: 'active',
  start: '2024-01-01',
  end: '2099-12-31',
  notice: '2099-09-30',
  amount: 12_900,
  period: 'month',
  topics: ['invoice', 'question'],
  ...over,
});

let held: Contract[];
let at: string;
const refresh = vi.fn();
const begin = vi.fn();

async function show(person: Person = claire, lang: Language = 'fr'): Promise<void> {
  program({
    ...methods({ person, people: [] }),
    'Contracts.List': () => held,
    'Contracts.SeenAt': () => at,
    'Contracts.Refresh': refresh,
    'Contracts.Begin': begin,
  });
  await readAll();
  await act(async () =>
    root.render(
      <Window lang={lang}>
        <ContractList />
      </Window>,
    ),
  );
  await act(async () => {});
}

beforeEach(() => {
  held = [contract()];
  at = new Date(2020, 0, 3, 9, 5).toISOString();
  refresh.mockReset();
  begin.mockReset();
  history.replaceState(null, '', '/');
  reads.contracts.forget();
});

test.each([
  ['fr', '129,00 € HT par mois', 'Échéance31 décembre 2099'],
  ['en', '€129.00 excl. VAT per month', 'End of term31 December 2099'],
] as const)('a contract says what it is, what it costs and until when (%s)', async (lang, amount, end) => {
  await show(claire, lang);
  for (const said of ['Maintenance', 'CT-20240142', amount, end]) expect(text()).toContain(said);
  expect(document.querySelector('.contract-due')).toBeNull();
});

test('what the portal tells anew takes the place of what was there', async () => {
  refresh.mockImplementation(() => {
    held = [contract({ number: 'CT-20259999' })];
  });
  await show();
  expect(text()).toContain('CT-20259999');
  expect(text()).not.toContain('CT-20240142');
  held = [];
  await act(async () => tell('contracts'));
  expect(text()).toContain('Aucun contrat');
});

test('what is unknown has words, and nothing is said of what is not given', async () => {
  held = [contract({ state: 'later', topics: [], amount: 0, period: '', end: '', notice: '' })];
  await show();
  expect(text()).toContain('Statut à demander');
  for (const said of ['Montant', 'Fin', 'Demander de l’aide']) expect(text()).not.toContain(said);
});

test('without the portal they are shown with their age', async () => {
  refresh.mockImplementation(() => refuse('offline'));
  await show();
  expect(text()).toContain('CT-20240142');
  expect(text()).toContain('Le portail ne répond pas. Dernière mise à jour le 3 janvier 2020 à 09:05.');
});

test('until the first answer there is a place for them, and then a reason', async () => {
  held = [];
  at = '';
  let fail: (reason: string) => void = () => {};
  refresh.mockReturnValue(
    new Promise((_, reject) => {
      fail = (code) => reject(JSON.stringify({ code }));
    }),
  );
  await show();
  expect(text()).toContain('Les contrats arrivent…');
  expect(text()).not.toContain('Aucun contrat');
  await act(async () => fail('offline'));
  expect(text()).toContain('Les contrats ne sont pas encore sur ce poste');
});

const user = {
  ...claire,
  practices: claire.practices.map((p) => ({ ...p, roles: ['user'], admins: ['Paul Roux', 'Inès Garnier'] })),
};
test.each([
  ['nobody is at the desk', nobody, 'Connectez-vous pour voir les contrats'],
  ['they administer nothing', user, 'parlez-en à Paul Roux ou Inès Garnier'],
  ['there are none', claire, 'Aucun contrat'],
])('it is said why there is nothing: %s', async (_why, person, said) => {
  held = [];
  await show(person);
  expect(text()).toContain(said);
});

test('somebody whose sign-in has ended is asked for it, unless there is something to show', async () => {
  refresh.mockImplementation(() => refuse('sign-in'));
  await show({ ...claire, signedIn: false });
  expect(text()).toContain('Connectez-vous pour les lire à jour. Dernière mise à jour');
  held = [];
  await act(async () => tell('contracts'));
  expect(text()).toContain('Connectez-vous pour voir les contrats');
});

test.each([
  ['assistant', []],
  ['form', [{ road: 'form' }]],
])('a topic begins a draft about the contract, on the road taken last (%s)', async (road, drafts) => {
  reads.latest.set({ drafts, requests: [] } as never);
  begin.mockReturnValue(draft({ revision: 0 }));
  await show();
  await vi.waitFor(async () => {
    await act(async () => {});
    expect(document.querySelector('.contract-acts [data-react-aria-pressable]')).not.toBeNull();
  });
  await press('Demander de l’aide');
  const entries = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
  expect(entries.map((e) => text(e))).toEqual(['Une facture', 'Une question']);
  await act(async () => entries[1]?.click());
  expect(begin).toHaveBeenCalledExactlyOnceWith('c1', 'question', road);
  expect(location.href).toContain('/draft/d1');
});

test('a contract that has gone meanwhile is told', async () => {
  begin.mockImplementation(() => refuse('not-found'));
  await show();
  await vi.waitFor(async () => {
    await act(async () => {});
    expect(document.querySelector('.contract-acts [data-react-aria-pressable]')).not.toBeNull();
  });
  await press('Demander de l’aide');
  await act(async () => document.querySelector<HTMLElement>('[role=menuitem]')?.click());
  expect(document.querySelector('.toast')).not.toBeNull();
  expect(location.href).not.toContain('/draft/');
});
