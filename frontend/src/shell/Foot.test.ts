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
    'Hors connexion au moins depuis 08:05',
    'No connection since 08:05 at the latest',
  ],
  [
    'the evening before',
    offline(24, 18, 40),
    'Hors connexion depuis au moins 14 h 20',
    'No connection for at least 14 h 20 min',
  ],
  [
    'days ago',
    offline(22, 18, 40),
    'Hors connexion depuis au moins 3 jours',
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
