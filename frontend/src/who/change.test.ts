import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, reads } from '../bridge';
import { program, programEvents } from '../bridge/testing';
import { changePerson, followArrivals } from './change';
import { claire, known, marc, methods } from './testing';

let saved = true;
const order: string[] = [];

vi.mock('../draft', () => ({
  flushAll: async () => {
    order.push('flush');
    return saved;
  },
  passOn: (left: string, next: string) => order.push(`${left} to ${next}`),
  reopenAll: async () => {
    order.push('reopen');
  },
}));

const now = { person: claire, people: [known(claire), known(marc)] };

beforeEach(async () => {
  saved = true;
  now.person = claire;
  program(methods(now));
  await Promise.all([reads.person.refresh(), reads.people.refresh()]);
  order.length = 0;
});

describe('somebody who comes to the desk', () => {
  test('finds everything of the last person saved, and none of it shown', async () => {
    const out = await changePerson(async () => {
      order.push('act');
      now.person = marc;
      return 'done';
    });
    expect(out).toBe('done');
    expect(order).toEqual(['flush', 'act', 'reopen']);
    expect(reads.person.snapshot().data?.id).toBe('marc');
  });

  test('does not come as long as something typed is not on the disk', async () => {
    saved = false;
    const act = vi.fn();
    await expect(changePerson(act)).rejects.toEqual(new CallError('unsaved'));
    expect(act).not.toHaveBeenCalled();
  });

  test('who did not come leaves everything as it was', async () => {
    const refused = changePerson(async () => {
      throw new CallError('locked');
    });
    await expect(refused).rejects.toEqual(new CallError('locked'));
    expect(order).toEqual(['flush']);
  });
});

describe('somebody who has come by a link of the start', () => {
  test('sees what is theirs as well', async () => {
    const tell = programEvents();
    const stop = followArrivals();
    now.person = marc;
    tell('session');
    await vi.waitFor(() => expect(order).toEqual(['claire to marc', 'reopen']));
    stop();
  });

  test('is not taken for one who comes by a dialog', async () => {
    const stop = followArrivals();
    await changePerson(async () => {
      now.person = marc;
    });
    expect(order).toEqual(['flush', 'claire to marc', 'reopen']);
    stop();
  });
});
