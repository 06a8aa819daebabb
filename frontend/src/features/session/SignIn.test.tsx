import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Known, type Person, reads } from '../../bridge';
import { program, refuse } from '../../bridge/testing';
import type { Language } from '../../text';
import { Words } from '../../text/words';
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
import { SignIn } from './SignIn';

let saved = true;
vi.mock('../../draft', () => ({
  flushAll: async () => saved,
  reopenAll: async () => {},
  unsavedDraft: () => (saved ? undefined : { id: 'd1', title: 'Facture' }),
}));

const LINK = 'https://connexion.exemple.fr/auth?state=1';
const root = stage();
const closed = vi.fn();
const cancelled = vi.fn();
const recovered = vi.fn();
const now: { person: Person; people: Known[] } = {
  person: nobody,
  people: [known(claire, { waiting: 2, signedIn: false }), known(marc)],
};

// What a sign-in ends with, each time that one is begun.
let ends: { resolve: (p: Person) => void; reject: (code: string) => void }[] = [];
let begun = 0; // sign-ins
let away = false;

beforeEach(async () => {
  saved = true;
  now.person = nobody;
  away = false;
  ends = [];
  begun = 0;
  for (const mock of [closed, cancelled, recovered]) mock.mockReset();
  program({
    ...methods(now),
    'Session.SigningIn': () => LINK,
    'Portal.Check': (address: string) => (away ? refuse('offline') : address),
    'Session.SignIn': () => {
      begun++;
      return new Promise((resolve, fail) =>
        ends.push({ resolve, reject: (code) => fail(JSON.stringify({ code })) }),
      );
    },
    'Session.CancelSignIn': cancelled,
    'Keyring.ForgetPIN': (person: string, code: string) => recovered(person, code),
    'Keyring.Recover': (code: string) => recovered('', code),
  });
  await readAll();
});

const show = (expected = '', lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Window lang={lang}>
        <SignIn expected={expected} onClose={closed} />
      </Window>,
    ),
  );
const come = (person: Person) => act(async () => ends.at(-1)?.resolve(person));
const fail = (code: string) => act(async () => ends.at(-1)?.reject(code));
const dialog = () => text(document.querySelector('[role=dialog]') ?? document.body);

