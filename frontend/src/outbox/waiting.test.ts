import { describe, expect, test } from 'vitest';
import type { Item } from '../bridge';
import { type Key, Words } from '../text/words';
import { inTurn, mend, nextOf, pausedAt, refusalOf, sinceOf, triesOf, waits, whyOf } from './waiting';

process.env.TZ = 'Europe/Paris';

const now = new Date(2026, 10, 25, 11, 0).getTime();
const at = (hour: number, minute: number, day = 25) => new Date(2026, 10, day, hour, minute).toISOString();

// What the program can say, by desk.ReasonCodes and app.Status.
const connections = ['unknown', 'online', 'offline', 'no-network', 'signed-out', 'foreign'];
const waitingReasons = [
  '',
  'network',
  'timeout',
  'portal-busy',
  'portal-fault',
  'foreign',
  'answer-cut',
  'clock',
  'sign-in',
  'file-missing',
  'stopped',
];
const refusals = ['forbidden', 'invalid', 'mismatch', 'too-large', 'gone', 'file-missing', 'of tomorrow'];

function item(status: string, reason = '', change: Partial<Item> = {}): Item {
  const life = { written: at(10, 40), saved: at(10, 42), sent: '', received: '', answered: '' };
  return { status, reason, life, attempts: 0, nextAttempt: '', updatedAt: at(10, 50), ...change } as Item;
}

const left = { life: { ...item('').life, sent: at(10, 43) } };

describe('what waits', () => {
  test('stands in the order in which it leaves, whatever was tried last', () => {
    const saved = (id: string, minute: number, updated: number) =>
      item('queued', '', {
        id,
        life: { ...item('').life, saved: at(10, minute) },
        updatedAt: at(11, updated),
      });
    const items = [saved('c', 42, 59), saved('a', 40, 1), saved('b', 40, 30)];
    expect(inTurn(items).map((i) => i.id)).toEqual(['a', 'b', 'c']);
    expect(items[0]?.id).toBe('c');
  });

  test('is on its way by itself', () => {
    expect(['queued', 'sending', 'unknown', 'needs-sign-in'].every((status) => waits({ status }))).toBe(true);
    expect(['to-correct', 'received', 'cancelled'].some((status) => waits({ status }))).toBe(false);
  });
});

describe('what happens next', () => {
  test.each([
    ['unknown', 'next.soon'],
    ['online', 'next.soon'],
    ['offline', 'next.offline'],
    ['no-network', 'next.no-network'],
    ['signed-out', 'next.sign-in'],
    ['foreign', 'next.foreign'],
  ] as [string, Key][])('to one that never left, the line being %s', (connection, key) => {
    expect(nextOf(item('queued'), connection)).toBe(key);
  });

  test.each([
    ['unknown', 'next.ask'],
    ['online', 'next.ask'],
    ['offline', 'next.askLater'],
    ['no-network', 'next.askLater'],
    ['signed-out', 'next.askSignIn'],
    ['foreign', 'next.askLater'],
  ] as [string, Key][])('to one that may have arrived, the line being %s', (connection, key) => {
    for (const status of ['unknown', 'queued'])
      for (const reason of waitingReasons) expect(nextOf(item(status, reason, left), connection)).toBe(key);
  });

  test('to all is a wait, as long as the portal has asked for one', () => {
    const within = (seconds: number) => pausedAt(new Date(now + seconds * 1000).toISOString(), now);
    expect([pausedAt('', now), within(10), within(30)]).toEqual([false, false, true]);
    for (const reason of ['', 'portal-busy'])
      expect(nextOf(item('queued', reason), 'online', true)).toBe('next.paused');
    expect(nextOf(item('queued', 'clock'), 'online', true)).toBe('next.clock');
    expect(nextOf(item('queued', '', left), 'online', true)).toBe('next.ask');
    expect(nextOf(item('sending'), 'online', true)).toBe('next.sending');
  });

  test('to one that needs a sign-in is that, whatever the line', () => {
    for (const connection of connections) {
      expect(nextOf(item('needs-sign-in', 'sign-in'), connection)).toBe('next.sign-in');
      expect(nextOf(item('needs-sign-in', 'sign-in', left), connection)).toBe('next.askSignIn');
    }
  });

  test('to one under way is its way', () => {
    for (const connection of connections)
      for (const reason of waitingReasons)
        expect(nextOf(item('sending', reason, left), connection)).toBe('next.sending');
  });

  test('after a try that failed is another one, or what keeps it', () => {
    expect(nextOf(item('queued', 'portal-busy'), 'online')).toBe('next.retry');
    expect(nextOf(item('queued', 'clock'), 'offline')).toBe('next.clock');
    expect(nextOf(item('queued', 'clock'), 'no-network')).toBe('next.no-network');
    expect(nextOf(item('queued', 'file-missing'), 'online')).toBe('next.file');
  });
});

describe('why', () => {
  test('is told unless what happens next says it', () => {
    expect(whyOf(item('queued', 'network'), 'offline')).toBeUndefined();
    expect(whyOf(item('queued', 'network'), 'no-network')).toBeUndefined();
    expect(whyOf(item('queued', 'foreign'), 'foreign')).toBeUndefined();
    expect(whyOf(item('unknown', 'timeout', left), 'online')).toBeUndefined();
    expect(whyOf(item('queued', 'network'), 'online')).toBe('reason.network');
    expect(whyOf(item('unknown', 'stopped', left), 'offline')).toBe('reason.stopped');
    expect(whyOf(item('queued', 'clock'), 'offline')).toBe('reason.clock');
    expect(whyOf(item('queued', 'file-missing'), 'online')).toBe('why.file');
    expect(whyOf(item('queued'), 'online')).toBeUndefined();
    expect(whyOf(item('queued', 'of tomorrow'), 'online')).toBeUndefined();
    expect(whyOf(item('sending', 'network'), 'online')).toBeUndefined();
  });
});

