import { describe, expect, test } from 'vitest';
import { fold, matches, typographic, Words } from './words';

// A place where the clocks change, whatever the machine that runs this.
process.env.TZ = 'Europe/Paris';

const fr = new Words('fr');
const en = new Words('en');

describe('French signs', () => {
  test('a day of a narrow column is short, and does not break', () => {
    const now = new Date(2026, 11, 1, 12);
    const at = (y: number, m: number, d: number) => new Date(y, m, d, 6, 50).toISOString();
    const [fr, en] = [new Words('fr'), new Words('en')];
    expect(fr.shortDay(at(2026, 11, 1), now)).toBe('');
    expect(fr.shortDay(at(2026, 10, 30), now)).toBe('hier');
    expect(fr.shortDay(at(2026, 10, 29), now)).toBe('29\u00a0nov.');
    expect(fr.shortDay(at(2026, 9, 1), now)).toBe('1er\u00a0oct.');
    expect(fr.shortDay(at(2025, 10, 29), now)).toBe('29\u00a0nov.\u00a02025');
    expect(en.shortDay(at(2026, 10, 29), now)).toBe('29\u00a0Nov');
    expect(fr.whenBrief(at(2026, 11, 1), now)).toBe('06:50');
    expect(fr.whenBrief(at(2026, 10, 30), now)).toBe('hier 06:50');
    expect(en.whenBrief(at(2026, 10, 30), now)).toBe('yesterday 06:50');
    expect(fr.whenBrief(at(2026, 10, 29), now)).toBe('29\u00a0nov.');
  });

  test('get a narrow space that does not break', () => {
    expect(typographic('Quoi ? Rien ; ou : « ceci » !')).toBe(
      'Quoi\u202f? Rien\u202f; ou\u202f: «\u202fceci\u202f»\u202f!',
    );
    expect(fr.t('assistant.type')).toBe('De quoi s’agit-il\u202f?');
    expect(fr.t('required.field', { label: 'Sujet' })).toBe('Remplissez «\u202fSujet\u202f».');
  });

  test('leave times and addresses as they are', () => {
    expect(typographic('14:32, https://x')).toBe('14:32, https://x');
  });

  test('are set in wordings that come with data too, in French only', () => {
    const text = { fr: 'Quel numéro ?', en: 'Which number ?' };
    expect(fr.label(text)).toBe('Quel numéro\u202f?');
    expect(en.label(text)).toBe('Which number ?');
    expect(en.label({ fr: 'Facture', en: '' })).toBe('Facture');
    expect(fr.label(undefined)).toBe('');
  });

  test('what a person typed stays as they typed it', () => {
    expect(fr.t('home.resume', { title: 'Quoi ?' })).toBe('Reprendre «\u202fQuoi ?\u202f»');
  });
});

describe('numbers of things', () => {
  test.each([
    [0, '0 demande', '0 requests'],
    [1, '1 demande', '1 request'],
    [2, '2 demandes', '2 requests'],
  ])('%i', (count, french, english) => {
    // The figure and its noun do not part.
    expect(fr.t('nav.count', { count })).toBe(french.replace(' ', '\u00a0'));
    expect(en.t('nav.count', { count })).toBe(english.replace(' ', '\u00a0'));
  });

  test('none at all is said in words where a list is empty', () => {
    expect(fr.t('item.files', { count: 0 })).toBe('aucun fichier');
    expect(en.t('item.files', { count: 0 })).toBe('no file');
    expect(fr.t('status.waiting', { count: 0 })).toBe('Rien en attente');
  });
});

