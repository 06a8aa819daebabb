import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { program, refuse } from '../../bridge/testing';
import { stage } from '../../ui/testing';
import {
  buttonNamed,
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
import { PinForm } from './PinForm';

const reopened = vi.fn();
vi.mock('../../draft', () => ({ flushAll: async () => true, reopenAll: async () => reopened() }));

const root = stage();
const done = vi.fn();
const forgot = vi.fn();
const tried: string[] = [];
const right = '2580';
let now = { person: nobody, people: [known(claire, { pin: true })] };
let limit = 10;
let wait = 0;

beforeEach(async () => {
  for (const mock of [done, forgot, reopened]) mock.mockReset();
  tried.length = 0;
  limit = 10;
  wait = 0;
  now = { person: nobody, people: [known(claire, { pin: true })] };
  program({
    ...methods(now),
    'Session.Enter': (_person: string, pin: string) => {
      tried.push(pin);
      const [of] = now.people;
      if (!of || of.tries === 0) refuse('pin-limit');
      if (of.wait > 0) refuse('pin-soon');
      if (pin === right) return;
      now.people = [{ ...of, tries: of.tries - (11 - limit), wait }];
      refuse('wrong-pin');
    },
    'Session.People': () => now.people,
    'Keyring.ForgetPIN': forgot,
  });
  await readAll();
});
afterEach(() => void vi.useRealTimers());

const show = (props: { same?: boolean; lost?: boolean } = {}) =>
  act(async () =>
    root.render(
      <Window>
        <PinForm person={claire} go="Ouvrir" onDone={done} {...props} />
      </Window>,
    ),
  );
const give = async (pin: string) => {
  await type('Claire Lefèvre, votre code PIN', pin);
  await submit();
};

describe('a PIN', () => {
  test('opens', async () => {
    await show();
    await give(right);
    expect(done).toHaveBeenCalledOnce();
    expect(reopened).toHaveBeenCalledOnce(); // what the last person was at is not shown
  });

  test('of the person who is there leaves what they were at as it is', async () => {
    await show({ same: true });
    await give(right);
    expect(done).toHaveBeenCalledOnce();
    expect(reopened).not.toHaveBeenCalled();
  });

  test('that is not the one says how many tries are left, and is typed anew', async () => {
    await show();
    await give('1111');
    expect(text()).toContain('Ce n’est pas le bon code. Il reste 9 essais.');
    expect(document.querySelector('input')?.value).toBe('');
    expect(done).not.toHaveBeenCalled();
    await give(right);
    expect(done).toHaveBeenCalledOnce();
  });

  test('is needed', async () => {
    await show();
    await submit();
    expect(tried).toEqual([]);
    expect(text()).toContain('Saisissez le code PIN.');
  });

  test('that comes too soon is counted down, and not tried before', async () => {
    vi.useFakeTimers();
    wait = 3;
    await show();
    await give('1111');
    expect(text()).toContain('Prochain essai possible dans 3 s.');
    expect(buttonNamed('Ouvrir').getAttribute('aria-disabled')).toBe('true');
    await give(right);
    expect(tried).toEqual(['1111']);
    await act(async () => vi.advanceTimersByTime(1000));
    expect(text()).toContain('dans 2 s');
    await act(async () => vi.advanceTimersByTime(2500));
    expect(text()).not.toContain('Prochain essai');
    now.people = [known(claire, { pin: true })];
    await submit();
    await act(async () => vi.advanceTimersByTime(0));
    expect(tried).toEqual(['1111', right]);
  });
});

describe('the recovery code is asked for', () => {
  const byCode = async () => {
    await type('Code de secours', 'b7d7-hjqh-6gcw-pvgs-5zc8-5a99-ctq');
    await submit();
    expect(forgot).toHaveBeenCalledWith('claire', 'B7D7HJQH6GCWPVGS5ZC85A99CTQ');
    expect(done).toHaveBeenCalledOnce();
  };

  test('when the PIN is forgotten', async () => {
    await show();
    await press('Code PIN oublié ?');
    await byCode();
    expect(text(document.querySelector('.toast') ?? document.body)).toContain(
      'L’ancien code PIN est retiré.',
    );
  });

  test('when it was tried too often', async () => {
    limit = 1;
    await show();
    await give('1111');
    expect(text()).toContain('Trop d’essais');
    await byCode();
  });

  test('when the keyring has lost the key', async () => {
    await show({ lost: true });
    expect(text()).toContain('Ce poste ne retrouve plus la clé de vos données');
    await byCode();
    expect(document.querySelector('.toast')).toBeNull();
  });

  test('and what it means is said where there is none', async () => {
    program({ ...methods(now), 'Keyring.State': () => ({ sealed: true, silent: false, recovery: false }) });
    await readAll();
    await show();
    await press('Code PIN oublié ?');
    expect(text()).toContain('Aucun code de secours n’a été noté pour ce nom');
    expect(text()).not.toContain('Votre code de secours ouvre vos textes');
    await press('Revenir au code PIN');
    expect(text()).toContain('Claire Lefèvre, votre code PIN');
  });

  test('of a colleague as well when none opens what the person at the desk has', async () => {
    program({
      ...methods({ ...now, person: marc }),
      'Keyring.State': () => ({ sealed: true, silent: false, recovery: false }),
      'Keyring.ForgetPIN': forgot,
    });
    await readAll();
    await show();
    await press('Code PIN oublié ?');
    await byCode();
  });

  test('and is wrong', async () => {
    forgot.mockImplementation(() => refuse('wrong-code'));
    await show();
    await press('Code PIN oublié ?');
    await type('Code de secours', 'b7d7-hjqh-6gcw-pvgs-5zc8-5a99-ctq');
    await submit();
    expect(text()).toContain('Ce code de secours n’ouvre pas les données de ce poste.');
    expect(done).not.toHaveBeenCalled();
  });
});