describe.each(['fr', 'en'] as const)('the sentences in %s', (lang) => {
  const words = new Words(lang);
  const sentences = (status: string, reason: string, connection: string, change: Partial<Item>) => {
    const i = item(status, reason, change);
    const why = whyOf(i, connection);
    return [words.t(nextOf(i, connection)), why ? words.t(why) : ''];
  };

  test('exist for every state, reason and connection, and say no thing twice', () => {
    for (const status of ['queued', 'sending', 'unknown', 'needs-sign-in'])
      for (const reason of waitingReasons)
        for (const connection of connections)
          for (const change of [{}, left]) {
            const [next = '', why] = sentences(status, reason, connection, change);
            expect(next.length).toBeGreaterThan(10);
            expect(next).toMatch(/\.$/);
            expect(why).toMatch(/^$|\.$/);
            expect(why).not.toBe(next);
          }
  });

  test('never promise a leaving to what may have left, nor a second one', () => {
    for (const status of ['queued', 'unknown', 'needs-sign-in'])
      for (const reason of waitingReasons)
        for (const connection of connections) {
          const [next] = sentences(status, reason, connection, left);
          expect(next).toMatch(lang === 'fr' ? /n’arrivera pas deux fois\.$/ : /will not arrive twice\.$/);
        }
  });

  test('tell of a network that wants to know who is there what to do', () => {
    const [next] = sentences('queued', 'foreign', 'foreign', {});
    expect(next).toMatch(lang === 'fr' ? /suivez la page de connexion/ : /follow the sign-in page/);
    const [, why] = sentences('queued', 'foreign', 'online', {});
    expect(why).toMatch(lang === 'fr' ? /^Ce n’est pas le portail qui a répondu/ : /^It was not the portal/);
  });

  test('say of every refusal what to do', () => {
    const told = refusals.map((r) => refusalOf(words, r));
    for (const { why, remedy } of told) {
      expect(why).toMatch(/\.$/);
      expect(remedy).toMatch(/\.$/);
    }
    expect(new Set(told.map((t) => t.remedy)).size).toBe(refusals.length);
    // What is open already is not to be opened once more.
    for (const r of refusals) expect(refusalOf(words, r, true).remedy).not.toMatch(/Modifier|Edit/);
  });
});

describe('opening again', () => {
  test('what the portal takes no more under its id is taken back, the rest corrected', () => {
    for (const reason of ['forbidden', 'invalid', 'too-large', 'file-missing', 'of tomorrow'])
      expect(mend(item('to-correct', reason))).toBe('correct');
    for (const reason of ['gone', 'mismatch']) expect(mend(item('to-correct', reason))).toBe('edit');
    expect(mend(item('queued'))).toBe('edit');
    expect(mend(item('received'))).toBeUndefined();
    expect(mend(item('cancelled'))).toBeUndefined();
  });
});

describe('tries and times', () => {
  const fr = new Words('fr');
  const tries = (...of: Parameters<typeof triesOf>) => triesOf(...of).replace(/\u00a0/g, ' ');

  test('are told once there was a try', () => {
    expect(tries(fr, item('queued'), 'online', now)).toBe('');
    expect(tries(fr, item('queued', 'timeout', { attempts: 1 }), 'online', now)).toBe('Essayé 1 fois');
    expect(tries(fr, item('queued', 'timeout', { attempts: 3 }), 'online', now)).toBe('Essayé 3 fois');
    expect(tries(fr, item('sending', '', { attempts: 1 }), 'online', now)).toBe(''); // it is under way
  });

  test('tell the next one only where its time means something', () => {
    const due = { attempts: 3, nextAttempt: at(11, 5) };
    expect(tries(fr, item('queued', 'timeout', due), 'online', now)).toBe(
      'Essayé 3 fois, prochain essai vers 11:05',
    );
    for (const connection of ['offline', 'no-network', 'foreign', 'signed-out', 'unknown'])
      expect(tries(fr, item('queued', 'network', due), connection, now)).toBe('Essayé 3 fois');
    expect(tries(fr, item('sending', 'timeout', due), 'online', now)).toBe('Essayé 3 fois');
    expect(tries(fr, item('needs-sign-in', 'sign-in', due), 'online', now)).toBe('Essayé 3 fois');
    const past = { attempts: 3, nextAttempt: at(11, 0) };
    expect(tries(fr, item('queued', 'timeout', past), 'online', now)).toBe('Essayé 3 fois');
  });

  test('tell since when it waits', () => {
    const since = (saved: string) =>
      sinceOf(fr, item('queued', '', { life: { ...item('').life, saved } }), now).replace(/\u00a0/g, ' ');
    expect(since(new Date(now - 20_000).toISOString())).toBe('enregistrée à 10:59');
    expect(since(at(10, 59))).toBe('enregistrée à 10:59, en attente depuis 1 min');
    expect(since(at(10, 42))).toBe('enregistrée à 10:42, en attente depuis 18 min');
    expect(since(at(9, 0))).toBe('enregistrée à 09:00, en attente depuis 2 h');
    expect(since(at(11, 0, 22))).toBe('enregistrée le 22 novembre à 11:00, en attente depuis 3 jours');
    // A clock that was put back says nothing silly.
    expect(since(at(11, 30))).toBe('enregistrée à 11:30');
  });

  test('tell when it came back', () => {
    expect(sinceOf(fr, item('to-correct', 'invalid'), now)).toBe('enregistrée à 10:42, arrêtée à 10:50');
    const en = new Words('en');
    expect(sinceOf(en, item('to-correct', 'file-missing'), now)).toBe('saved at 10:42, stopped at 10:50');
  });
});