describe('the size of a file', () => {
  test.each([
    [0, '0 octet', '0 bytes'],
    [1, '1 octet', '1 byte'],
    [1023, '1\u202f023 octets', '1,023 bytes'],
    [1024, '1 ko', '1 KB'],
    [350 * 1024, '350 ko', '350 KB'],
    [1024 ** 2, '1 Mo', '1 MB'],
    [1.5 * 1024 ** 2, '1,5 Mo', '1.5 MB'],
    [150.4 * 1024 ** 2, '150 Mo', '150 MB'],
    [2.25 * 1024 ** 3, '2,3 Go', '2.3 GB'],
    [5 * 1024 ** 4, '5\u202f120 Go', '5,120 GB'],
  ])('%i', (bytes, french, english) => {
    // The figure and its unit do not part.
    const unit = /^(.*) (\S+)$/;
    expect(fr.size(bytes)).toBe(french.replace(unit, '$1\u00a0$2'));
    expect(en.size(bytes)).toBe(english.replace(unit, '$1\u00a0$2'));
  });
});

describe('the speed of a line', () => {
  test.each([
    [0, '0 octets/s', '0 bytes/s'],
    [999, '999 octets/s', '999 bytes/s'],
    [999.7, '1 ko/s', '1 KB/s'],
    [250_000, '250 ko/s', '250 KB/s'],
    [1_240_000, '1,2 Mo/s', '1.2 MB/s'],
    [99_800_000, '100 Mo/s', '100 MB/s'],
    [5_000_000_000, '5\u202f000 Mo/s', '5,000 MB/s'],
  ])('%d', (perSecond, french, english) => {
    const unit = /^(.*) (\S+)$/;
    expect(fr.rate(perSecond)).toBe(french.replace(unit, '$1\u00a0$2'));
    expect(en.rate(perSecond)).toBe(english.replace(unit, '$1\u00a0$2'));
  });
});

describe('a span of time', () => {
  test.each([
    [-5, '0 s', '0 sec'],
    [40.4, '40 s', '40 sec'],
    [59.6, '1 min', '1 minute'],
    [119, '2 min', '2 minutes'],
    [59 * 60 + 31, '1 h', '1 hour'],
    [80 * 60, '1 h 20', '1 h 20 min'],
    [125 * 60, '2 h 05', '2 h 05 min'],
    [23 * 3600 + 59 * 60 + 40, '1 jour', '1 day'],
    [60 * 3600, '3 jours', '3 days'],
  ])('%d', (seconds, french, english) => {
    expect(fr.span(seconds).replace(/\u00a0/g, ' ')).toBe(french);
    expect(en.span(seconds).replace(/\u00a0/g, ' ')).toBe(english);
  });
});

describe('a moment', () => {
  const now = new Date(2026, 2, 5, 14, 32);
  const at = (...d: [number, number, number, number, number]) => new Date(...d).toISOString();

  test.each([
    ['today', at(2026, 2, 5, 9, 5), 'à 09:05', 'at 09:05'],
    ['a minute after midnight', at(2026, 2, 5, 0, 1), 'à 00:01', 'at 00:01'],
    ['yesterday', at(2026, 2, 4, 23, 59), 'hier à 23:59', 'yesterday at 23:59'],
    ['the day before', at(2026, 2, 3, 14, 32), 'le 3 mars à 14:32', 'on 3 March at 14:32'],
    ['the last year', at(2025, 11, 31, 8, 0), 'le 31 décembre 2025 à 08:00', 'on 31 December 2025 at 08:00'],
    ['tomorrow', at(2026, 2, 6, 0, 1), 'le 6 mars à 00:01', 'on 6 March at 00:01'],
  ])('%s', (_what, iso, french, english) => {
    expect(fr.when(iso, now)).toBe(french);
    expect(en.when(iso, now)).toBe(english);
  });

  test('in a list leaves out the hour of a day long past', () => {
    expect(fr.whenShort(at(2026, 2, 5, 9, 5), now)).toBe('à 09:05');
    expect(fr.whenShort(at(2026, 2, 4, 9, 5), now)).toBe('hier à 09:05');
    expect(fr.whenShort(at(2026, 2, 3, 9, 5), now)).toBe('le 3 mars');
    expect(fr.whenShort(at(2025, 2, 3, 9, 5), now)).toBe('le 3 mars 2025');
    expect(en.whenShort(at(2026, 2, 3, 9, 5), now)).toBe('on 3 March');
  });

  test('yesterday is yesterday across the night in which the clocks change and the new year', () => {
    expect(fr.when(at(2026, 2, 29, 12, 0), new Date(2026, 2, 30, 12, 0))).toBe('hier à 12:00');
    expect(fr.when(at(2026, 9, 25, 12, 0), new Date(2026, 9, 26, 12, 0))).toBe('hier à 12:00');
    expect(fr.when(at(2025, 11, 31, 12, 0), new Date(2026, 0, 1, 12, 0))).toBe('hier à 12:00');
  });

  test('for later has its day and year, even today', () => {
    expect(fr.whenFull(at(2026, 2, 1, 9, 5))).toBe('le 1er mars 2026 à 09:05');
    expect(en.whenFull(at(2026, 2, 5, 9, 5))).toBe('on 5 March 2026 at 09:05');
  });

  test('and the day, in words', () => {
    expect(fr.today(now)).toBe('jeudi 5 mars');
    expect(en.today(now)).toMatch(/^Thursday,? 5 March$/);
    expect(fr.today(new Date(2026, 11, 1))).toBe('mardi 1er décembre');
    expect(fr.today(new Date(2026, 11, 11))).toBe('vendredi 11 décembre');
    expect(en.today(new Date(2026, 11, 1))).toMatch(/^Tuesday,? 1 December$/);
  });
});

