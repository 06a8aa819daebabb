import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en';
import { fr } from './fr';

export type Language = 'fr' | 'en';
export type Key = keyof typeof fr;
type Values = Record<string, string | number>;

const messages: Record<Language, Record<Key, string>> = { fr, en };

// typographic sets the French signs as a typesetter does: a narrow space that
// does not break before ; : ? ! and inside « ».
export function typographic(message: string): string {
  return message.replace(/ ([;:?!»])/g, '\u202f$1').replace(/« /g, '«\u202f');
}

// unparted keeps a figure and what it counts on one line.
function unparted(message: string): string {
  return message.replace(/(#|, number\}) (?=[\p{L}{])/gu, '$1\u00a0');
}

// CONFIRMATION_WORDING names the sentence (popup.statement) that a person
// agreed to, per language. Whoever changes a sentence gives it a new name.
export const CONFIRMATION_WORDING: Record<Language, string> = { fr: 'fr-1', en: 'en-1' };

// Words is how one language says things.
export class Words {
  readonly lang: Language;
  private readonly compiled = new Map<string, IntlMessageFormat | string>();
  private readonly formats = new Map<string, Intl.DateTimeFormat>();

  constructor(lang: Language) {
    this.lang = lang;
  }

  // t says a sentence.
  t(key: Key, values?: Values): string {
    let message = this.compiled.get(key);
    if (message === undefined) {
      const source = unparted(this.lang === 'fr' ? typographic(messages.fr[key]) : messages[this.lang][key]);
      message = /[{']/.test(source) ? new IntlMessageFormat(source, this.lang) : source;
      this.compiled.set(key, message);
    }
    return typeof message === 'string' ? message : String(message.format(values));
  }

  // coded says the sentence of a code that the program sent; a code that this
  // window does not know yet gets the sentence of `otherwise`.
  coded(group: string, code: string, otherwise: Key, values?: Values): string {
    const key = `${group}.${code}`;
    return this.t(key in messages.fr ? (key as Key) : otherwise, values);
  }

  // label picks the language of a wording that came with data.
  label(text: { fr: string; en: string } | undefined): string {
    if (!text) return '';
    return this.lang === 'fr' ? typographic(text.fr) : text.en || text.fr;
  }

  // error says why a call failed.
  error(code: string): string {
    return this.coded('error', code, 'error.internal');
  }

  // keys says what is pressed together: Ctrl+Maj+N.
  keys(combination: string): string {
    const named = (k: string) =>
      `keyname.${k}` in messages.fr ? this.t(`keyname.${k}` as Key) : k.toUpperCase();
    return combination.split('+').map(named).join('+');
  }

  // shortcut is what is pressed together, and how that is called.
  shortcut(keys: string): { keys: string; told: string } {
    return { keys, told: this.keys(keys) };
  }

  // size says how large a file is, in units of 1024.
  size(bytes: number): string {
    const units = ['b', 'kb', 'mb', 'gb'] as const;
    let n = bytes;
    let i = 0;
    while (n >= 1024 && i < units.length - 1) {
      n /= 1024;
      i++;
    }
    const digits = i > 1 && n < 100 ? 1 : 0;
    const figure = new Intl.NumberFormat(this.lang, { maximumFractionDigits: digits }).format(n);
    return `${figure}\u00a0${this.t('size.unit', { unit: units[i] ?? 'b', count: n })}`;
  }

  // rate says how fast bytes travel, in units of 1,000 per second.
  rate(perSecond: number): string {
    const units = ['b', 'kb', 'mb'] as const;
    let n = perSecond;
    let i = 0;
    while (n >= 999.5 && i < units.length - 1) {
      n /= 1000;
      i++;
    }
    const digits = i > 1 && n < 99.5 ? 1 : 0;
    const figure = new Intl.NumberFormat(this.lang, { maximumFractionDigits: digits }).format(n);
    return `${figure}\u00a0${this.t('rate.unit', { unit: units[i] ?? 'b' })}`;
  }

  number(n: number): string {
    return new Intl.NumberFormat(this.lang === 'fr' ? 'fr-FR' : 'en-GB').format(n);
  }

  // ago says how long ago something was, for what has just come.
  ago(iso: string, now = new Date()): string {
    const seconds = (now.getTime() - new Date(iso).getTime()) / 1000;
    if (seconds < 60) return this.t('when.justNow');
    if (seconds < 172_800) return this.t('when.ago', { span: this.span(seconds) });
    return this.whenShort(iso, now);
  }

  // euros says an amount in cents.
  euros(cents: number): string {
    const format = { style: 'currency', currency: 'EUR' } as const;
    return new Intl.NumberFormat(this.lang === 'fr' ? 'fr-FR' : 'en-GB', format).format(cents / 100);
  }

  percent(share: number): string {
    return new Intl.NumberFormat(this.lang === 'fr' ? 'fr-FR' : 'en-GB', { style: 'percent' }).format(share);
  }

  // span says how long something takes or took, in the one or two units that
  // matter: « 40 s », « 2 min », « 1 h 20 », « 3 jours ».
  span(seconds: number): string {
    const s = Math.max(0, Math.round(seconds));
    if (s < 60) return this.t('span.seconds', { n: s });
    const min = Math.round(s / 60);
    if (min < 60) return this.t('span.minutes', { n: min });
    const hours = Math.floor(min / 60);
    if (hours >= 24) return this.t('span.days', { n: Math.round(min / 1440) });
    const minutes = String(min % 60).padStart(2, '0');
    if (minutes === '00') return this.t('span.hours', { n: hours });
    return this.t('span.hoursMinutes', { n: hours, minutes });
  }

  time(iso: string): string {
    return this.format('time', { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));
  }

  // today says which day it is.
  today(now = new Date()): string {
    const date = this.format('today', { weekday: 'long', day: 'numeric', month: 'long' }).format(now);
    return this.ordinal(date);
  }

  // when says a moment as one does in a sentence: « à 14:32 », « hier à 09:05 »,
  // « le 3 novembre à 09:05 ».
  when(iso: string, now = new Date()): string {
    const { near, date, time } = this.moment(iso, now);
    return near || this.t('when.day', { date, time });
  }

  // day says a day without an hour.
  day(iso: string): string {
    const at = new Date(iso);
    return this.ordinal(this.format('year', { day: 'numeric', month: 'long', year: 'numeric' }).format(at));
  }

  // month says a month with its year.
  month(iso: string): string {
    return this.format('month', { month: 'long', year: 'numeric' }).format(new Date(iso));
  }

  // whenFull names the day whatever day it is, for what is read later.
  whenFull(iso: string): string {
    const date = this.format('year', { day: 'numeric', month: 'long', year: 'numeric' }).format(
      new Date(iso),
    );
    return this.t('when.day', { date: this.ordinal(date), time: this.time(iso) });
  }

  // whenShort is for lists, where the hour of a day long past says nothing.
  whenShort(iso: string, now = new Date()): string {
    const { near, date } = this.moment(iso, now);
    return near || this.t('when.date', { date });
  }

  // shortDay is for narrow columns, and does not break: « hier », « 29 nov. »; nothing for
  // today.
  shortDay(iso: string, now = new Date()): string {
    const at = new Date(iso);
    const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
    if (days === 0) return '';
    if (days === 1) return this.t('when.dayBefore');
    const month = { day: 'numeric', month: 'short' } as const;
    const date =
      at.getFullYear() === now.getFullYear()
        ? this.format('shortDay', month).format(at)
        : this.format('shortYear', { ...month, year: 'numeric' }).format(at);
    return this.ordinal(date).replace(/ /g, '\u00a0');
  }

  // whenBrief is the moment for narrow columns; it breaks between day and hour alone.
  whenBrief(iso: string, now = new Date()): string {
    const day = this.shortDay(iso, now);
    const near = day === '' || day === this.t('when.dayBefore');
    return [day, near && this.time(iso)].filter(Boolean).join(' ');
  }

  private moment(iso: string, now: Date): { near: string; date: string; time: string } {
    const at = new Date(iso);
    const time = this.time(iso);
    const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
    const near =
      days === 0 ? this.t('when.today', { time }) : days === 1 ? this.t('when.yesterday', { time }) : '';
    const sameYear = at.getFullYear() === now.getFullYear();
    const date = sameYear
      ? this.format('day', { day: 'numeric', month: 'long' }).format(at)
      : this.format('year', { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
    return { near, date: this.ordinal(date), time };
  }

  // The first of a month is an ordinal in French, which no format knows.
  private ordinal(date: string): string {
    return this.lang === 'fr' ? date.replace(/(?<!\S)1(?= \p{L})/u, '1er') : date;
  }

  list(items: string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
    return new Intl.ListFormat(this.lang, { type }).format(items);
  }

  private format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    let f = this.formats.get(name);
    if (!f) {
      f = new Intl.DateTimeFormat(this.lang === 'fr' ? 'fr-FR' : 'en-GB', options);
      this.formats.set(name, f);
    }
    return f;
  }
}

function midnight(d: Date): number {
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
}

// fold makes words comparable: without accents, joined letters and letter case.
export function fold(s: string): string {
  return s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/œ/g, 'oe').replace(/æ/g, 'ae');
}

// matches tells whether every word of a query occurs somewhere in the texts.
export function matches(query: string, texts: string[]): boolean {
  const all = fold(texts.join(' '));
  return fold(query)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
