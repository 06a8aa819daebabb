import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, copyText, type Keys, type Known, keys, type Person, reads } from '../../bridge';
import { type Language, Speak } from '../../text';
import { Words } from '../../text/words';
import { Toasts } from '../../ui';
import { stage } from '../../ui/testing';
import { claire, known, marc } from '../../who/testing';
import { codeInUse } from './code';
import { KeysLine } from './KeysLine';
import { RecoveryCode } from './RecoveryCode';

// How things are kept on this PC.
let state: Keys;
let person: Person;
let people: Known[];

vi.mock('../../bridge', async (original) => {
  const bridge = await original<typeof import('../../bridge')>();
  return {
    ...bridge,
    copyText: vi.fn(),
    keys: { newCode: vi.fn(), confirmCode: vi.fn() },
    reads: {
      keys: new bridge.Read(async () => state, []),
      people: new bridge.Read(async () => people, []),
      person: new bridge.Read(async () => person, []),
    },
  };
});

const CODE = 'B7D7-HJQH-6GCW-PVGS-5ZC8-5A99-CTQ';
const root = stage();
const closed = vi.fn();

const show = (what: React.ReactNode, lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Speak lang={lang}>
        <Toasts words={new Words(lang)} close="Fermer" place="/">
          <h1 tabIndex={-1}>Bonjour</h1>
          {what}
        </Toasts>
      </Speak>,
    ),
  );
const dialog = () => document.querySelector('[role=dialog]');
const plain = (sentence: string) => sentence.replace(/[\u202f\u00a0]/g, ' ');
const text = (of: Element | null = dialog()) => plain(of?.textContent ?? '');
const groups = () => [...(dialog()?.querySelectorAll('.code li') ?? [])].map((li) => li.textContent);
const button = (name: string) =>
  [...document.querySelectorAll('button')].find((b) => text(b) === name) as HTMLButtonElement;
const press = (name: string) =>
  act(async () => {
    button(name).click();
    await import('./Plain'); // which comes when it is first asked for
  });
const field = () => dialog()?.querySelector('input') as HTMLInputElement;
const type = (value: string) =>
  act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field(), value);
    field().dispatchEvent(new Event('input', { bubbles: true }));
  });
const told = () => text(document.querySelector('.toasts'));
const who = (next: Person, known: Known[] = []) =>
  act(async () => {
    person = next;
    people = known;
    await Promise.all([reads.person, reads.people, reads.keys].map((r) => r.refresh()));
  });
const line = () => document.querySelector('.keys-line');

beforeEach(async () => {
  vi.resetAllMocks();
  codeInUse();
  state = { sealed: true, silent: false, recovery: false };
  await who(claire);
  vi.mocked(keys.newCode).mockResolvedValue(CODE);
  vi.mocked(keys.confirmCode).mockResolvedValue(undefined);
});

