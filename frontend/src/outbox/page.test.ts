import { describe, expect, test } from 'vitest';
import type { Item, Request } from '../bridge';
import { Words } from '../text/words';
import { nameOf, pageOf } from './page';

process.env.TZ = 'Europe/Paris';

const fr = new Words('fr');
const en = new Words('en');
const text = (f: string, e: string) => ({ fr: f, en: e });

const item = {
  id: '0193a1b2-0000-7000-8000-000000000001',
  subject: 'Facture en double',
  typeLabel: text('Assistance administrative', 'Administrative assistance'),
  categoryLabel: text('Litige de facture', 'Invoice dispute'),
  practiceName: 'Cabinet des Tilleuls',
  status: 'queued',
  number: '',
  life: {
    written: new Date(2025, 10, 25, 10, 40).toISOString(),
    saved: new Date(2025, 10, 25, 10, 42).toISOString(),
    sent: '',
    received: '',
    answered: '',
  },
} as Item;

const request = {
  item,
  answers: [
    { key: 'subject', kind: 'line', label: text('Sujet', 'Subject'), value: 'Facture en double' },
    {
      key: 'invoice',
      kind: 'line',
      label: text('Numéro de facture', 'Invoice number'),
      value: 'FA-2026-0412',
    },
    {
      key: 'urgent',
      kind: 'choice',
      label: text('Urgence', 'Urgency'),
      value: 'h',
      shown: text('Haute', 'High'),
    },
    { key: 'own', kind: 'line', label: text('Votre référence', 'Your reference'), value: '' },
    {
      key: 'description',
      kind: 'text',
      label: text('Description', 'Description'),
      value: 'Deux fois.\nMerci :-)',
    },
  ],
  files: [{ id: 'f', name: 'facture.pdf', size: 2048 }],
} as Request;

const plain = (page: string) =>
  page
    .replace(/\u202f/g, ' ')
    .replace(/\u00a0/g, ' ')
    .split('\r\n');

describe('the page of a request', () => {
  test('holds every answer, the files and where it stands, in French', () => {
    expect(plain(pageOf(fr, request, 'Claire Lefèvre'))).toEqual([
      'Demande d’assistance',
      '',
      'Sujet : Facture en double',
      'Type : Assistance administrative',
      'Demandé par : Claire Lefèvre',
      'Cabinet : Cabinet des Tilleuls',
      'Catégorie : Litige de facture',
      '',
      'Numéro de facture : FA-2026-0412',
      'Urgence : Haute',
      '',
      'Description :',
      'Deux fois.',
      'Merci :-)',
      '',
      'Fichiers :',
      '- facture.pdf (2 ko)',
      '',
      'Écrite : le 25 novembre 2025 à 10:40',
      'Enregistrée pour l’envoi : le 25 novembre 2025 à 10:42',
      'Identifiant de la demande : 0193a1b2-0000-7000-8000-000000000001',
      'Cette demande n’est pas encore arrivée au portail.',
      '',
    ]);
  });

  test('and in English', () => {
    const page = plain(pageOf(en, request, 'Claire Lefèvre'));
    for (const line of [
      'Subject: Facture en double',
      'Urgency: High',
      'Description:',
      'Asked by: Claire Lefèvre',
      'Files:',
      '- facture.pdf (2 KB)',
    ])
      expect(page).toContain(line);
  });

  test('says it when the request may have arrived, and its number when it has', () => {
    const left = { ...item, status: 'unknown', life: { ...item.life, sent: item.life.saved } };
    expect(pageOf(fr, { ...request, item: left }, 'Claire Lefèvre')).toContain('peut-être arrivée');
    const of = { ...request, item: { ...left, status: 'received', number: 'AS-2026-000001' } };
    const received = pageOf(fr, of, 'Claire Lefèvre');
    expect(plain(received)).toContain('Numéro : AS-2026-000001');
    expect(received).not.toContain('arrivée');
  });

  test('of a cancelled request says that the portal will not receive it', () => {
    const cancelled = { ...request, item: { ...item, status: 'cancelled' } };
    expect(plain(pageOf(fr, cancelled, '')).at(-2)).toBe(
      'L’envoi de cette demande a été annulé : le portail ne la recevra pas.',
    );
    expect(plain(pageOf(en, cancelled, '')).at(-2)).toBe(
      'The sending of this request was cancelled: the portal will not receive it.',
    );
  });

  test('keeps what was typed as it was, and says when there is no file', () => {
    const answers = [{ ...request.answers[4], value: '  deux espaces\r\n\ttabulation ; « 1 » {x}\n\n\nfin' }];
    const page = pageOf(fr, { ...request, answers, files: [] } as Request, '');
    expect(page).toContain('  deux espaces\r\n\ttabulation ; « 1 » {x}\r\n\r\n\r\nfin');
    expect(page).toContain('Aucun fichier');
  });
});

describe('the name of its file', () => {
  test.each([
    ['Facture 1234', 'Demande 2025-11-25 Facture 1234'],
    ['', 'Demande 2025-11-25 Litige de facture'],
    ['a/b\\c:d*e?f"g<h>i|j', 'Demande 2025-11-25 a b c d e f g h i j'],
    ['../../etc/passwd', 'Demande 2025-11-25 .. .. etc passwd'],
    [
      'Lecteur de carte muet pour le nouveau poste de la secrétaire',
      'Demande 2025-11-25 Lecteur de carte muet pour le nouveau',
    ],
    ['fin avec des points...', 'Demande 2025-11-25 fin avec des points'],
    ['deux\nlignes\tet\u0007cloche', 'Demande 2025-11-25 deux lignes et cloche'],
    ['fdp.\u202eexe', 'Demande 2025-11-25 fdp. exe'],
    ['Reçu n° 7 – « 日本 »', 'Demande 2025-11-25 Reçu n° 7 – « 日本 »'],
  ])('of « %s »', (subject, name) => {
    expect(nameOf(fr, { ...item, subject })).toBe(name);
  });

  test('is in the language of the window, and never too long for a file system', () => {
    expect(nameOf(en, item)).toBe('Request 2025-11-25 Facture en double');
    const long = nameOf(fr, { ...item, subject: '🧾'.repeat(120) });
    expect([...long].length).toBeLessThanOrEqual(60);
    expect(new TextEncoder().encode(long).length).toBeLessThan(251);
    expect(long).not.toMatch(/\ufffd|[\ud800-\udbff]$/);
  });
});
