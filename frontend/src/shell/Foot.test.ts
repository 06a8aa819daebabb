import { expect, test } from 'vitest';
import type { Status } from '../bridge';
import { Words } from '../text/words';
import { connection, queue } from './Foot';

process.env.TZ = 'Europe/Paris';

const now = new Date(2026, 10, 25, 9, 0);
const offline = (...since: [number, number, number]) =>
  ({ connection: 'offline', since: new Date(2026, 10, ...since).toISOString() }) as Status;

test.each([
  [
    'today',
    offline(25, 8, 5),
    'Hors connexion depuis 08:05 au moins',
    'No connection since 08:05 at the latest',
  ],
  [
    'the evening before',
    offline(24, 18, 40),
    'Hors connexion depuis 14 h 20 au moins',
    'No connection for at least 14 h 20 min',
  ],
  [
    'days ago',
    offline(22, 18, 40),
    'Hors connexion depuis 3 jours au moins',
    'No connection for at least 3 days',
  ],
])('how long there has been no connection: since %s', (_when, status, french, english) => {
  const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');
  expect(plain(connection(new Words('fr'), status, now))).toBe(french);
  expect(plain(connection(new Words('en'), status, now))).toBe(english);
});

// What may have arrived is asked for first: no word of the foot promises that it
// leaves.
test.each([
  ['offline', '1 demande attend le retour de la connexion', '1 request waits until the connection is back'],
  ['foreign', '1 demande attend le retour de la connexion', '1 request waits until the connection is back'],
  [
    'no-network',
    '1 demande attend que ce poste ait un réseau',
    '1 request waits until this PC has a network',
  ],
  ['signed-out', '1 demande attend', '1 request waits'],
  ['online', '1 demande attend', '1 request waits'],
])('what waits is said without a promise (%s)', (state, french, english) => {
  const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');
  const waiting = { connection: state, waiting: 1, sending: false } as Status;
  expect(plain(queue(new Words('fr'), waiting))).toBe(french);
  expect(plain(queue(new Words('en'), waiting))).toBe(english);
  expect(queue(new Words('fr'), { ...waiting, sending: true })).toBe('Envoi en cours');
});

test('what has come back is told when nothing waits', () => {
  const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');
  const back = { connection: 'online', waiting: 0, toCorrect: 9, sending: false } as Status;
  expect(plain(queue(new Words('fr'), back))).toBe('9 demandes à corriger');
  expect(plain(queue(new Words('en'), { ...back, toCorrect: 1 }))).toBe('1 request to correct');
  expect(plain(queue(new Words('fr'), { ...back, toCorrect: 0 }))).toBe('Rien n’attend');
});
