import { type Answered, type Candidate, type Finding, guard, type Screened, type Unread } from '../bridge';
import type { Key, Words } from '../text';
import { type Look, MOST } from './screening';

// keyOf tells a finding of a file from the others.
export function keyOf(token: string, f: Finding): string {
  return JSON.stringify([token, f.kind, f.part, f.member, f.page, f.line, f.tail]);
}

// isOf tells whether a finding that keyOf has told is of that file.
export const isOf = (finding: string, token: string) => JSON.parse(finding)[0] === token;

// placeOf says where in a file something stands, '' if nobody knows.
export function placeOf(
  words: Words,
  at: { member: string; page: number; line?: number; part?: string },
): string {
  const parts = [
    at.part === 'name' && words.t('seen.inName'),
    at.part === 'info' && words.t('seen.inInfo'),
    at.member && words.t('seen.inMember', { member: at.member }),
    at.page > 0 && words.t('seen.onPage', { page: at.page }),
    at.line && words.t('seen.onLine', { line: at.line }),
  ];
  return parts.filter(Boolean).join(', ');
}

// beside are findings that are taken out of the copy that leaves.
const beside = ['location', 'device', 'hidden'];

const isBeside = (f: Finding) => beside.includes(f.kind);

// findingText is « Numéro de sécurité sociale ••• 2231, page 2 », by the name that it
// has in a text.
export function findingText(words: Words, f: Finding): string {
  const group = isBeside(f) ? 'seen' : 'guard.found';
  const what = words.coded(group, f.kind, 'guard.found.other', { tail: f.tail });
  const place = placeOf(words, f);
  return place ? `${what}, ${place}` : what;
}

const reasons: Record<string, Key> = {
  encrypted: 'seen.encrypted',
  damaged: 'seen.damaged',
  format: 'seen.format',
  scan: 'seen.scan',
  depth: 'seen.depth',
  size: 'seen.size',
  time: 'seen.time',
  memory: 'seen.memory',
  stopped: 'seen.stopped',
};

export function unreadText(words: Words, u: Unread): string {
  const why = words.t(reasons[u.reason] ?? 'seen.failed');
  const place = placeOf(words, u);
  return place ? `${why} (${place})` : why;
}

const NAMED = 5; // pages that are named

// unreadOf is what was not looked at, each once: the pages that nobody recognised stand
// together.
export function unreadOf(words: Words, { unread, scans }: Screened, most = false): string[] {
  const said = new Set(unread.map((u) => unreadText(words, u)));
  if (scans.length > 0) {
    const pages = scans.slice(0, NAMED).join(', ') + (scans.length > NAMED ? '…' : '');
    said.add(words.t(most ? 'seen.scansMost' : 'seen.scans', { count: scans.length, pages, most: MOST }));
  }
  return [...said];
}

export const remarks = (s: Screened) => s.findings.filter((f) => !isBeside(f));

export const metadata = (s: Screened) => s.findings.filter(isBeside);

export interface Reasons {
  [finding: string]: string;
}

// unanswered are the findings of a file that keep it here.
export function unanswered(s: Screened, reasons: Reasons): Finding[] {
  return s.findings.filter((f) => f.must && !reasons[keyOf(s.token, f)]?.trim());
}

// numbersOf are the numbers of a file that can be masked in it and were not answered for:
// what stands in its name cannot.
export function numbersOf(s: Screened, reasons: Reasons): Finding[] {
  if (!s.maskable) return [];
  return unanswered(s, reasons).filter((f) => (f.kind === 'nir' || f.kind === 'ins') && f.part !== 'name');
}

// answered are the findings of a file that somebody has given a reason for.
export function answered(s: Screened, reasons: Reasons): Finding[] {
  return s.findings.filter((f) => f.must && reasons[keyOf(s.token, f)]?.trim());
}

// waysText names what can be done about what is still to be answered, and nothing that
// is not there: « masquez-le ou dites pourquoi ce n’en est pas un ».
export function waysText(
  words: Words,
  all: { candidate: Candidate; screened: Screened }[],
  reasons: Reasons,
  several: boolean,
): string {
  const some = (is: (f: Finding, c: Candidate, s: Screened) => boolean) =>
    all.some(({ candidate: c, screened: s }) => unanswered(s, reasons).some((f) => is(f, c, s)));
  const ways = [
    all.some(({ screened }) => numbersOf(screened, reasons).length > 0) && words.t('popup.way.mask'),
    some((f, c, s) => f.part !== 'name' && hasPages(c, s)) && words.t('popup.way.redact'),
    some((f) => f.part === 'name') && words.t('popup.way.rename'),
    several && words.t('popup.way.leaveOut'),
    words.t('popup.way.say'),
  ];
  return words.list(
    ways.filter((w) => w !== false),
    'disjunction',
  );
}

// answersOf is what was said of the findings of the files that leave.
export function answersOf(looks: Record<string, Look>, tokens: string[], reasons: Reasons): Answered[] {
  return tokens.flatMap((token) => {
    const look = looks[token];
    if (look?.phase !== 'seen') return [];
    return look.screened.findings.flatMap((finding) => {
      const reason = reasons[keyOf(token, finding)]?.trim();
      return finding.must && reason ? [{ token, finding, reason }] : [];
    });
  });
}

// sizeOf is how large what would leave is, in bytes.
export function sizeOf(c: Candidate, look: Look | undefined): number {
  return look?.phase === 'seen' ? look.screened.size : c.size;
}

// hasPages tells whether the pages of a file can be shown and blackened: a PDF that
// could not be opened has none.
export function hasPages(c: Candidate, s: Screened): boolean {
  return s.drawn && (s.pages > 0 || c.media !== 'application/pdf');
}

const copies = new WeakMap<Screened, number>();
let counted = 0;

// pictureOf is where the picture of a page is, as the file would leave; width bounds it,
// in pixels. Another copy has another address, or the picture before would be shown.
export function pictureOf(s: Screened, page: number, width?: number): string {
  const copy = copies.get(s) ?? ++counted;
  copies.set(s, copy);
  return `${guard.page(s.token, page)}?copy=${copy}${width ? `&width=${width}` : ''}`;
}
