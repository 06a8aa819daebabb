import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Person, reads, type Site } from '../../bridge';
import { program, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import { useAsked } from '../../who';
import {
  buttonNamed,
  claire,
  methods,
  nobody,
  press,
  readAll,
  submit,
  text,
  type,
  Window,
} from '../../who/testing';
import { Start } from './Start';

const root = stage();
const done = vi.fn();
const set = vi.fn();
const used: string[] = [];
let site: Site;
let now: { person: Person; people: [] };
let refusal = '';
let asked: ReturnType<typeof useAsked>;

function Probe() {
  asked = useAsked();
  return null;
}

async function show(): Promise<void> {
  program({
    ...methods(now),
    'Session.State': () => now.person,
    'Portal.State': () => site,
    'Portal.Check': (address: string) => (refusal ? refuse(refusal) : `https://${address.trim()}`),
    'Portal.Use': (address: string) => {
      used.push(address);
      site = { address, fixed: false };
    },
  });
  await readAll();
  await act(async () =>
    root.render(
      <Window>
        <Start set={set} onDone={done} />
        <Probe />
      </Window>,
    ),
  );
}

const come = async (person: Person) => {
  now.person = person;
  await act(() => reads.person.refresh());
};
const several = {
  ...claire,
  practices: [
    ...claire.practices,
    { id: 'p2', name: 'Cabinet du Port', town: 'Lorient', roles: [], admins: [] },
  ],
};

beforeEach(() => {
  done.mockReset();
  set.mockReset();
  used.length = 0;
  refusal = '';
  site = { address: '', fixed: false };
  now = { person: nobody, people: [] };
});

describe('the address of the portal', () => {
  test('is said as it will be used once a portal is found there, and one can sign in then', async () => {
    await show();
    expect(buttonNamed('Se connecter').getAttribute('aria-disabled')).toBe('true');
    await press('Se connecter');
    expect(asked).toBeUndefined();
    await type('Adresse du portail', ' portail.exemple.fr ');
    await submit();
    expect(used).toEqual(['https://portail.exemple.fr']);
    expect(text()).toContain('Portail trouvé : https://portail.exemple.fr');
    await press('Se connecter');
    expect(asked).toEqual({ kind: 'sign-in', expected: '' });
  });

  test.each([
    ['address', 'Ce n’est pas une adresse de portail.'],
    ['offline', 'Aucune réponse à cette adresse.'],
    ['no-portal', 'ce n’est pas un portail'],
    ['internal', 'Quelque chose n’a pas fonctionné.'],
  ])('is not taken when it is none, and says what to do: %s', async (code, sentence) => {
    refusal = code;
    await show();
    await type('Adresse du portail', 'ailleurs');
    await submit();
    expect(text()).toContain(sentence);
    expect(used).toEqual([]);
  });

  test('is needed for that', async () => {
    await show();
    await submit();
    expect(text()).toContain('Tapez l’adresse du portail.');
  });

  test('is not asked where it was given by whoever set the PC up', async () => {
    site = { address: 'https://portail.exemple.fr', fixed: true };
    await show();
    expect(document.querySelector('form')).toBeNull();
    expect(text()).toContain('English');
    await press('Se connecter');
    expect(asked).toEqual({ kind: 'sign-in', expected: '' });
  });
});

describe('what comes after', () => {
  beforeEach(() => {
    site = { address: 'https://portail.exemple.fr', fixed: true };
  });

  test('is the practice, for whoever has several', async () => {
    await show();
    await press('Se connecter');
    await come(several);
    expect(done).not.toHaveBeenCalled();
    const port = [...document.querySelectorAll('label')].find((l) => text(l).startsWith('Cabinet du Port'));
    await act(async () => port?.querySelector('input')?.click());
    await press('Commencer');
    expect(set).toHaveBeenCalledWith({ practice: 'p2' });
    expect(done).toHaveBeenCalledOnce();
  });

  test('is nothing, for whoever has one', async () => {
    await show();
    await press('Se connecter');
    await come(claire);
    expect(done).toHaveBeenCalled();
  });

  test('nor for whoever signed in by a link of the start', async () => {
    await show();
    await come(several);
    expect(done).toHaveBeenCalled();
  });

  test('can wait', async () => {
    await show();
    await press('Écrire d’abord, me connecter plus tard');
    expect(done).toHaveBeenCalledOnce();
    expect(set).not.toHaveBeenCalled();
  });

  test('the language is one of the choices', async () => {
    await show();
    const english = [...document.querySelectorAll('label')].find((l) => text(l) === 'English');
    await act(async () => english?.querySelector('input')?.click());
    expect(set).toHaveBeenCalledWith({ language: 'en' });
  });
});
