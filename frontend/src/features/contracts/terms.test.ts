import { expect, test } from 'vitest';
import type { Contract } from '../../bridge';
import { Words } from '../../text/words';
import { grouped, isDue, warningOf } from './terms';

process.env.TZ = 'America/New_York'; // where a day of Greenwich begins the evening before

const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');
const now = new Date(2026, 8, 1, 23, 30);

test.each([
  ['within 90 days', { notice: '2026-11-30' }, true],
  ['today', { notice: '2026-09-01' }, true],
  ['in more than 90 days', { notice: '2026-12-01' }, false],
  ['yesterday', { notice: '2026-08-31' }, false],
  ['never', { notice: '' }, false],
  ['soon, of a contract that ends anyway', { notice: '2026-09-30', state: 'ending' }, false],
])('whoever wants to end a contract is warned: notice is due %s', (_when, over, due) => {
  expect(isDue({ state: 'active', ...over }, now)).toBe(due);
});

test.each([
  [
    'fr',
    '2026-12-31',
    '2026-09-30',
    'Pour l’arrêter fin décembre 2026, écrivez au plus tard le 30 septembre 2026.',
  ],
  [
    'fr',
    '2027-02-28',
    '2026-12-01',
    'Pour l’arrêter fin février 2027, écrivez au plus tard le 1er décembre 2026.',
  ],
  [
    'fr',
    '2028-02-28',
    '2027-12-01',
    'Pour l’arrêter le 28 février 2028, écrivez au plus tard le 1er décembre 2027.',
  ],
  ['en', '2026-12-31', '2026-09-30', 'To end it at the end of December 2026, write by 30 September 2026.'],
] as const)('it says until when to write (%s %s)', (lang, end, notice, said) => {
  expect(plain(warningOf(new Words(lang), { end, notice }))).toBe(said);
});

test('contracts stand by practice, what is over last', () => {
  const c = (id: string, practice: string, state = 'active') =>
    ({ id, practice, practiceName: practice.toUpperCase(), state }) as Contract;
  const all = [c('1', 'b', 'ended'), c('2', 'b'), c('3', 'a'), c('4', 'b', 'ending')];
  expect(grouped(all).map((g) => [g.name, g.contracts.map((x) => x.id)])).toEqual([
    ['A', ['3']],
    ['B', ['2', '4', '1']],
  ]);
});
