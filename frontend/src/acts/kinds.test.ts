import { describe, expect, test } from 'vitest';
import { mayReply, offeredOf } from './kinds';
import { anAct } from './testing';

const all = ['reply', 'withdraw', 'close', 'watch', 'unwatch', 'watchers'];
const kinds = (allowed: string[], acts: ReturnType<typeof anAct>[] = [], watching = false) =>
  offeredOf({ watching }, allowed, acts).map((o) => (o.waits ? `(${o.kind})` : o.kind));

describe('what is offered', () => {
  test('is what the portal allows, and of following what makes a difference', () => {
    expect(kinds(all)).toEqual(['close', 'watch', 'withdraw', 'watchers']);
    expect(kinds(all, [], true)).toEqual(['close', 'unwatch', 'withdraw', 'watchers']);
    expect(kinds([])).toEqual([]);
  });

  test.each(['queued', 'sending', 'unknown', 'needs-sign-in'])(
    'of what waits (%s) that it waits, and nothing that it rules out',
    (status) => {
      expect(kinds(all, [anAct({ kind: 'close', status })])).toEqual(['(close)', 'watch', 'watchers']);
      expect(kinds(all, [anAct({ kind: 'watch', status })])).toEqual([
        'close',
        '(watch)',
        'withdraw',
        'watchers',
      ]);
    },
  );

  test('what was refused can be done again', () => {
    expect(kinds(all, [anAct({ kind: 'close', status: 'to-correct' })])).toContain('close');
  });
});

describe('a reply', () => {
  test.each([
    ['where the portal allows it', ['reply'], [], true],
    ['where it does not', [], [], false],
    ['behind a reopening that waits', ['reopen'], [anAct({ kind: 'reopen' })], true],
    ['not behind a withdrawal', all, [anAct({ kind: 'withdraw' })], false],
    ['not behind a closing', all, [anAct({ kind: 'close' })], false],
    ['after a closing that was refused', all, [anAct({ kind: 'close', status: 'to-correct' })], true],
  ])('can be written %s', (_where, allowed, acts, can) => {
    expect(mayReply(allowed, acts)).toBe(can);
  });
});
