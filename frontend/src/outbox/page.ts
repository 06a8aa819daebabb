import type { Item, Request } from '../bridge';
import { mayHaveArrived } from '../request/life';
import type { Words } from '../text';

// A request as plain text, for a file that is given to support by other means.

const EOL = '\r\n'; // what an editor of any system shows as lines

// pageOf is the request as a person reads it, in the language of the window; asker
// is the name of whoever sends it.
export function pageOf(words: Words, request: Request, asker: string): string {
  const { item, answers, files } = request;
  const subject = item.subject.trim();
  const pair = (name: string, value: string) => words.t('app.pair', { name, value });
  const headed = (name: string, lines: string[]) => [pair(name, '').trimEnd(), ...lines];
  const named = (pairs: [string, string][]) =>
    pairs.flatMap(([name, value]) => (value ? [pair(name, value)] : []));

  const given = answers.filter((a) => a.value && !(a.key === 'subject' && subject));
  const lines = given.filter((a) => a.kind !== 'text');
  const texts = given.filter((a) => a.kind === 'text');
  const parts = [
    [words.t('export.page')],
    named([
      [words.t('export.subject'), subject],
      [words.t('request.type'), words.label(item.typeLabel)],
      [words.t('export.person'), asker],
      [words.t('request.practice'), item.practiceName],
      [words.t('request.category'), words.label(item.categoryLabel)],
      [words.t('request.number'), item.number],
    ]),
    named(lines.map((a) => [words.label(a.label), a.shown ? words.label(a.shown) : a.value])),
    ...texts.map((a) => headed(words.label(a.label), a.value.split(/\r\n|\r|\n/))),
    headed(
      words.t('request.files'),
      files.length > 0
        ? files.map((f) => `- ${f.name} (${words.size(f.size)})`)
        : [words.t('request.noFiles')],
    ),
    [
      ...named([
        [words.t('export.written'), words.whenFull(item.life.written)],
        [words.t('export.saved'), item.life.saved && words.whenFull(item.life.saved)],
        [words.t('export.id'), item.id],
      ]),
      ...arrival(words, item),
    ],
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join(EOL) + EOL)
    .join(EOL);
}

// arrival says whether whoever gets the page may have the request already.
function arrival(words: Words, item: Item): string[] {
  if (item.status === 'received') return [];
  if (item.status === 'cancelled') return [words.t('export.cancelled')];
  return [words.t(mayHaveArrived(item) ? 'export.maybeReceived' : 'export.notReceived')];
}

// nameOf is what the file is called.
export function nameOf(words: Words, item: Item): string {
  const date = dayOf(new Date(item.life.saved || item.life.written || item.updatedAt));
  const subject = item.subject.trim() || words.label(item.categoryLabel);
  return fileName(words.t('export.name', { date, subject }));
}

// dayOf is a day as files are named after it: 2026-11-29.
export function dayOf(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
}

const LONGEST = 60; // characters of a file's name: no system takes more than 255 bytes

// fileName is a name without signs that a file system refuses, and not too long.
export function fileName(text: string): string {
  const name = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ');
  const cut = [...name].slice(0, LONGEST).join('');
  const whole = cut === name ? cut : cut.replace(/(?<=.{30}) [^ ]*$/, ''); // no half word, if the rest still says enough
  return whole.replace(/[. ]+$/, '').trim();
}
