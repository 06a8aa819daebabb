import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Person } from '../../bridge';
import { program, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import {
  claire,
  known,
  marc,
  methods,
  nobody,
  press,
  readAll,
  submit,
  text,
  type,
  Window,
} from '../../who/testing';
import { Unlock } from './Unlock';

const reopened = vi.fn();
let saved = true;
vi.mock('../../draft', () => ({ flushAll: async () => saved, reopenAll: async () => reopened() }));

const root = stage();
const done = vi.fn();
const entered: [string, string][] = [];
const ines = { ...claire, id: 'ines', name: 'Inès Garnier' };
let come: (p: Person) => void = () => {};

async function show(same: boolean): Promise<void> {
  entered.length = 0;
  done.mockReset();
  reopened.mockReset();
  program({
    ...methods({
      person: same ? { ...claire, pin: true } : { ...nobody, locked: 'claire' },
      people: [
        known(claire, { pin: true }),
        known(marc, { waiting: 1 }),
        known(ines, { pin: true, signedIn: false, waiting: 2 }),
      ],
    }),
    'Session.Enter': (person: string, pin: string) => {
      entered.push([person, pin]);
      if (person && person !== 'marc' && !pin) refuse('locked');
    },
    'Session.SigningIn': () => 'https://connexion.exemple.fr',
    'Session.SignIn': () => new Promise((resolve) => (come = resolve)),
    'Session.CancelSignIn': () => {},
  });
  await readAll();
  await act(async () =>
    root.render(
      <Window>
        <Unlock person={claire} same={same} onDone={done} />
      </Window>,
    ),
  );
}

describe.each([
  ['masked', true, 'Tout ce qui était affiché et tapé est encore là'],
  ['locked at the start', false, 'Ce que vous avez écrit est ici, et s’ouvre avec votre code PIN.'],
])('%s', (_how, same, hint) => {
  beforeEach(() => show(same));

  test('it is opened by the PIN of who was at the desk', async () => {
    expect(text()).toContain(hint);
    await type('Claire Lefèvre, votre code PIN', '2580');
    await submit();
    expect(entered).toEqual([['claire', '2580']]);
    expect(done).toHaveBeenCalledOnce();
  });

  test('the others are listed with what waits for them, and one without a PIN is there at once', async () => {
    await press('Une autre personne…');
    expect(text()).not.toContain(hint); // it was said to somebody else
    const names = [...document.querySelectorAll('li')].map((li) => text(li));
    expect(names).toEqual([
      'Marc Diallo1 envoi en attente',
      'Inès Garnierdoit se reconnecter : 2 envois en attente',
    ]);
    await press('Marc Diallo1 envoi en attente');
    expect(entered).toEqual([['marc', '']]);
    expect(done).toHaveBeenCalledOnce();
  });

  test('one with a PIN is asked for it', async () => {
    await press('Une autre personne…');
    await press('Inès Garnierdoit se reconnecter : 2 envois en attente');
    expect(done).not.toHaveBeenCalled();
    expect(text()).not.toContain(hint);
    expect(reopened).not.toHaveBeenCalled();
    await type('Inès Garnier, votre code PIN', '1234');
    await submit();
    expect(entered).toEqual([
      ['ines', ''],
      ['ines', '1234'],
    ]);
    expect(reopened).toHaveBeenCalledOnce(); // what the other was at is not shown
    expect(done).toHaveBeenCalledOnce();
  });

  test('whoever is not known here signs in', async () => {
    await press('Une autre personne…');
    await press('Se connecter');
    expect(text()).toContain('Ouvrir la page de connexion');
    await act(async () => come(marc));
    expect(done).toHaveBeenCalledOnce();
  });

  test.each([
    ['who is known', ines, 'Inès Garnier, votre code PIN'],
    ['who was at the desk', claire, 'Claire Lefèvre, votre code PIN'],
  ])('whoever signs in and has a PIN is asked for it: one %s', async (_who, person, asks) => {
    await press('Une autre personne…');
    await press('Se connecter');
    await act(async () => come({ ...person, locked: person.id }));
    expect(done).not.toHaveBeenCalled();
    await type(asks, '2580');
    await submit();
    expect(entered).toEqual([[person.id, '2580']]);
    expect(done).toHaveBeenCalledOnce();
  });

  test('nobody is kept out by a draft that cannot be saved', async () => {
    saved = false;
    await press('Une autre personne…');
    await press('Marc Diallo1 envoi en attente');
    expect(entered).toEqual([['marc', '']]);
    expect(done).toHaveBeenCalledOnce();
    saved = true;
  });

  test('whoever cannot sign in now writes without', async () => {
    await press('Une autre personne…');
    await press('Écrire sans se connecter');
    expect(entered).toEqual([['', '']]);
    expect(done).toHaveBeenCalledOnce();
  });

  test('there is a way back', async () => {
    await press('Une autre personne…');
    await press('Revenir à Claire Lefèvre');
    expect(text()).toContain('Claire Lefèvre, votre code PIN');
  });
});

describe('whom no PIN keeps out', () => {
  const shut = async (code: string) => {
    await show(false);
    program({
      ...methods({ person: { ...nobody, locked: 'claire' }, people: [known(claire), known(marc)] }),
      'Session.Enter': (person: string) => {
        entered.push([person, '']);
        if (code) refuse(code);
      },
    });
    await act(async () => root.render(null));
    await readAll();
    await act(async () =>
      root.render(
        <Window>
          <Unlock person={claire} same={false} onDone={done} />
        </Window>,
      ),
    );
  };

  test('is asked for the recovery code when the keyring has lost their key', async () => {
    await shut('key-lost');
    expect(entered).toEqual([['claire', '']]);
    expect(text()).toContain('saisissez le code de secours');
    expect(text()).not.toContain('votre code PIN');
  });

  test('waits for a keyring that does not answer, and is asked for no PIN', async () => {
    await shut('keyring');
    expect(text()).toContain('Le trousseau de clés de ce poste ne répond pas.');
    expect(document.querySelector('input')).toBeNull();
    await press('Réessayer');
    expect(entered).toHaveLength(2);
    expect(done).not.toHaveBeenCalled();
    await press('Une autre personne…');
    expect(text()).toContain('Marc Diallo');
  });
});
