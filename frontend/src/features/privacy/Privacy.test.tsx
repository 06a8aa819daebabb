import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { type Kept, reads } from '../../bridge';
import { program, refuse } from '../../bridge/testing';
import { Speak } from '../../text';
import { Words } from '../../text/words';
import { Toasts } from '../../ui';
import { stage } from '../../ui/testing';
import { buttonNamed, frame } from '../../who/testing';
import { isOld } from '../lists/Drafts';
import { EraseDialog } from './EraseDialog';
import { ledgerOf } from './ledger';

const root = stage();
let erased: unknown[][];
let refused = '';

const kept: Kept = {
  drafts: 2,
  shared: 1,
  waiting: 1,
  received: 12,
  acts: 0,
  files: 3,
  fileBytes: 2_097_152,
  here: 1,
  statements: 4,
};

beforeEach(async () => {
  erased = [];
  refused = '';
  program({
    'Privacy.Erase': (...args) => {
      if (refused) refuse(refused);
      erased.push(args);
    },
  });
  reads.person.set({ id: 'claire', name: 'Claire', known: true } as never);
  await act(async () =>
    root.render(
      <Speak lang="fr">
        <Toasts words={new Words('fr')} close="Fermer" place="/privacy">
          <EraseDialog kept={kept} person="claire" onClose={() => {}} />
        </Toasts>
      </Speak>,
    ),
  );
});

const press = (name: string) =>
  act(async () => [...document.querySelectorAll('button')].find((b) => b.textContent === name)?.click());

const write = (value: string) =>
  act(async () => {
    const input = document.querySelector<HTMLInputElement>('#erase-word');
    if (!input) throw new Error('no field');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });

test('what would be lost is told, and that what waits would never leave', () => {
  const lines = [...document.querySelectorAll('.privacy-lost li')].map((li) => li.textContent);
  expect(lines[0]).toMatch(/^2.brouillons$/);
  expect(lines[1]).toMatch(/elle ne partira jamais/);
  expect(lines[2]).toMatch(/^3.copies de fichiers \(2.Mo\), dont 1.que le portail n’a pas$/);
  expect(lines[3]).toMatch(/elles restent au portail/);
});

test.each(['', 'oui', 'EFFACE'])('nothing is erased on %j', async (typed) => {
  await write(typed);
  expect(buttonNamed('Effacer définitivement').getAttribute('aria-disabled')).toBe('true');
  await press('Effacer définitivement');
  expect(erased).toEqual([]);
  await frame();
  expect(document.activeElement?.id).toBe('erase-word');
  expect(document.querySelector('.field-error')?.textContent).toContain('EFFACER');
});

test('the word has it erased, and the register stays unless it is ticked', async () => {
  await write(' effacer ');
  expect(buttonNamed('Effacer définitivement').getAttribute('aria-disabled')).toBe('false');
  await press('Effacer définitivement');
  expect(erased).toEqual([['claire', false]]);
});

test('the register goes when it is ticked', async () => {
  await act(async () => document.querySelector<HTMLInputElement>('input[type=checkbox]')?.click());
  await write('EFFACER');
  await press('Effacer définitivement');
  expect(erased).toEqual([['claire', true]]);
});

test('nothing is erased while something is being sent', async () => {
  refused = 'not-now';
  await write('EFFACER');
  await press('Effacer définitivement');
  expect(document.body.textContent).toContain('rien n’a été effacé');
});

test('the table of what was said has a word for everything', () => {
  for (const lang of ['fr', 'en'] as const) {
    const { columns, words } = ledgerOf(new Words(lang));
    expect(columns).toHaveLength(14);
    expect(Object.values(words).filter((w) => !w)).toEqual([]);
    expect(words['place.member']).toContain('{}');
    expect(words.reason).toMatch(/\{what\}.*\{why\}/);
    expect(words['wording.fr-1']).toMatch(/^Je confirme que ce fichier/);
    expect(words['wording.en-1']).toMatch(/^I confirm that this file/);
  }
});

test.each([
  ['2026-05-29T10:00:00Z', true],
  ['2026-06-01T10:00:00Z', false],
  ['2027-01-01T10:00:00Z', false],
])('a draft of %s is old: %s', (updatedAt, want) => {
  expect(isOld({ updatedAt }, new Date('2026-11-30T10:00:00Z'))).toBe(want);
});
