import { describe, expect, test } from 'vitest';
import type { Life } from '../bridge';
import { isEntrusted, isMissing, lifeOf, mayHaveArrived, shortLifeOf } from './life';

const letters = {
  written: 'w',
  saved: 's',
  sent: 'x',
  received: 'r',
  taken: 't',
  answered: 'a',
  closed: 'c',
};
const upTo = (n: number): Life =>
  Object.fromEntries(Object.entries(letters).map(([k, v], i) => [k, i < n ? v : ''])) as unknown as Life;
const full = upTo(7);

const line = (status: string, life: Life, draft = false) =>
  lifeOf({ draft, status, reason: '', portalStatus: '', life });
const portal = (portalStatus: string, life: Life) => ({
  draft: false,
  status: 'received',
  reason: '',
  portalStatus,
  life,
});
const states = (status: string, life: Life, draft = false) =>
  line(status, life, draft)
    .steps.map((s) => s.state)
    .join(' ');
const times = (status: string, life: Life, draft = false) => line(status, life, draft).steps.map((s) => s.at);

describe('the life line', () => {
  test('has the seven points in order', () => {
    expect(line('queued', full).steps.map((s) => s.point)).toEqual([
      'written',
      'saved',
      'sent',
      'received',
      'taken',
      'answered',
      'closed',
    ]);
  });

  test('of a draft is being written, since a time that is known', () => {
    expect(line('draft', upTo(1), true)).toMatchObject({ present: 0, name: 'life.writing' });
    expect(states('draft', upTo(1), true)).toBe('underway open open open open open open');
    expect(times('draft', upTo(1), true)).toEqual(['w', '', '', '', '', '', '']);
  });

  test.each([
    ['queued', 'life.queued', 'life.unknown'],
    ['needs-sign-in', 'life.queued', 'life.unknown'],
    ['sending', 'life.sending', 'life.sending'],
    ['unknown', 'life.unknown', 'life.unknown'],
  ])('of a request that is %s waits at its leaving, which has no time yet', (status, name, doubted) => {
    expect(line(status, upTo(2))).toMatchObject({ present: 2, name });
    expect(line(status, upTo(3))).toMatchObject({ present: 2, name: doubted });
    expect(states(status, full)).toBe('reached reached underway open open open open');
    expect(times(status, full)).toEqual(['w', 's', '', '', '', '', '']);
  });

  test('of a refused request stopped at its leaving', () => {
    expect(line('to-correct', upTo(3))).toMatchObject({ present: 2, name: 'life.toCorrect' });
    expect(states('to-correct', upTo(3))).toBe('reached reached stopped open open open open');
    expect(times('to-correct', upTo(3))).toEqual(['w', 's', 'x', '', '', '', '']);
  });

  test('of a cancelled request stopped before its leaving', () => {
    expect(line('cancelled', upTo(2))).toMatchObject({ present: 1, name: 'life.cancelled' });
    expect(states('cancelled', upTo(2))).toBe('reached stopped open open open open open');
    expect(times('cancelled', full)).toEqual(['w', 's', '', '', '', '', '']);
  });

  test('of a request that was received has its time', () => {
    expect(line('received', upTo(4))).toMatchObject({ present: 3, name: 'life.received' });
    expect(states('received', upTo(4))).toBe('reached reached reached reached open open open');
    expect(times('received', upTo(4))).toEqual(['w', 's', 'x', 'r', '', '', '']);
  });

  test.each([
    ['in-progress', upTo(4), 4, 'life.taken', 'reached reached open open'],
    ['in-progress', upTo(5), 4, 'life.taken', 'reached reached open open'],
    ['in-progress', upTo(6), 5, 'life.answered', 'reached reached reached open'],
    ['waiting', upTo(6), 5, 'life.answered', 'reached reached reached open'],
    ['resolved', full, 6, 'life.resolved', 'reached reached reached reached'],
    ['closed', full, 6, 'life.closed', 'reached reached reached reached'],
    ['withdrawn', full, 6, 'life.withdrawn', 'reached reached reached reached'],
  ] as const)(
    'of a request that is %s at the portal is as far as that',
    (status, life, present, name, states) => {
      const found = lifeOf(portal(status, life));
      expect(found).toMatchObject({ present, name });
      expect(
        found.steps
          .slice(3)
          .map((s) => s.state)
          .join(' '),
      ).toBe(states);
      expect(found.steps.map((s) => s.at)).toEqual(
        Object.values(life).map((t, i) => (i <= present ? t : '')),
      );
    },
  );

  test('of a request that was opened again is not closed, whenever it was', () => {
    expect(lifeOf(portal('in-progress', full))).toMatchObject({ present: 5, name: 'life.answered' });
    expect(lifeOf(portal('in-progress', full)).steps[6]).toMatchObject({ state: 'open', at: '' });
  });

  test('of a request that was withdrawn before anybody took it up has passed those points by', () => {
    const life = { ...upTo(4), closed: 'c' };
    expect(lifeOf(portal('withdrawn', life)).steps.map((s) => `${s.state} ${s.at}`)).toEqual([
      'reached w',
      'reached s',
      'reached x',
      'reached r',
      'skipped ',
      'skipped ',
      'reached c',
    ]);
  });

  test('of a request that was answered has been taken up, whoever noted it', () => {
    const life = { ...upTo(4), answered: 'a' };
    expect(lifeOf(portal('waiting', life)).steps[4]).toMatchObject({ state: 'reached', at: '' });
  });

  test('calls nothing received but what is', () => {
    for (const status of ['queued', 'sending', 'unknown', 'needs-sign-in', 'to-correct', 'cancelled']) {
      const steps = line(status, full).steps.slice(3);
      expect(steps.map((s) => s.state)).toEqual(['open', 'open', 'open', 'open']);
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
  const came = (reason: string) => lifeOf({ ...portal('', upTo(2)), status: 'to-correct', reason });
  expect([came('forbidden').name, came('invalid').name]).toEqual(['life.toEntrust', 'life.toCorrect']);
  expect(isEntrusted({ status: 'received', reason: 'forbidden' })).toBe(false);
});

describe('the life line in a list', () => {
  const short = (status: string, life: Life) => {
    const { steps, present, name } = shortLifeOf(portal(status, life));
    return [steps.map((s) => s.state).join(' '), present, name];
  };

  test('has five points, wherever the request is', () => {
    expect(short('received', upTo(4))).toEqual(['reached reached reached reached open', 3, 'life.received']);
    expect(short('in-progress', upTo(5))).toEqual([
      'reached reached reached reached open',
      3,
      'life.takenShort',
    ]);
    const all = 'reached reached reached reached reached';
    expect(short('waiting', upTo(6))).toEqual([all, 4, 'life.answered']);
    expect(short('resolved', full)).toEqual([all, 4, 'life.resolved']);
    expect(short('withdrawn', { ...upTo(4), closed: 'c' })).toEqual([all, 4, 'life.withdrawn']);
  });

  test('is that of a request on this PC as well', () => {
    const queued = { ...portal('', upTo(2)), status: 'queued' };
    expect(shortLifeOf(queued)).toMatchObject({ present: 2, name: 'life.queued' });
    expect(shortLifeOf(queued).steps.map((s) => s.point)).toEqual([
      'written',
      'saved',
      'sent',
      'received',
      'answered',
    ]);
  });
});

test('what the portal had and knows no more is missing, and nothing else is', () => {
  expect(isMissing({ status: 'received', reason: 'missing' })).toBe(true);
  expect(isMissing({ status: 'received', reason: '' })).toBe(false);
  expect(isMissing({ status: 'queued', reason: 'missing' })).toBe(false);
});
