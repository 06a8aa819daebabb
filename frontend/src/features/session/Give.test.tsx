import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import type { Colleague } from '../../bridge';
import { program, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import { claire, known, marc, methods, press, readAll, text, Window } from '../../who/testing';
import { Give } from './Give';

const forgotten = vi.fn();
vi.mock('../../draft', () => ({
  flushAll: async () => true,
  reopenAll: async () => {},
  forget: (id: string) => forgotten(id),
}));

const root = stage();
const closed = vi.fn();
const did: string[] = [];
let failure = '';

const lea: Colleague = { id: 'lea', name: 'Léa Morel', allowed: false };
const paul: Colleague = { id: 'marc', name: 'Marc Diallo', allowed: true };

async function show(
  draft: boolean,
  colleagues: Colleague[],
  path = '/outbox',
): Promise<{ history: string[] }> {
  const at = memoryLocation({ path, record: true });
  program({
    ...methods({
      person: {
        ...claire,
        practices: claire.practices.map((p) => ({ ...p, admins: ['Inès Garnier', 'Paul Roux'] })),
      },
      people: [known(claire), known(marc)],
    }),
    'Handover.Colleagues': () => colleagues,
    'Drafts.Correct': (id: string) => {
      did.push(`correct ${id}`);
      return { id: 'new', revision: 3 };
    },
    'Requests.Draft': (id: string) => ({ id, revision: 7 }),
    'Handover.Give': (id: string, revision: number, person: string) => {
      did.push(`give ${id} ${revision} ${person}`);
      if (failure) refuse(failure);
    },
  });
  await readAll();
  await act(async () =>
    root.render(
      <Router hook={at.hook}>
        <Window>
          <Give item={{ id: 'r1', draft, practice: 'p1' }} title="Facture" onClose={closed} />
        </Window>
      </Router>,
    ),
  );
  return at as unknown as { history: string[] };
}

const radios = () => [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')];
const choose = (i: number) => act(async () => radios()[i]?.click());

beforeEach(() => {
  did.length = 0;
  failure = '';
  closed.mockReset();
  forgotten.mockReset();
});

describe('a draft', () => {
  test('is handed to one who can send it, and leaves the page that shows it', async () => {
    const at = await show(true, [lea, paul], '/draft/r1');
    const labels = [...document.querySelectorAll('.choice')].map((l) => text(l));
    expect(labels).toEqual(['Marc Diallo', 'Léa MorelSon rôle ne permet pas d’envoyer cette demande.']);
    expect(radios().map((r) => r.disabled)).toEqual([false, true]);
    await press('Confier');
    expect(text()).toContain('Choisissez une personne.');
    await choose(0);
    await press('Confier');
    expect(did).toEqual(['give r1 7 marc']);
    expect(forgotten).toHaveBeenCalledWith('r1');
    expect(closed).toHaveBeenCalledOnce();
    expect(at.history.at(-1)).toBe('/drafts');
    expect(text()).toContain('« Facture » est maintenant dans les brouillons de Marc Diallo.');
  });

  test('stays when the portal cannot be asked', async () => {
    failure = 'offline';
    await show(true, [paul]);
    await choose(0);
    await press('Confier');
    expect(text()).toContain('Le portail doit d’abord retirer ce qu’il a refusé, et il ne répond pas.');
    expect(closed).not.toHaveBeenCalled();
  });

  test.each([
    ['not-now', 'Le portail a reçu cette demande entre-temps'],
    ['conflict', 'Une autre version vient d’être enregistrée.'],
    ['forbidden', 'Cette personne ne fait plus partie de ce cabinet.'],
    ['sign-in', 'Connectez-vous d’abord.'],
  ])('says why it was not handed over: %s', async (code, sentence) => {
    failure = code;
    await show(true, [paul]);
    await choose(0);
    await press('Confier');
    expect(text()).toContain(sentence);
  });
});

describe('a request that came back', () => {
  test('stays where it is until somebody is chosen', async () => {
    await show(false, [paul]);
    expect(did).toEqual([]);
    await press('Annuler');
    expect(did).toEqual([]);
    expect(closed).toHaveBeenCalledOnce();
  });

  test('is a draft for the time of being handed over', async () => {
    const at = await show(false, [paul]);
    await choose(0);
    await press('Confier');
    expect(did).toEqual(['correct r1', 'give new 3 marc']);
    expect(at.history).toEqual(['/outbox']);
    expect(closed).toHaveBeenCalledOnce();
  });

  test('is found as the draft that it has become when that fails, and is tried as such', async () => {
    failure = 'offline';
    const at = await show(false, [paul]);
    await choose(0);
    await press('Confier');
    await press('Confier');
    expect(did).toEqual(['correct r1', 'give new 3 marc', 'give new 7 marc']);
    await press('Annuler');
    expect(at.history.at(-1)).toBe('/draft/new');
  });
});

describe('when nobody on this PC can send it', () => {
  test.each([
    ['nobody is known', []],
    ['only people who may not', [lea]],
  ])('who could is said by name, and that it can be exported: %s', async (_who, colleagues) => {
    await show(false, colleagues);
    expect(text()).toContain('Demandez à Inès Garnier ou Paul Roux de se connecter sur ce poste');
    expect(text()).toContain('« Exporter »');
    expect(radios().filter((r) => !r.disabled)).toEqual([]);
    await press('Fermer');
    expect(closed).toHaveBeenCalledOnce();
  });

  test('a draft is not said to be exported: it cannot be', async () => {
    await show(true, []);
    expect(text()).toContain('Inès Garnier ou Paul Roux');
    expect(text()).not.toContain('Exporter');
  });
});