describe('signing in', () => {
  test('says what is to be done, and offers the link when nothing has opened', async () => {
    await show();
    expect(dialog()).toContain(
      'Une page s’est ouverte dans votre navigateur. Connectez-vous, puis revenez ici.',
    );
    const link = document.querySelector('a');
    expect([link?.href, link?.target, link?.rel]).toEqual([LINK, '_blank', 'noopener noreferrer']);
    expect(dialog()).toContain('Copier le lien');
    await come(claire);
    expect(closed).toHaveBeenCalledOnce();
    expect(text(document.querySelector('.toast') ?? document.body)).toContain('Bonjour Claire Lefèvre');
  });

  test('begins only when everything typed is on the disk', async () => {
    now.person = marc;
    await act(() => reads.person.refresh());
    saved = false;
    await show();
    expect(begun).toBe(0);
    expect(dialog()).toContain('« Facture » n’est pas enregistré. Ouvrez ce brouillon');
    saved = true;
    await press('Recommencer');
    expect(begun).toBe(1);
  });

  test('leads to the draft that keeps it from beginning', async () => {
    now.person = marc;
    await act(() => reads.person.refresh());
    saved = false;
    await show();
    await press('Ouvrir le brouillon');
    expect(location.hash).toBe('#/draft/d1');
    expect(closed).toHaveBeenCalledOnce();
  });

  test('again waits for no draft: it is the same person', async () => {
    now.person = { ...claire, signedIn: false };
    await act(() => reads.person.refresh());
    saved = false;
    await show('claire');
    expect(begun).toBe(1);
  });

  test('ends with the dialog', async () => {
    await show('claire');
    expect(begun).toBe(1);
    await act(async () => root.render(null));
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test('is not cancelled once it has ended', async () => {
    await show();
    await come(claire);
    await act(async () => root.render(null));
    expect(cancelled).not.toHaveBeenCalled();
  });

  test.each(['fr', 'en'] as const)('warns when the portal does not answer (%s)', async (lang) => {
    away = true;
    await show('', lang);
    expect(dialog()).toContain(text2(lang, 'signIn.away'));
    expect(dialog()).toContain(text2(lang, 'signIn.open'));
  });

  test.each([
    [true, false],
    [false, true],
  ])('says whether it has to be done again at each start (sealed: %s)', async (sealed, said) => {
    program({ ...methods({ ...now, sealed }), 'Session.SignIn': () => new Promise(() => {}) });
    await readAll();
    await show();
    expect(dialog().includes('elle sera redemandée au prochain démarrage')).toBe(said);
  });

  test.each([
    ['not-signed-in', 'La connexion n’a pas abouti'],
    ['timeout', 'La connexion n’a pas abouti'],
    ['offline', 'Continuez à écrire, et réessayez quand la connexion sera revenue.'],
    ['forbidden', 'ce portail ne vous connaît pas. Demandez à l’assistance'],
    ['clock', 'réglez-les, puis recommencez'],
    ['keyring', 'Déverrouillez-le ou rouvrez votre session'],
    ['internal', 'Réessayez'],
  ])('that fails says why, and what to do: %s', async (code, sentence) => {
    await show();
    await fail(code);
    expect(dialog()).toContain(sentence);
    expect(closed).not.toHaveBeenCalled();
    await press('Recommencer');
    expect(begun).toBe(2);
    await come(claire);
    expect(closed).toHaveBeenCalledOnce();
  });
});

describe('who comes back', () => {
  test('is said when it is somebody else than expected', async () => {
    await show('claire');
    expect(dialog()).toContain('Reconnecter Claire Lefèvre');
    await come(marc);
    expect(closed).not.toHaveBeenCalled();
    expect(dialog()).toContain('La connexion est au nom de Marc Diallo');
    expect(dialog()).toContain('2 envois attendent que Claire Lefèvre se reconnecte.');
    expect(document.querySelector('.toast')).toBeNull();
    await press('Continuer');
    expect(closed).toHaveBeenCalledOnce();
  });

  test('may be the one expected after all', async () => {
    await show('claire');
    await come(marc);
    await press('Reconnecter Claire Lefèvre');
    expect(begun).toBe(2);
    await come(claire);
    expect(closed).toHaveBeenCalledOnce();
  });

  test('and has a PIN yet to give is not greeted', async () => {
    await show('');
    await come({ ...claire, locked: 'claire' });
    expect(closed).toHaveBeenCalledOnce();
    expect(document.querySelector('.toast')).toBeNull();
  });
});

describe('a key that the keyring has lost', () => {
  test('is brought back by the recovery code, for who was expected', async () => {
    await show('claire');
    await fail('key-lost');
    expect(dialog()).toContain('saisissez le code de secours');
    await type('Code de secours', 'b7d7-hjqh-6gcw-pvgs-5zc8-5a99-ctq');
    await submit();
    expect(recovered).toHaveBeenCalledWith('claire', 'B7D7HJQH6GCWPVGS5ZC85A99CTQ');
  });

  test('and for whoever came, who signs in again then', async () => {
    await show('');
    await fail('key-lost');
    await type('Code de secours', 'b7d7-hjqh-6gcw-pvgs-5zc8-5a99-ctq');
    await submit();
    expect(recovered).toHaveBeenCalledWith('', 'B7D7HJQH6GCWPVGS5ZC85A99CTQ');
    expect(begun).toBe(2);
  });
});

function text2(lang: Language, key: 'signIn.away' | 'signIn.open'): string {
  return new Words(lang).t(key).replace(/[\u202f\u00a0]/g, ' ');
}
