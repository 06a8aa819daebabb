import type { Table } from '../../bridge';
import { type Key, type Words, wordings } from '../../text';

// The ledger's columns, in their order.
const COLUMNS = [
  'at',
  'person',
  'practice',
  'request',
  'file',
  'text',
  'size',
  'sha256',
  'wording',
  'sentence',
  'findings',
  'unread',
  'answers',
  'changes',
];

const FOUND = ['nir', 'ins', 'iban', 'card', 'medical'] as const;
const BESIDE = ['location', 'device', 'hidden'] as const;
const UNREAD = [
  'encrypted',
  'damaged',
  'format',
  'scan',
  'untried',
  'depth',
  'size',
  'time',
  'memory',
  'stopped',
  'failed',
];
const CHANGES = ['stripped', 'redacted', 'masked', 'smaller'];

// ledgerOf are the words of the table of what was said of files and texts.
export function ledgerOf(words: Words): Table {
  const said: Record<string, string> = {
    'place.name': words.t('seen.inName'),
    'place.info': words.t('seen.inInfo'),
    'place.member': words.t('seen.inMember', { member: '{}' }),
    'place.page': words.t('seen.onPage', { page: '{}' }),
    'place.line': words.t('seen.onLine', { line: '{}' }),
    tail: '••• {}',
    reason: words.t('ledger.reason', { what: '{what}', why: '{why}' }),
    none: words.t('ledger.none'),
    'field.reply': words.t('ledger.reply'),
    'field.reason': words.t('ledger.actReason'),
  };
  for (const f of FOUND) said[`finding.${f}`] = words.t(`ledger.found.${f}`);
  for (const f of BESIDE) said[`finding.${f}`] = words.t(`seen.${f}`);
  for (const u of UNREAD) said[`unread.${u}`] = words.t(`seen.${u}` as Key);
  for (const c of CHANGES) said[`change.${c}`] = words.t(`ledger.${c}` as Key);
  for (const [version, sentence] of Object.entries(wordings())) said[`wording.${version}`] = sentence;
  return {
    lang: words.lang,
    columns: COLUMNS.map((key) => ({ key, label: words.t(`ledger.column.${key}` as Key) })),
    words: said,
  };
}
