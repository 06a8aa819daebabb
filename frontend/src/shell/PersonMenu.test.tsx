import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Known, Person } from '../bridge';
import { program, refuse } from '../bridge/testing';
import type { MenuEntry } from '../ui';
import { stage } from '../ui/testing';
import { useAsked } from '../who';
import { claire, known, marc, methods, nobody, readAll, status, text, Window } from '../who/testing';
import { useComings } from './PersonMenu';

vi.mock('../draft', () => ({ flushAll: async () => true, reopenAll: async () => {} }));

const root = stage();
const left = vi.fn();
let comings: MenuEntry[] = [];
let asked: ReturnType<typeof useAsked>;

function Probe() {
  comings = useComings();
  asked = useAsked();
  return null;
}

async function show(person: Person, people: Known[], waiting = 0): Promise<string[]> {
  program({ ...methods({ person, people, status: status({ waiting }) }), 'Session.SignOut': left });
  await readAll();
  await act(async () =>
    root.render(
      <Window>
        <Probe />
      </Window>,
    ),
  );
  return comings.flatMap((e) => (e.kind === 'group' ? e.entries.map((a) => `– ${a.label}`) : [e.label]));
}
const run = (label: string) =>
  act(async () => {
    const act = comings.flatMap((e) => (e.kind === 'group' ? e.entries : [e])).find((e) => e.label === label);
    if (act?.kind === 'act') act.run();
    else throw new Error(`no ${label}`);
  });

const out = { ...claire, signedIn: false };

beforeEach(() => left.mockReset());

test.each<[string, Person, Known[], string[]]>([
  ['nobody is known', nobody, [], ['Se connecter', 'Premiers pas…']],
  ['she is alone', claire, [known(claire)], ['Une autre personne…', 'Se déconnecter', 'Quitter le poste']],
  [
    'she is one of two',
    claire,
    [known(claire), known(marc)],
    ['– Marc Diallo', 'Une autre personne…', 'Se déconnecter', 'Quitter le poste'],
  ],
  [
    'her session has ended',
    out,
    [known(claire, { signedIn: false })],
    ['Se reconnecter', 'Une autre personne…', 'Quitter le poste'],
  ],
  [
    'nobody is there',
    nobody,
    [known(claire), known(marc)],
    ['– Claire Lefèvre', '– Marc Diallo', 'Une autre personne…'],
  ],
])('who can come and go when %s', async (_when, person, people, wanted) => {
  expect(await show(person, people)).toEqual(wanted);
});

test('whoever signs in again is expected, and anybody else is not', async () => {
  await show(out, [known(claire)]);
  await run('Se reconnecter');
  expect(asked).toEqual({ kind: 'sign-in', expected: 'claire' });
  await run('Une autre personne…');
  expect(asked).toEqual({ kind: 'sign-in', expected: '' });
});

test('signing out is one click when nothing stays behind', async () => {
  await show(claire, [known(claire)]);
  await run('Se déconnecter');
  expect(left).toHaveBeenCalledWith('claire');
  expect(text()).toContain('La déconnexion est faite.');
});

test('it is asked about first when something does', async () => {
  await show(claire, [known(claire)], 2);
  await run('Se déconnecter');
  expect(left).not.toHaveBeenCalled();
  expect(asked).toEqual({ kind: 'sign-out' });
});

test('why one could not is said', async () => {
  await show(claire, [known(claire)]);
  program({ 'Session.SignOut': () => refuse('disk-full') });
  await run('Se déconnecter');
  expect(text()).toContain('Le disque de ce poste est plein.');
});
