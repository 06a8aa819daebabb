import { describe, expect, test } from 'vitest';
import type { Item, Status } from '../../bridge';
import { outcomeOf } from './Sent';

const statuses = ['queued', 'sending', 'unknown', 'needs-sign-in', 'to-correct', 'received', 'cancelled'];
const connections = ['unknown', 'online', 'offline', 'no-network', 'signed-out', 'foreign', undefined];

const life = { written: 'w', saved: 's', sent: '', received: '', taken: '', answered: '', closed: '' };

function say(status: string, connection: string | undefined, waited = true, change: Partial<Item> = {}) {
  const item = { status, reason: '', life, ...change } as Item;
  return outcomeOf(item, connection ? ({ connection } as Status) : undefined, waited);
}

const every = statuses.flatMap((s) =>
  connections.flatMap((c) => [true, false].map((w): [string, string | undefined, boolean] => [s, c, w])),
);

describe('what is said of a request that was just sent', () => {
  test.each(every)(
    '« Demande envoyée » only when received (%s, %s, waited %s)',
    (status, connection, waited) => {
      const { title, text } = say(status, connection, waited);
      expect(title === 'sent.title.sent').toBe(status === 'received');
      expect(text === 'sent.text.sent').toBe(status === 'received');
    },
  );

  test.each(connections)(
    'a refusal, a cancelling and a missing sign-in are told whatever the line (%s)',
    (c) => {
      for (const waited of [true, false]) {
        expect(say('to-correct', c, waited)).toEqual({ title: 'sent.title.toCorrect' });
        expect(say('cancelled', c, waited)).toEqual({ title: 'item.cancelled', text: 'sent.text.cancelled' });
        expect(say('needs-sign-in', c, waited)).toEqual({
          title: 'sent.title.saved',
          text: 'sent.text.signIn',
        });
      }
    },
  );

  test.each(['queued', 'sending', 'unknown'])(
    'signed out, a request that is %s waits for the sign-in',
    (s) => {
      for (const waited of [true, false])
        expect(say(s, 'signed-out', waited)).toEqual({ title: 'sent.title.saved', text: 'sent.text.signIn' });
    },
  );

  test('on its way for as long as the portal usually takes, and longer while it is being sent', () => {
    const going = { title: 'sent.title.saved', text: 'sent.text.sending' };
    for (const s of ['queued', 'sending']) expect(say(s, 'online', false)).toEqual(going);
    expect(say('sending', 'online', true)).toEqual(going);
  });

  test('a portal that could not take it yet is not called a lost connection', () => {
    expect(say('queued', 'online')).toEqual({ title: 'sent.title.saved', text: 'sent.text.again' });
  });

  test('an attempt that has ended is not called under way, however soon', () => {
    for (const waited of [true, false]) {
      const busy = say('queued', 'online', waited, { reason: 'portal-busy' });
      expect(busy).toEqual({ title: 'sent.title.saved', text: 'sent.text.again' });
      const lost = say('unknown', 'online', waited, { reason: 'portal-busy' });
      expect(lost).toEqual({ title: 'sent.title.saved', text: 'sent.text.unknown' });
    }
  });

  test('a doubt outlives a later attempt that met nobody', () => {
    const doubted = { reason: 'network', life: { ...life, sent: 'x' } };
    expect(say('queued', 'offline', true, doubted).text).toBe('sent.text.unknown');
  });

  test('one that may have arrived is not promised to leave', () => {
    for (const c of ['offline', 'no-network', 'foreign', 'online', 'unknown'])
      expect(say('unknown', c)).toEqual({ title: 'sent.title.saved', text: 'sent.text.unknown' });
  });

  test('a connection that is known to be lost is told at once', () => {
    for (const c of ['offline', 'no-network', 'foreign'])
      for (const s of ['queued', 'sending']) expect(say(s, c, false).title).toBe('sent.title.waiting');
  });

  test('after that it leaves as soon as the connection is back', () => {
    const waiting = { title: 'sent.title.waiting', text: 'sent.text.waiting' };
    for (const c of ['offline', 'no-network', 'foreign', 'unknown', undefined])
      for (const s of ['queued', 'sending']) expect(say(s, c, true)).toEqual(waiting);
  });
});