describe('the recovery code', () => {
  test('is shown in groups, with what it is for and where to keep it', async () => {
    await show(<RecoveryCode onClose={closed} />);
    expect(groups()).toEqual(CODE.split('-'));
    expect(text()).toContain('Il rouvre les textes de ce poste');
    expect(text()).toContain('À garder ailleurs que sur ce poste');
    expect(text()).not.toContain('Un code est déjà en place');
  });

  test('is in use once its end was typed, and not before', async () => {
    await show(<RecoveryCode onClose={closed} />);
    await press('Je l’ai noté');
    expect(text()).not.toContain('5A99');
    expect(document.querySelector('.code-sheet')).toBeNull();
    await press('Confirmer');
    expect(text()).toContain('Saisissez les 7 derniers caractères du code.');
    await type('5A99-CTR');
    expect(text()).not.toContain('Saisissez les 7');
    await press('Confirmer');
    expect(text()).toContain('Ce n’est pas la fin du code');
    await show(<RecoveryCode onClose={closed} />, 'en');
    expect(text()).toContain('This is not the end of the code');
    await show(<RecoveryCode onClose={closed} />);
    expect(keys.confirmCode).not.toHaveBeenCalled();
    await type('5a99 ctq');
    await press('Confirmer');
    expect(vi.mocked(keys.confirmCode).mock.calls).toEqual([[CODE]]);
    expect(closed).toHaveBeenCalledOnce();
    expect(told()).toContain('Votre code de secours est en place.');
    expect(reads.keys.snapshot().data?.recovery).toBe(true);
    vi.mocked(keys.newCode).mockResolvedValue('NEXT');
    await show(<RecoveryCode key="again" onClose={closed} />);
    expect(groups()).toEqual(['NEXT']);
  });

  test('can be seen again, and is the same after « Annuler »', async () => {
    await show(<RecoveryCode onClose={closed} />);
    await press('Je l’ai noté');
    await press('Revoir le code');
    expect(groups()).toEqual(CODE.split('-'));
    await press('Annuler');
    expect(closed).toHaveBeenCalledOnce();
    vi.mocked(keys.newCode).mockResolvedValue('ANOTHER');
    await show(<RecoveryCode key="again" onClose={closed} />);
    expect(groups()).toEqual(CODE.split('-'));
    expect(keys.confirmCode).not.toHaveBeenCalled();
  });

  test('is confirmed once, however often that is asked for', async () => {
    let end = () => {};
    vi.mocked(keys.confirmCode).mockImplementation(
      () => new Promise((done) => (end = () => done(undefined))),
    );
    await show(<RecoveryCode onClose={closed} />);
    await press('Je l’ai noté');
    await type('5A99CTQ');
    await press('Confirmer');
    await act(async () => field().form?.requestSubmit());
    await press('Confirmer');
    expect(button('Confirmer').getAttribute('aria-disabled')).toBe('true');
    expect(keys.confirmCode).toHaveBeenCalledOnce();
    await act(async () => end());
    expect(closed).toHaveBeenCalledOnce();
  });

  test.each([
    ['fr', 'Confirmer', 'Je l’ai noté'],
    ['en', 'Confirm', 'I have written it down'],
  ] as const)('says why it could not be taken, and can be tried again (%s)', async (lang, go, noted) => {
    vi.mocked(keys.confirmCode).mockRejectedValueOnce(new CallError('keyring'));
    await show(<RecoveryCode onClose={closed} />, lang);
    await press(noted);
    await type('5A99CTQ');
    await press(go);
    expect(text(document.querySelector('[role=alert]'))).toBe(plain(new Words(lang).error('keyring')));
    expect(closed).not.toHaveBeenCalled();
    expect(reads.keys.snapshot().data?.recovery).toBe(false);
    await press(go);
    expect(closed).toHaveBeenCalledOnce();
  });

  test('that cannot be made is none: why is said, and there is nothing to confirm', async () => {
    vi.mocked(keys.newCode).mockRejectedValue(new CallError('timeout'));
    await show(<RecoveryCode onClose={closed} />);
    expect(text(document.querySelector('[role=alert]'))).toContain('met trop de temps à répondre');
    expect(button('Je l’ai noté')).toBeUndefined();
  });

  test('of which there is one already says that the new one replaces it', async () => {
    state = { ...state, recovery: true };
    await act(() => reads.keys.refresh());
    await show(<RecoveryCode onClose={closed} />);
    expect(text()).toContain('Un code est déjà en place :');
  });

  test.each([
    ['nobody', [known(claire, { pin: true }), known(marc)], false],
    ['a colleague', [known(claire), known(marc, { pin: true })], true],
  ])('does not open what is behind the PIN of %s', async (_whose, all, said) => {
    await who(claire, all);
    await show(<RecoveryCode onClose={closed} />);
    expect(text().includes('Les collègues qui ont un code PIN gardent leur code de secours')).toBe(said);
  });

  test.each([
    [true, 'Le code est copié. Collez-le ailleurs que sur ce poste.'],
    [false, 'Le code n’a pas pu être copié. Notez-le, ou imprimez-le.'],
  ])('is copied, and it is said whether it was (%s)', async (copied, sentence) => {
    vi.mocked(copyText).mockResolvedValue(copied);
    await show(<RecoveryCode onClose={closed} />);
    await press('Copier');
    expect(vi.mocked(copyText).mock.calls).toEqual([[CODE]]);
    expect(text(document.querySelector('.code-copied'))).toBe(sentence);
  });

  test('is printed from a sheet of its own, which goes with it', async () => {
    const print = vi.fn();
    Object.assign(window, { print });
    await show(<RecoveryCode onClose={closed} />);
    const sheet = document.querySelector('body > .code-sheet');
    expect(text(sheet)).toContain(CODE.replaceAll('-', ''));
    expect(text(sheet)).toContain('Poste :');
    button('Imprimer').focus();
    print.mockImplementation(() => button('Imprimer').blur());
    await press('Imprimer');
    expect(print).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(button('Imprimer'));
    await show(null);
    expect(document.querySelector('.code-sheet')).toBeNull();
  });
});