describe('codes that the program sends', () => {
  test('have their sentence, and an unknown one has a general one', () => {
    expect(fr.error('offline')).toBe(fr.t('error.offline'));
    expect(fr.error('of tomorrow')).toBe(fr.t('error.internal'));
    expect(en.coded('reason', 'gone', 'reason.other')).toBe(en.t('reason.gone'));
    expect(en.coded('reason', '', 'reason.other')).toBe(en.t('reason.other'));
  });
});

describe('searching', () => {
  test('minds neither accents nor letter case', () => {
    expect(fold('ÉVÊQUE Garçon')).toBe('eveque garcon');
    expect(matches('sante', ['Centre de Santé'])).toBe(true);
    expect(matches('SANTÉ', ['centre de sante'])).toBe(true);
  });

  test('minds no joined letters', () => {
    expect(matches('coeur', ['Cœur'])).toBe(true);
    expect(matches('cœur', ['COEUR'])).toBe(true);
    expect(matches('aequo', ['Ex ÆQUO'])).toBe(true);
    expect(matches('ex æquo', ['ex aequo'])).toBe(true);
  });

  test('finds every word, wherever it stands', () => {
    const texts = ['Cabinet des Lilas', 'Lyon'];
    expect(matches('lyon lilas', texts)).toBe(true);
    expect(matches('lyon paris', texts)).toBe(false);
    expect(matches('  lil  ', texts)).toBe(true);
    expect(matches('', texts)).toBe(true);
    expect(matches('x', [])).toBe(false);
  });

  test('finds no word across two texts', () => {
    expect(matches('lilaslyon', ['Lilas', 'Lyon'])).toBe(false);
  });
});

describe('a list', () => {
  test('is said as in a sentence', () => {
    expect(fr.list(['le type', 'le sujet', 'le cabinet'])).toBe('le type, le sujet et le cabinet');
    expect(en.list(['the type', 'the subject'])).toBe('the type and the subject');
  });
});

test('the first of a month is said as one says it', () => {
  const now = new Date(2026, 10, 24, 12);
  const first = new Date(2026, 10, 1, 9, 5).toISOString();
  expect(new Words('fr').whenShort(first, now)).toBe('le 1er novembre');
  expect(new Words('en').whenShort(first, now)).toBe('on 1 November');
  expect(new Words('fr').whenShort(new Date(2026, 10, 11, 9).toISOString(), now)).toBe('le 11 novembre');
});
