import { expect, test } from 'vitest';
import { Words } from '../../text/words';
import { isWhole, pointsOf } from './Recovered';

const fr = new Words('fr');
const en = new Words('en');
const found = {
  at: '2026-11-25T08:30:00.000Z',
  drafts: 1,
  requests: 0,
  waiting: 0,
  files: 2,
  fromBackup: 0,
  backupAt: '',
  reopened: 0,
  lost: 0,
  gaps: 0,
  folder: '',
};
const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');

test('of a database that was saved whole, what is there is told, and that nothing is missing', () => {
  expect(pointsOf(fr, found).map(plain)).toEqual([
    'Repris : 1 brouillon, aucune demande et 2 fichiers joints.',
    'Rien ne manque.',
  ]);
});

test('what is lost, or may be, is told, and never that nothing is missing', () => {
  for (const loss of [{ lost: 3 }, { gaps: 1 }, { lost: 1, gaps: 2 }]) {
    const points = pointsOf(fr, { ...found, ...loss });
    expect(points).not.toContain('Rien ne manque.');
    expect(points).toHaveLength(1 + Object.keys(loss).length);
  }
});

test('what comes from a backup lacks what was written since, so something may be missing', () => {
  const older = { ...found, fromBackup: 1, backupAt: found.at };
  expect(isWhole(found)).toBe(true);
  expect(isWhole(older)).toBe(false);
  expect(pointsOf(fr, older)).toHaveLength(2);
  expect(pointsOf(fr, older)).not.toContain('Rien ne manque.');
  expect(pointsOf(en, older)).not.toContain('Nothing is missing.');
  expect(pointsOf(en, found)).toContain('Nothing is missing.');
});

test('a draft that was a request may have arrived, so support is asked before it is sent', () => {
  const said = (words: Words, reopened: number) => plain(pointsOf(words, { ...found, reopened })[1] ?? '');
  expect(said(fr, 1)).toBe(
    'Une demande qui attendait est redevenue un brouillon, car elle a pu arriver ou être annulée depuis : vérifiez auprès de l’assistance avant de l’envoyer.',
  );
  expect(said(fr, 2)).toMatch(/^2 demandes .* vérifiez auprès de l’assistance avant de les envoyer\.$/);
  expect(said(en, 1)).toBe(
    'A request that was waiting is a draft again, because it may have arrived or been cancelled since: ask support before you send it.',
  );
  expect(said(en, 2)).toMatch(/^2 requests .* ask support before you send them\.$/);
});

test('what waits, what comes from a backup and what a person has to send again is told by its number', () => {
  const backupAt = new Date(Date.now() - 3 * 24 * 3600 * 1000).toISOString();
  const points = pointsOf(fr, { ...found, waiting: 2, fromBackup: 4, backupAt, reopened: 1 }).map(plain);
  expect(points[1]).toMatch(/^2 demandes attendaient encore/);
  expect(points[2]).toMatch(/^4 éléments viennent de la copie de sauvegarde faite le \d/);
  expect(points[3]).toMatch(/^Une demande qui attendait est redevenue un brouillon/);
});