describe('the line on the first page', () => {
  const set = async (next: Partial<Keys>) => {
    state = { ...state, ...next };
    await act(() => reads.keys.refresh());
  };

  test.each([
    ['a code is to be written down', {}, 'Notez votre code de secours'],
    ['there is no keyring', { sealed: false }, 'ce poste n’a pas de trousseau de clés'],
    ['the keyring is silent', { sealed: false, silent: true }, 'le trousseau de clés ne répond pas'],
    ['the keyring was silent at the start', { silent: true, recovery: true }, 'ne répond pas'],
  ])('says that %s', async (_what, next, sentence) => {
    await set(next);
    await show(<KeysLine />);
    expect(text(line())).toContain(sentence);
  });

  test('is not there when all is well, nor before that is known', async () => {
    await set({ recovery: true });
    await show(<KeysLine />);
    expect(line()).toBeNull();
  });

  test('goes with the code that is in use, and the focus has a place', async () => {
    await show(<KeysLine />);
    await press('Voir le code');
    expect(groups()).toHaveLength(7);
    await press('Je l’ai noté');
    await type('5A99CTQ');
    await press('Confirmer');
    expect(line()).toBeNull();
    await vi.waitFor(() => expect(document.activeElement?.tagName).toBe('H1'));
  });

  test('that nothing is sealed says what to do, by why it is so', async () => {
    await set({ sealed: false, silent: true });
    await show(<KeysLine />);
    await press('Que faire ?');
    expect(text()).toContain('Déverrouillez-le');
    await set({ silent: false });
    expect(text()).toContain('Demandez à votre prestataire informatique');
  });

  test('is another for the next person: no code, nothing put off', async () => {
    await show(<KeysLine />);
    await press('Voir le code');
    expect(groups()).toEqual(CODE.split('-'));
    vi.mocked(keys.newCode).mockResolvedValue('MARC');
    await who(marc);
    expect(dialog()).toBeNull();
    await press('Voir le code');
    expect(groups()).toEqual(['MARC']);
    await press('Annuler');
    await press('Plus tard');
    expect(line()).toBeNull();
    await who(claire);
    expect(text(line())).toContain('Notez votre code de secours');
  });

  // These two last: what was put off stays so until the next start.
  test('is put off for this start, wherever one goes', async () => {
    await show(<KeysLine />);
    await press('Plus tard');
    expect(line()).toBeNull();
    expect(document.activeElement?.tagName).toBe('H1');
    await show(null);
    await show(<KeysLine />);
    expect(line()).toBeNull();
  });

  test('that one thing was put off hides no other', async () => {
    await set({ sealed: false });
    await show(<KeysLine />);
    expect(text(line())).toContain('ne sont pas chiffrés');
    await press('Compris');
    expect(line()).toBeNull();
  });
});
