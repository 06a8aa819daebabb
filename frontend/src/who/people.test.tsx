import { act } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { program, refuse } from '../bridge/testing';
import { Words } from '../text/words';
import { stage } from '../ui/testing';
import { type Asked, useAsked } from './ask';
import { hintOf, othersOf } from './people';
import { SigningLine } from './SignInLink';
import { claire, known, marc, methods, nobody, press, readAll, text, Window } from './testing';
import { useEnter } from './useEnter';
import { WaitingFor } from './WaitingFor';

let unsaved: { id: string; title: string; place?: string } | undefined;
vi.mock('../draft', () => ({
  flushAll: async () => !unsaved,
  reopenAll: async () => {},
  unsavedDraft: () => unsaved,
}));

const root = stage();
const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');

describe('who else is known here', () => {
  const people = [known(claire), known(marc)];

  test('is everybody but who is at the desk, or would be with their PIN', () => {
    expect(othersOf(people, claire).map((k) => k.id)).toEqual(['marc']);
    expect(othersOf(people, { ...nobody, locked: 'marc' }).map((k) => k.id)).toEqual(['claire']);
    expect(othersOf(people, nobody)).toHaveLength(2);
    expect(othersOf(undefined, undefined)).toEqual([]);
  });

  test.each([
    [0, true, '', ''],
    [0, false, '', ''],
    [1, true, '1 envoi en attente', '1 item waiting'],
    [2, false, 'doit se reconnecter : 2 envois en attente', 'has to sign in again: 2 items waiting'],
  ])('has beside the name what waits (%i, signed in: %s)', (waiting, signedIn, french, english) => {
    const k = known(marc, { waiting, signedIn });
    expect(plain(hintOf(new Words('fr'), k))).toBe(french);
    expect(plain(hintOf(new Words('en'), k))).toBe(english);
  });
});

describe('requests that wait for somebody’s sign-in', () => {
  const show = async (people: ReturnType<typeof known>[]) => {
    program(methods({ person: claire, people }));
    await readAll();
    await act(async () =>
      root.render(
        <Window>
          <WaitingFor />
        </Window>,
      ),
    );
    return [...document.querySelectorAll('li')].map((li) => text(li));
  };

  test('are told by name and count, of others only', async () => {
    const ines = { ...claire, id: 'ines', name: 'Inès Garnier' };
    const told = await show([
      known(claire, { waiting: 3, signedIn: false }),
      known(marc, { waiting: 2, signedIn: false }),
      known(ines, { waiting: 1, signedIn: true }),
    ]);
    expect(told).toEqual(['2 envois attendent que Marc Diallo se reconnecte.']);
  });

  test('are not told of when there are none', async () => {
    expect(await show([known(marc, { signedIn: false })])).toEqual([]);
    expect(document.querySelector('ul')).toBeNull();
  });
});

let asked: Asked | undefined;
const entered: string[] = [];

function Probe() {
  asked = useAsked();
  const enter = useEnter();
  return (
    <>
      <button type="button" onClick={() => enter(known(marc))}>
        Marc
      </button>
      <button type="button" onClick={() => enter()}>
        Nobody
      </button>
    </>
  );
}

describe('one click on a name', () => {
  const show = async (code: string) => {
    entered.length = 0;
    program({
      ...methods({ person: claire, people: [known(claire), known(marc)] }),
      'Session.Enter': (person: string) => {
        entered.push(person);
        if (code) refuse(code);
      },
    });
    await readAll();
    await act(async () =>
      root.render(
        <Window>
          <Probe />
        </Window>,
      ),
    );
  };

  test('is enough without a PIN', async () => {
    await show('');
    await press('Marc');
    expect(entered).toEqual(['marc']);
    expect(asked).toBeUndefined();
    expect(text()).toContain('Marc Diallo est au guichet.');
    await press('Nobody');
    expect(entered).toEqual(['marc', '']);
    expect(text()).toContain('Personne n’est au guichet');
  });

  test.each([
    ['locked', false],
    ['key-lost', true],
  ])('asks for what opens: %s', async (code, lost) => {
    await show(code);
    await press('Marc');
    expect(asked).toEqual({ kind: 'enter', person: known(marc), lost });
  });

  test.each([
    ['Facture', '« Facture » n’est pas enregistré.'],
    ['', '« Sans sujet » n’est pas enregistré.'],
  ])('names a draft that is not saved, and leads to it: %j', async (title, sentence) => {
    unsaved = { id: 'd1', title };
    await show('');
    await press('Marc');
    expect(entered).toEqual([]);
    expect(text()).toContain(sentence);
    await press('Ouvrir le brouillon');
    expect(location.hash).toBe('#/draft/d1');
    unsaved = undefined;
  });

  test('names a reply that is not saved, and leads to it', async () => {
    unsaved = { id: 'r1', title: 'Facture', place: '/request/r1' };
    await show('');
    await press('Marc');
    expect(text()).toContain('Votre réponse à « Facture » n’est pas enregistrée.');
    await press('Ouvrir la réponse');
    expect(location.hash).toBe('#/request/r1');
    unsaved = undefined;
  });

  test('says why it was not possible', async () => {
    await show('keyring');
    await press('Marc');
    expect(text()).toContain('Le trousseau de clés de ce poste ne répond pas.');
  });
});

describe('a sign-in that no dialog has begun', () => {
  test.each([
    ['https://connexion.exemple.fr/auth', true],
    ['', false],
  ])('has its link on the page: %s', async (link, shown) => {
    program({ ...methods({ person: nobody, people: [] }), 'Session.SigningIn': () => link });
    await readAll();
    await act(async () =>
      root.render(
        <Window>
          <SigningLine />
        </Window>,
      ),
    );
    expect(
      text().includes('Une connexion a été demandée sur ce poste : ouvrez la page pour la terminer.'),
    ).toBe(shown);
    expect(document.querySelector('a')?.href ?? '').toBe(link);
  });
});
