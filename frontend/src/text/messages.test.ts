import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { en } from './en';
import { fr } from './fr';
import { type Key, type Language, Words } from './words';

const keys = Object.keys(fr) as Key[];
const languages: Language[] = ['fr', 'en'];
const sources: Record<Language, Record<Key, string>> = { fr, en };

// Kinds of parts of an ICU message.
const LITERAL = 0;
const SELECT = 5;
type Nodes = ReturnType<IntlMessageFormat['getAst']>;

// argumentsOf tells what a message wants to be given, and the choices among
// which one of them selects.
function argumentsOf(message: string, lang: Language): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const walk = (nodes: Nodes): void => {
    for (const n of nodes) {
      if (!('value' in n) || n.type === LITERAL) continue;
      const options = 'options' in n ? n.options : {};
      const select = n.type === SELECT;
      const seen = found.get(n.value) ?? [];
      found.set(n.value, select ? Object.keys(options) : seen);
      for (const o of Object.values(options)) walk(o.value);
    }
  };
  walk(new IntlMessageFormat(message, lang).getAst());
  return found;
}

// spoken is a message said with each number that makes a difference.
function spoken(key: Key, lang: Language): string[] {
  const wanted = argumentsOf(sources[lang][key], lang);
  return [0, 1, 2, 1234].flatMap((n) => {
    const values: Record<string, string | number> = {};
    for (const name of wanted.keys()) values[name] = n;
    const selects = [...wanted].filter(([, choices]) => choices.length > 0);
    if (selects.length === 0) return [new Words(lang).t(key, values)];
    return selects.flatMap(([name, choices]) =>
      choices.filter((c) => c !== 'other').map((c) => new Words(lang).t(key, { ...values, [name]: c })),
    );
  });
}

describe('the two languages', () => {
  test('have the same sentences', () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
  });

  test('want the same to be given', () => {
    for (const key of keys)
      expect([key, [...argumentsOf(en[key], 'en').keys()].sort()]).toEqual([
        key,
        [...argumentsOf(fr[key], 'fr').keys()].sort(),
      ]);
  });

  // Names, and words that are the same in both.
  const same: Key[] = [
    'app.name',
    'app.title',
    'nav.menu',
    'nav.assistant',
    'keyname.mod',
    'guide.screen.assistant',
    'step.type',
    'assistant.title',
    'invoice.subject',
    'seen.onPage',
    'list.road.assistant',
    'request.type',
  ];

  test('differ, but for names and words that both have', () => {
    expect(keys.filter((k) => (fr[k] as string) === en[k])).toEqual(same);
  });
});

describe.each(languages)('every sentence in %s', (lang) => {
  test('can be said with what it wants to be given', () => {
    for (const key of keys)
      for (const sentence of spoken(key, lang)) {
        expect([key, sentence.trim()]).not.toEqual([key, '']);
        expect([key, /[{}#]|undefined|NaN/.test(sentence)]).toEqual([key, false]);
      }
  });

  test('stays calm: no exclamation mark', () => {
    expect(keys.filter((k) => sources[lang][k].includes('!'))).toEqual([]);
  });

  // A straight apostrophe would also begin a quotation in an ICU message.
  test('has real apostrophes, quotation marks and ellipses', () => {
    expect(keys.filter((k) => /['"]|\.\.\./.test(sources[lang][k]))).toEqual([]);
  });
});

describe.each(languages)('the help and the tour in %s', (lang) => {
  // What they name between quotation marks is what stands on the screen.
  test('name only what there is', () => {
    const all = new Set(Object.values(sources[lang]).map((s) => s.replace(/…$/, '')));
    const told = keys.filter((k) => /^(guide|tour)\./.test(k) && k !== 'guide.picture');
    const named = told.flatMap((k) =>
      [...sources[lang][k].matchAll(/[«“]\s?(.+?)\s?[»”]/g)].map(([, n]) => n),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((n) => !all.has(n ?? ''))).toEqual([]);
  });
});

describe.each(languages)('what is promised and what is blamed in %s', (lang) => {
  const said = (...wanted: Key[]) => wanted.map((k) => new Words(lang).t(k, { when: '' }));

  test('of a request that may have arrived: that it is asked for, and arrives once', () => {
    const once = lang === 'fr' ? /Elle n’arrivera pas deux fois\.$/ : /It will not arrive twice\.$/;
    for (const s of said('next.ask', 'next.askLater', 'next.askSignIn', 'sent.text.unknown'))
      expect(s).toMatch(once);
    expect(said('item.unknown')).toEqual([lang === 'fr' ? 'Arrivée à vérifier' : 'Arrival to be checked']);
  });

  test('what is amiss on this PC is not blamed on the portal', () => {
    for (const s of said('draft.refused', 'outbox.refusedAt', 'export.fileMissing', 'reason.file-missing'))
      expect(s).not.toMatch(/portail|portal|refus/i);
    for (const s of said('export.fileMissing'))
      expect(s).toMatch(lang === 'fr' ? /rien n’a été exporté/ : /nothing was exported/);
  });

  test('one thing has one word', () => {
    for (const s of said('reason.gone', 'reason.other')) expect(s).toMatch(/accept/);
    for (const s of said('reason.portal-fault')) expect(s).toMatch(/problème|problem/);
    const back = lang === 'fr' ? /le retour de la connexion/ : /connection is back/;
    for (const s of [...said('sent.title.waiting'), sources[lang]['status.waitsForLine']])
      expect(s).toMatch(back);
    for (const s of said('why.file')) expect(s).toMatch(lang === 'fr' ? /utilise/ : /using/);
    for (const s of said('remedy.forbidden'))
      expect(s).toMatch(lang === 'fr' ? /administrateur du cabinet/ : /administrator of the practice/);
  });
});

describe.each(languages)('figures in %s', (lang) => {
  const counted = (key: Key) => [...sources[lang][key].matchAll(/\{(\w+), (?:plural|number)/g)];

  test('do not part from what they count', () => {
    const counting = keys.filter((k) => counted(k).length > 0);
    expect(counting.length).toBeGreaterThan(30);
    const parted = counting.filter((key) => {
      const values: Record<string, string | number> = {};
      for (const name of argumentsOf(sources[lang][key], lang).keys()) values[name] = 'x';
      for (const [, name = ''] of counted(key)) values[name] = 2;
      return /\d \p{L}/u.test(new Words(lang).t(key, values));
    });
    expect(parted).toEqual([]);
    expect(new Words(lang).t('item.files', { count: 2 })).toMatch(/^2\u00a0fi/);
  });
});

describe('French sentences', () => {
  test('have a narrow space that does not break before ; : ? and inside « »', () => {
    for (const key of keys)
      for (const sentence of spoken(key, 'fr')) {
        expect([key, sentence, /[^\u202f][;:?!»]/.test(sentence)]).toEqual([key, sentence, false]);
        expect([key, sentence, /«[^\u202f]/.test(sentence)]).toEqual([key, sentence, false]);
      }
  });

  test('quote as French does, and English ones as English does', () => {
    expect(keys.filter((k) => /[“”]/.test(fr[k]))).toEqual([]);
    expect(keys.filter((k) => /[«»]/.test(en[k]))).toEqual([]);
  });

  test('English has no space before its signs', () => {
    expect(keys.filter((k) => /\s[;:?!]/.test(en[k]))).toEqual([]);
  });
});
