import { expect, test } from 'vitest';
import type { Item } from '../bridge';
import { Words } from '../text/words';
import { paperName, wordsOf } from './paper';

const fr = new Words('fr');
const en = new Words('en');
const at = new Date(2026, 10, 25, 10, 42).toISOString();

const item = (over: Partial<Item> = {}) =>
  ({
    subject: 'Facture en double',
    status: 'received',
    reason: '',
    number: 'AS-2026-000012',
    portalStatus: 'in-progress',
    priority: 'urgent',
    life: { written: at, saved: at, sent: at, received: at, taken: at, answered: '', closed: '' },
    ...over,
  }) as Item;
const plain = (s: string) => s.replace(/[\u202f\u00a0]/g, ' ');

test.each([
  ['its number', item(), 'Demande AS-2026-000012'],
  ['its subject', item({ number: '' }), 'Demande Facture en double'],
  ['signs that Windows refuses', item({ number: '', subject: 'A/B: "C" <D>|?*\\ E.' }), 'Demande A B C D E'],
  [
    'a long subject',
    item({ number: '', subject: 'La maintenance du logiciel est comptée deux fois sur la facture de mai' }),
    'Demande La maintenance du logiciel est comptée deux fois',
  ],
])('a paper is called after %s', (_name, of, name) => {
  expect(plain(paperName(fr, of))).toBe(name);
});

test('a paper without a subject has a name all the same', () => {
  const bare = item({
    number: '',
    subject: ' ',
    categoryLabel: { fr: '', en: '' },
    typeLabel: { fr: '', en: '' },
  } as Partial<Item>);
  expect(paperName(fr, bare)).toBe('Demande Sans sujet');
});

test.each([
  [fr, item(), 'En cours', 'Urgente', 'close'],
  [en, item(), 'In progress', 'Urgent', 'closed'],
  [fr, item({ portalStatus: 'later', priority: 'later' }), 'Reçue', 'Normale', 'close'],
  [
    fr,
    item({ status: 'queued', portalStatus: '', priority: '', life: { ...item().life, sent: '' } }),
    'En attente d’envoi',
    '',
    'close',
  ],
  [
    fr,
    item({ portalStatus: 'withdrawn', life: { ...item().life, closed: at } }),
    'Retirée',
    'Urgente',
    'retirée',
  ],
])('it is worded in the window’s language (%#)', (words, of, status, priority, end) => {
  const said = wordsOf(words, of);
  expect(said).toMatchObject({ lang: words.lang, status, priority });
  expect(said.life).toHaveLength(7);
  expect(said.life.at(-1)).toBe(end);
});
