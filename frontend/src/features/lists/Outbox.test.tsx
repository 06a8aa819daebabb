import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { anAct } from '../../acts/testing';
import { type Act, type Item, reads } from '../../bridge';
import { program, programEvents, refuse } from '../../bridge/testing';
import { RequestRows } from '../../request';
import { stage } from '../../ui/testing';
import { claire, methods, status, text, Window } from '../../who/testing';
import { OutboxList } from './Outbox';

// What waits of requests that the portal has.

const root = stage();
const emit = programEvents();
let acts: Act[];
let late = false;

const at = '2026-11-25T10:42:00.000Z';
const item = () =>
  ({
    id: 'r1',
    subject: 'Facture en double',
    status: 'received',
    reason: '',
    number: 'AS-1',
    portalStatus: 'in-progress',
    practiceName: 'Cabinet des Tilleuls',
    files: 0,
    life: { written: at, saved: at, sent: at, received: at, taken: at, answered: '', closed: '' },
    actsWaiting: acts.filter((a) => a.status === 'queued').length,
    actsBack: acts.filter((a) => a.reason !== '').length,
  }) as Item;

async function show(): Promise<void> {
  await act(async () => void (await Promise.all([reads.outbox.refresh(), reads.status.refresh()])));
  await act(async () =>
    root.render(
      <Window>
        <OutboxList />
        <RequestRows items={[item()]} />
      </Window>,
    ),
  );
}

beforeEach(() => {
  late = false;
  program({
    ...methods({ person: claire, people: [], status: status({ connection: 'offline', waiting: 1 }) }),
    'Requests.Outbox': () => [item()],
    'Requests.Open': () => ({ item: item(), acts }),
    'Acts.TakeBack': (id: string) => {
      if (late) refuse('not-now');
      acts = acts.filter((a) => a.id !== id);
      emit('requests');
    },
  });
});

const region = (name: string) => document.querySelector(`[aria-label="${name}"]`);
const back = () => act(async () => document.querySelector<HTMLElement>('.outbox-acts button')?.click());

test('a request of which something waits stands in the outbox with what it is', async () => {
  acts = [anAct(), anAct({ id: 'a2', kind: 'close' })];
  await show();
  const row = text(region('En attente') as Element);
  expect(row).toContain('2 actions en attente');
  expect(row).toContain('Réponse en attente d’envoi');
  expect(row).toContain('Clôture en attente d’envoi');
  expect(row).toContain('Partira dès que le portail répondra.');
  expect(text()).not.toContain('Rien en attente');
  expect(text()).toContain('Envoyer maintenant');
  expect(text(document.querySelector('.row .acts-mark .sr') as Element)).toBe('2 actions en attente, ');
});

test('what waits is taken back there, unless it is too late', async () => {
  acts = [anAct({ kind: 'close' })];
  await show();
  late = true;
  await back();
  expect(text()).toContain('C’est déjà parti');
  late = false;
  await back();
  expect(text()).toContain('Rien en attente');
});

test('a reply that is taken back there is written on, on the page of its request', async () => {
  acts = [anAct()];
  await show();
  expect(text(document.querySelector('.outbox-acts button') as Element)).toBe('Reprendre');
  await back();
  expect(location.pathname + location.hash).toContain('/request/r1');
});

test('what came back stands with what is to be corrected, and says why', async () => {
  acts = [anAct({ status: 'draft', reason: 'not-now' })];
  await show();
  expect(region('En attente')).toBeNull();
  const row = text(region('À corriger') as Element);
  expect(row).toContain('La réponse n’a pas été acceptée');
  expect(row).toContain('la demande est close ou retirée');
  expect(text(document.querySelector('.row .acts-mark .sr') as Element)).toBe('1 action non acceptée, ');
});

test('a reply that is only being written is nothing that waits', async () => {
  acts = [anAct({ status: 'draft' })];
  await show();
  expect(text()).toContain('Rien en attente');
  expect(document.querySelector('.acts-mark')).toBeNull();
});
