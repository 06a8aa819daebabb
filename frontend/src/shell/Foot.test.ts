import { expect, test } from 'vitest';
import type { Status } from '../bridge';
import { Words } from '../text/words';
import { connection } from './Foot';

process.env.TZ = 'Europe/Paris';

const now = new Date(2026, 10, 25, 9, 0);
const offline = (...since: [number, number, number]) =>
  ({ connection: 'offline', since: new Date(2026, 10, ...since).toISOString() }) as Status;

test.each([
  ['today', offline(25, 8, 5), 'Hors connexion depuis 08:05', 'No connection since 08:05'],
  [
    'the evening before',
    offline(24, 18, 40),
    'Hors connexion depuis 14 h 20',
    'No connection for 14 h 20 min',
  ],
  ['days ago', offline(22, 18, 40), 'Hors connexion depuis 3 jours', 'No connection for 3 days'],
])('how long there has been no connection: since %s', (_when, status, french, english) => {
  const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');
  expect(plain(connection(new Words('fr'), status, now))).toBe(french);
  expect(plain(connection(new Words('en'), status, now))).toBe(english);
});
