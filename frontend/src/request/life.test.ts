import { describe, expect, test } from 'vitest';
import type { Life } from '../bridge';
import { isEntrusted, lifeOf, mayHaveArrived } from './life';

const full: Life = { written: 'w', saved: 's', sent: 'x', received: 'r', answered: 'a' };
const upTo = (n: number): Life => {
  const [written, saved, sent, received, answered] = ['w', 's', 'x', 'r', 'a'].map((t, i) =>
    i < n ? t : '',
  );
  return { written, saved, sent, received, answered } as Life;
};

const line = (status: string, life: Life, draft = false) => lifeOf({ draft, status, reason: '', life });
const states = (status: string, life: Life, draft = false) =>
  line(status, life, draft)
    .steps.map((s) => s.state)
    .join(' ');
const times = (status: string, life: Life, draft = false) => line(status, life, draft).steps.map((s) => s.at);

describe('the life line', () => {
  test('has the five points in order', () => {
    expect(line('queued', full).steps.map((s) => s.point)).toEqual([
      'written',
      'saved',
      'sent',
      'received',
      'answered',
    ]);
  });

  test('of a draft is being written, since a time that is known', () => {
    expect(line('draft', upTo(1), true)).toMatchObject({ present: 0, name: 'life.writing' });
    expect(states('draft', upTo(1), true)).toBe('underway open open open open');
    expect(times('draft', upTo(1), true)).toEqual(['w', '', '', '', '']);
  });

  test.each([
    ['queued', 'life.queued', 'life.unknown'],
    ['needs-sign-in', 'life.queued', 'life.unknown'],
    ['sending', 'life.sending', 'life.sending'],
    ['unknown', 'life.unknown', 'life.unknown'],
  ])('of a request that is %s waits at its leaving, which has no time yet', (status, name, doubted) => {
    expect(line(status, upTo(2))).toMatchObject({ present: 2, name });
    expect(line(status, upTo(3))).toMatchObject({ present: 2, name: doubted });
    expect(states(status, full)).toBe('reached reached underway open open');
    expect(times(status, full)).toEqual(['w', 's', '', '', '']);
  });

  test('of a refused request stopped at its leaving', () => {
    expect(line('to-correct', upTo(3))).toMatchObject({ present: 2, name: 'life.toCorrect' });
    expect(states('to-correct', upTo(3))).toBe('reached reached stopped open open');
    expect(times('to-correct', upTo(3))).toEqual(['w', 's', 'x', '', '']);
  });

  test('of a cancelled request stopped before its leaving', () => {
    expect(line('cancelled', upTo(2))).toMatchObject({ present: 1, name: 'life.cancelled' });
    expect(states('cancelled', upTo(2))).toBe('reached stopped open open open');
    expect(times('cancelled', full)).toEqual(['w', 's', '', '', '']);
  });

  test('of a request that was received has its time', () => {
    expect(line('received', upTo(4))).toMatchObject({ present: 3, name: 'life.received' });
    expect(states('received', upTo(4))).toBe('reached reached reached reached open');
    expect(times('received', upTo(4))).toEqual(['w', 's', 'x', 'r', '']);
  });

  test('of a request that was answered is complete', () => {
    expect(line('received', full)).toMatchObject({ present: 4, name: 'life.answered' });
    expect(states('received', full)).toBe('reached reached reached reached reached');
    expect(times('received', full)).toEqual(['w', 's', 'x', 'r', 'a']);
  });

  test('calls nothing received but what is', () => {
    for (const status of ['queued', 'sending', 'unknown', 'needs-sign-in', 'to-correct', 'cancelled']) {
      const steps = line(status, full).steps.slice(3);
      expect(steps.map((s) => s.state)).toEqual(['open', 'open']);
    }
  });
});

test('only the portal can say of a request at which an attempt has begun, whether it has it', () => {
  const may = (status: string, life: Life) => mayHaveArrived({ status, life });
  expect(may('queued', upTo(2))).toBe(false);
  expect(may('needs-sign-in', upTo(2))).toBe(false);
  expect(may('queued', upTo(3))).toBe(true);
  expect(may('unknown', upTo(3))).toBe(true);
  expect(may('sending', upTo(3))).toBe(true);
});

test('what only an administrator can send is to be handed over, and nothing else is', () => {
  const came = (reason: string) => lifeOf({ draft: false, status: 'to-correct', reason, life: upTo(2) });
  expect([came('forbidden').name, came('invalid').name]).toEqual(['life.toEntrust', 'life.toCorrect']);
  expect(isEntrusted({ status: 'received', reason: 'forbidden' })).toBe(false);
});
