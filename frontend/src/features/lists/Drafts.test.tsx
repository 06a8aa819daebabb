import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { type Item, reads } from '../../bridge';
import { program, programEvents, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import { buttonNamed, claire, methods, press, text, Window } from '../../who/testing';
import { DraftList } from './Drafts';

// What is thrown away of what is being written, and the way back.

const root = stage();
const emit = programEvents();
let all: Item[];
let busy = false; // the disk, for now

const draft = {
  id: 'd1',
  subject: 'Facture en double',
  updatedAt: '2026-11-25T10:42:00.000Z',
  road: 'form',
  done: 1,
  total: 3,
  files: 0,
} as Item;

beforeEach(async () => {
  all = [draft];
  busy = false;
  program({
    ...methods({ person: claire, people: [] }),
    'Drafts.List': () => all,
    'Drafts.Throw': () => {
      all = [];
      emit('drafts');
    },
    'Drafts.Restore': () => {
      if (busy) refuse('disk-full');
      all = [draft];
      emit('drafts');
    },
  });
  await act(async () => void (await reads.drafts.refresh()));
  await act(async () =>
    root.render(
      <Window>
        <DraftList />
      </Window>,
    ),
  );
});

const titles = () => [...document.querySelectorAll('.draft-title')].map((e) => text(e));
const throwIt = () =>
  act(async () => document.querySelector<HTMLElement>('[aria-label^="Supprimer"]')?.click());

test('a draft that is thrown away comes back, and the focus is not lost with its row', async () => {
  await throwIt();
  expect(titles()).toEqual([]);
  expect(document.activeElement?.tagName).toBe('H1');
  await press('Annuler');
  expect(titles()).toEqual(['Facture en double']);
});

test('one that cannot come back now keeps its way back', async () => {
  await throwIt();
  busy = true;
  await press('Annuler');
  expect(titles()).toEqual([]);
  expect(buttonNamed('Annuler')).toBeTruthy();
  busy = false;
  await press('Annuler');
  expect(titles()).toEqual(['Facture en double']);
});
