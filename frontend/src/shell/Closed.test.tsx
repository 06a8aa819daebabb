import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, keys, Read, readAgain, reads } from '../bridge';
import { type Language, Speak } from '../text';
import { Words } from '../text/words';
import { Toasts } from '../ui';
import { stage } from '../ui/testing';
import { Gate } from './Gate';

// Why nothing that the program keeps can be read; '' when it can.
let why = '';

vi.mock('../bridge', async (original) => {
  const bridge = await original<typeof import('../bridge')>();
  const reads: Record<string, InstanceType<typeof bridge.Read>> = {};
  return {
    ...bridge,
    reads,
    readAgain: () => Promise.all(Object.values(reads).map((r) => r.refresh())),
    keys: { recover: vi.fn() },
  };
});

const CODE = 'B7D7-HJQH-6GCW-PVGS-5ZC8-5A99-CTQ';
const BARE = CODE.replaceAll('-', '');
const root = stage();

// show begins a window.
async function show(lang: Language = 'fr'): Promise<void> {
  for (const name of ['status', 'person', 'latest', 'settings', 'catalogue'])
    Object.assign(reads, {
      [name]: new Read(async () => {
        if (why) throw new CallError(why);
        return {};
      }, []),
    });
  await readAgain();
  await act(async () => {
    root.render(
      <Speak lang={lang}>
        <Toasts words={new Words(lang)} close="Fermer" place="/">
          <Gate>
            <h1>Bonjour</h1>
          </Gate>
        </Toasts>
      </Speak>,
    );
    await import('./Closed');
  });
}
const plain = (sentence: string) => sentence.replace(/[\u202f\u00a0]/g, ' ');
const text = (of: Element | null = document.body) => plain(of?.textContent ?? '');
const title = () => text(document.querySelector('h1'));
const button = (name: string) =>
  [...document.querySelectorAll('button')].find((b) => text(b) === name) as HTMLButtonElement;
const press = (name: string) => act(async () => button(name).click());
const field = () => document.querySelector('input') as HTMLInputElement;
const type = (value: string) =>
  act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field(), value);
    field().dispatchEvent(new Event('input', { bubbles: true }));
  });
const beside = () => text(document.querySelector('.field-error'));

beforeEach(() => {
  why = '';
  vi.resetAllMocks();
});

test('a window that can read what it keeps shows its pages', async () => {
  await show();
  expect(title()).toBe('Bonjour');
});

describe('when the keyring has no key any more', () => {
  beforeEach(() => {
    why = 'key-lost';
    vi.mocked(keys.recover).mockImplementation(async () => {
      why = '';
    });
  });

  test.each([
    ['fr', 'La clé de vos textes est introuvable', 'Rien n’a été effacé.', 'prestataire informatique'],
    ['en', 'The key of your texts cannot be found', 'Nothing has been deleted.', 'IT provider'],
  ] as const)(
    'it is said plainly, and nothing can be thrown away (%s)',
    async (lang, heading, kept, call) => {
      await show(lang);
      expect(title()).toBe(heading);
      for (const sentence of [kept, call]) expect(text()).toContain(sentence);
      const words = new Words(lang);
      expect([...document.querySelectorAll('button')].map((b) => b.textContent)).toEqual([
        words.t('lost.go'),
        words.t('error.retry'),
      ]);
    },
  );

  test('the code opens everything, however it was typed', async () => {
    await show();
    await type(` ${CODE.toLowerCase().replaceAll('-', ' – ')}`);
    await press('Ouvrir mes textes');
    expect(vi.mocked(keys.recover).mock.calls).toEqual([[BARE]]);
    expect(title()).toBe('Bonjour');
    expect(text()).toContain('Vos textes sont de nouveau ouverts.');
  });

  test.each([
    ['', 'Saisissez le code de secours.'],
    [' - ', 'Saisissez le code de secours.'],
    [CODE.slice(1), 'Il manque 1 caractère : le code en a 27.'],
    [CODE.slice(5), 'Il manque 4 caractères : le code en a 27.'],
    [`${CODE}X2`, 'Il y a 2 caractères de trop : le code en a 27.'],
  ])('%j cannot be the code, and what is amiss stands beside it', async (typed, sentence) => {
    await show();
    await type(typed);
    await press('Ouvrir mes textes');
    expect(beside()).toBe(sentence);
    expect(keys.recover).not.toHaveBeenCalled();
    await type(CODE);
    expect(beside()).toBe('');
  });

  test.each(['wrong-code', 'keyring', 'timeout'])('it is said that %s, and the code stays', async (code) => {
    vi.mocked(keys.recover).mockRejectedValueOnce(new CallError(code));
    await show();
    await type(CODE);
    await press('Ouvrir mes textes');
    expect(beside()).toBe(plain(new Words('fr').error(code)));
    expect(field().value).toBe(CODE);
    await press('Ouvrir mes textes');
    expect(title()).toBe('Bonjour');
  });

  test('an older code that does not open all of it asks for the newer one', async () => {
    vi.mocked(keys.recover).mockResolvedValueOnce(undefined);
    await show();
    await type(CODE);
    await press('Ouvrir mes textes');
    expect(beside()).toContain('il y en a sans doute un plus récent');
    expect(text()).not.toContain('de nouveau ouverts');
  });

  test('one answer is waited for at a time', async () => {
    let end = () => {};
    vi.mocked(keys.recover).mockImplementation(() => new Promise((done) => (end = () => done(undefined))));
    await show();
    await type(CODE);
    await press('Ouvrir mes textes');
    expect(button('Ouvrir mes textes').getAttribute('aria-disabled')).toBe('true');
    expect(text(document.querySelector('form [role=status]'))).toBe('Ouverture de vos textes…');
    await act(async () => field().form?.requestSubmit());
    expect(keys.recover).toHaveBeenCalledOnce();
    why = '';
    await act(async () => end());
    expect(title()).toBe('Bonjour');
  });

  test('a key that was brought back is found', async () => {
    await show();
    await press('Réessayer');
    expect(text()).toContain('La clé reste introuvable.');
    why = '';
    await press('Réessayer');
    expect(title()).toBe('Bonjour');
  });
});

test.each([
  ['fr', 'Le trousseau de clés ne répond pas', 'Réessayer', 'Toujours pas de réponse.'],
  ['en', 'The keyring does not answer', 'Try again', 'Still no answer.'],
] as const)('a keyring that does not answer is asked again (%s)', async (lang, heading, again, same) => {
  why = 'keyring';
  await show(lang);
  expect(title()).toBe(heading);
  await press(again);
  expect(text()).toContain(same);
  why = '';
  await press(again);
  expect(title()).toBe('Bonjour');
});

test('where the keyring is gone for good the code opens everything until the end', async () => {
  why = 'keyring';
  vi.mocked(keys.recover).mockImplementation(async () => {
    why = '';
  });
  await show();
  await type(CODE);
  await press('Ouvrir mes textes');
  expect(vi.mocked(keys.recover).mock.calls).toEqual([[BARE]]);
  expect(title()).toBe('Bonjour');
  expect(text()).toContain('jusqu’à la fermeture de Guichet.');
});
