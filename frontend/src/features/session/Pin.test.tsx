import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { program, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import {
  buttonNamed,
  claire,
  frame,
  known,
  methods,
  press,
  readAll,
  submit,
  text,
  type,
  Window,
} from '../../who/testing';
import { Pin } from './Pin';

vi.mock('../../draft', () => ({ flushAll: async () => true, reopenAll: async () => {} }));

const root = stage();
const closed = vi.fn();
const forgot = vi.fn();
const set: [string, string][] = [];

async function show(has: boolean, sealed = true): Promise<void> {
  set.length = 0;
  const now = {
    person: { ...claire, pin: has },
    people: [known(claire, { pin: has, tries: has ? 10 : 0 })],
    sealed,
  };
  program({
    ...methods(now),
    'Session.SetPIN': (held: string, pin: string) => {
      set.push([held, pin]);
      if (has && held !== '2580') {
        now.people = [known(claire, { pin: true, tries: 4 })];
        refuse('wrong-pin');
      }
      if (pin && pin.length < 4) refuse('invalid', [{ field: 'pin', code: 'too-short', min: 4, actual: 3 }]);
      if (pin.length > 64) refuse('invalid', [{ field: 'pin', code: 'too-long', max: 64, actual: 70 }]);
    },
    'Session.People': () => now.people,
    'Keyring.ForgetPIN': forgot,
  });
  await readAll();
  await act(async () =>
    root.render(
      <Window>
        <Pin onClose={closed} />
      </Window>,
    ),
  );
}

// at is the field that has the focus.
const at = () => text(document.querySelector(`label[for="${document.activeElement?.id}"]`) ?? undefined);

const twice = async (pin: string, again = pin) => {
  await type('Nouveau code PIN', pin);
  await type('Le même, encore une fois', again);
  await submit();
};

beforeEach(() => {
  closed.mockReset();
  forgot.mockReset();
});

test('is chosen twice, once it is said whom it keeps out', async () => {
  await show(false);
  expect(text()).toContain('pas des collègues qui utilisent le même compte de ce poste');
  await submit();
  expect(text()).toContain('Choisissez un code PIN.');
  await twice('2580', '2508');
  expect(text()).toContain('Les deux codes ne sont pas les mêmes.');
  await frame();
  expect(at()).toBe('Le même, encore une fois');
  expect(set).toEqual([]);
  await twice('258');
  expect(text()).toContain('il faut au moins 4 caractères');
  await frame();
  expect(at()).toBe('Nouveau code PIN');
  await twice('2'.repeat(70));
  expect(text()).toContain('C’est trop long.');
  expect(closed).not.toHaveBeenCalled();
  await twice('2580');
  expect(set.at(-1)).toEqual(['', '2580']);
  expect(closed).toHaveBeenCalledOnce();
  expect(text()).toContain('Votre code PIN est en place.');
});

test('is changed with the one that is set', async () => {
  await show(true);
  await twice('sésame');
  expect(text()).toContain('Saisissez le code PIN.');
  await frame();
  expect(at()).toBe('Code PIN actuel');
  expect(set).toEqual([]);
  await type('Code PIN actuel', '1111');
  buttonNamed('Annuler').focus();
  await submit();
  expect(text()).toContain('Ce n’est pas le bon code. Il reste 4 essais.');
  await frame();
  expect(at()).toBe('Code PIN actuel');
  await type('Code PIN actuel', '2580');
  await submit();
  expect(set.at(-1)).toEqual(['2580', 'sésame']);
  expect(closed).toHaveBeenCalledOnce();
});

test('is taken away with the one that is set, whatever stands in the other fields', async () => {
  await show(true);
  await press('Retirer le code PIN');
  expect(set).toEqual([]);
  await type('Nouveau code PIN', '77');
  await type('Code PIN actuel', '2580');
  await press('Retirer le code PIN');
  expect(set).toEqual([['2580', '']]);
  expect(text()).toContain('Le code PIN est retiré.');
});

test('that is forgotten is taken away by the recovery code', async () => {
  await show(true);
  await press('Code PIN oublié ?');
  await type('Code de secours', 'b7d7-hjqh-6gcw-pvgs-5zc8-5a99-ctq');
  await submit();
  expect(forgot).toHaveBeenCalledWith('claire', 'B7D7HJQH6GCWPVGS5ZC85A99CTQ');
  expect(closed).toHaveBeenCalledOnce();
});

test('is not offered where it would protect nothing', async () => {
  await show(false, false);
  expect(text()).toContain('Rien n’est chiffré sur ce poste');
  expect(document.querySelector('input')).toBeNull();
});
