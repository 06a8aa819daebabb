import { expect, test } from 'vitest';
import type { Status } from '../bridge';
import { Words } from '../text/words';
import { connection, queue } from './Foot';

process.env.TZ = 'Europe/Paris';

const now = new Date(2026, 10, 25, 9, 0);
const offline = (...since: [number, number, number]) =>
  ({ connection: 'offline', since: new Date(2026, 10, ...since).toISOString() }) as Status;

test.each([
  ['today', offline(25, 8, 5), 'Hors connexion (constaté à 08:05)', 'No connection (noticed at 08:05)'],
  [
    'the evening before',
    offline(24, 18, 40),
    'Hors connexion (constaté il y a 14 h 20)',
    'No connection (noticed 14 h 20 min ago)',
  ],
  [
    'days ago',
    offline(22, 18, 40),
    'Hors connexion (constaté il y a 3 jours)',
    'No connection (noticed 3 days ago)',
  ],
])('how long there has been no connection: since %s', (_when, status, french, english) => {
  const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');
  expect(plain(connection(new Words('fr'), status, now))).toBe(french);
  expect(plain(connection(new Words('en'), status, now))).toBe(english);
});

// What may have arrived is asked for first: no word of the foot promises that it
// leaves.
test.each([
  ['offline', '1 envoi attend le retour de la connexion', '1 item waiting until the connection is back'],
  ['foreign', '1 envoi attend le retour de la connexion', '1 item waiting until the connection is back'],
  ['no-network', '1 envoi attend que ce poste ait un réseau', '1 item waiting until this PC has a network'],
  ['signed-out', '1 envoi en attente', '1 item waiting'],
  ['online', '1 envoi en attente', '1 item waiting'],
])('what waits is said without a promise (%s)', (state, french, english) => {
  const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');
  const waiting = { connection: state, waiting: 1, sending: false } as Status;
  expect(plain(queue(new Words('fr'), waiting))).toBe(french);
  expect(plain(queue(new Words('en'), waiting))).toBe(english);
  expect(queue(new Words('fr'), { ...waiting, sending: true })).toBe('Envoi en cours');
});

test('nothing waits is said of everybody’s, or else of one’s own', () => {
  const none = { connection: 'online', waiting: 0, toCorrect: 0, sending: false } as Status;
  expect(queue(new Words('fr'), none, true)).toBe('Rien de vous en attente');
  expect(queue(new Words('en'), none, true)).toBe('Nothing of yours waiting');
  expect(queue(new Words('en'), none)).toBe('Nothing waiting');
  expect(queue(new Words('en'), { ...none, waiting: 2 }, true)).toMatch(/^2.items waiting$/);
});

test('what has come back is told when nothing waits', () => {
  const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');
  const back = { connection: 'online', waiting: 0, toCorrect: 9, sending: false } as Status;
  expect(plain(queue(new Words('fr'), back))).toBe('9 envois à revoir');
  expect(plain(queue(new Words('en'), { ...back, toCorrect: 1 }))).toBe('1 item needs another look');
  expect(plain(queue(new Words('fr'), { ...back, toCorrect: 0 }))).toBe('Rien en attente');
});

// « Les saisir » stands behind it.
test('who is not signed in reads that the proxy asks for a password, as without it nobody can', () => {
  const asks = { connection: 'signed-out', reason: 'proxy-auth' } as Status;
  expect(connection(new Words('fr'), asks, now)).toBe('Le proxy demande un nom et un mot de passe');
  expect(connection(new Words('fr'), { ...asks, reason: '' }, now)).toBe('Connectez-vous pour envoyer');
});
