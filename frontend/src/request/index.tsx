// How requests are shown wherever they stand: the life line, the status, the
// answers and the files. It changes nothing; features decide what to do.
import './request.css';
import type { ReactNode } from 'react';
import {
  type Answer,
  type Field,
  files as fileCalls,
  type Item,
  type Problem,
  reads,
  type StoredFile,
  useShared,
} from '../bridge';
import { type Key, useWords, type Words } from '../text';
import { Chip, Icon } from '../ui';
import { FileThumb } from './FileThumb';
import { isEntrusted, lifeOf, mayHaveArrived, shortLifeOf } from './life';

export { isEntrusted, isMissing, lifeOf, mayHaveArrived } from './life';

// LifeDots is the life line in a list.
export function LifeDots({ item }: { item: Item }) {
  const words = useWords();
  const line = shortLifeOf(item);
  const name = words.t(line.name);
  return (
    <span className="life">
      <span className="sr">{words.t('life.spoken', { n: line.present + 1, point: name })}</span>
      <span className="life-dots" aria-hidden="true">
        {line.steps.map((s, i) => (
          <span key={s.point} className={`life-step ${s.state}`}>
            <span className="life-dot" />
            {i === line.present && <span className="life-name">{name}</span>}
          </span>
        ))}
      </span>
    </span>
  );
}

// LifeTimes is the life line with its times.
export function LifeTimes({ item }: { item: Item }) {
  const words = useWords();
  const line = lifeOf(item);
  return (
    <ol className="life-times" aria-label={words.t('life.label')}>
      {line.steps.map((s, i) => (
        <li
          key={s.point}
          className={`life-time ${s.state}`}
          aria-current={i === line.present ? 'step' : undefined}
        >
          <span className="life-dot" aria-hidden="true" />
          <span className="life-point">
            {i === line.present ? words.t(line.name) : words.t(`life.${s.point}`)}
            {s.point === 'received' && item.number && s.state === 'reached' && (
              <>
                {' '}
                {words.t('life.under')} <span className="life-number figures">{item.number}</span>
              </>
            )}
          </span>
          <span className="life-at" data-full={s.at ? words.whenFull(s.at) : undefined}>
            {s.state === 'skipped' && <span className="sr">{words.t('life.skipped')}</span>}
            {s.at && (
              <>
                <span className="life-set">{words.shortDay(s.at)}</span>{' '}
                <span className="life-set">{words.t('when.today', { time: words.time(s.at) })}</span>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

const tones: Record<string, 'none' | 'go' | 'amber' | 'red' | 'blue'> = {
  'item.queued': 'amber',
  'item.sending': 'amber',
  'item.unknown': 'amber',
  'item.needs-sign-in': 'amber',
  'item.asked': 'amber',
  'item.to-correct': 'red',
  'item.to-entrust': 'red',
  'portal.received': 'go',
  'portal.in-progress': 'go',
  'portal.waiting': 'blue',
};

// statusKey is the status that a person is told: the portal's own once it has
// the request. A later attempt that met nobody does not end a doubt.
export function statusKey(item: Pick<Item, 'status' | 'reason' | 'portalStatus' | 'life'>): Key {
  if (isEntrusted(item)) return 'item.to-entrust';
  if (item.status === 'queued' && mayHaveArrived(item)) return 'item.unknown';
  const portal = item.status === 'received' && item.portalStatus !== '';
  return (portal ? `portal.${item.portalStatus}` : `item.${item.status}`) as Key;
}

export function StatusChip({ item }: { item: Item }) {
  const words = useWords();
  const { data: status } = useShared(reads.status);
  const held = (status?.asking ?? 0) > 0 && (item.status === 'queued' || item.status === 'needs-sign-in');
  const key = held ? 'item.asked' : statusKey(item);
  const [group = '', code = ''] = key.split('.');
  return <Chip tone={tones[key] ?? 'none'}>{words.coded(group, code, 'item.received')}</Chip>;
}

// Comma parts what is read as one: the parts of a link, whose places part them for eyes.
export function Comma() {
  return <span className="sr">, </span>;
}

// statusOf says the status without its chip.
export function statusOf(
  words: Words,
  item: Pick<Item, 'status' | 'reason' | 'portalStatus' | 'life'>,
): string {
  const [group = '', code = ''] = statusKey(item).split('.');
  return words.coded(group, code, 'item.received');
}

// priorityOf says the priority, once the portal has said so.
export function priorityOf(words: Words, item: Pick<Item, 'priority'>): string {
  return item.priority && words.coded('request.priority', item.priority, 'request.priority.normal');
}

const pressing: Record<string, 'none' | 'amber' | 'red'> = { urgent: 'red', high: 'amber' };

// PriorityChip is how urgent a request is, once the portal has said so.
export function PriorityChip({ item }: { item: Pick<Item, 'priority'> }) {
  const words = useWords();
  if (!item.priority) return null;
  return (
    <Chip tone={pressing[item.priority] ?? 'none'}>
      {words.t('request.priorityOf', { priority: item.priority })}
    </Chip>
  );
}

// UnreadMark tells that there is news of a request which the person has not seen.
export function UnreadMark({ item }: { item: Pick<Item, 'unread'> }) {
  const words = useWords();
  return item.unread ? <span className="unread-mark">{words.t('request.unread')}</span> : null;
}

// ActsMark tells that of what the person has done with a request something waits, or
// was not accepted.
export function ActsMark({ item }: { item: Pick<Item, 'actsWaiting' | 'actsBack'> }) {
  const words = useWords();
  const mark = (look: 'waiting' | 'back', text: string) => (
    <span className={`acts-mark ${look}`} title={text}>
      <Icon name={look === 'back' ? 'back' : 'clock'} size={16} />
      <span className="sr">{text}, </span>
    </span>
  );
  return (
    <>
      {item.actsBack > 0 && mark('back', words.t('acts.backCount', { count: item.actsBack }))}
      {item.actsWaiting > 0 && mark('waiting', words.t('acts.waitsCount', { count: item.actsWaiting }))}
    </>
  );
}

// titleOf is what a request is called in a list.
export function titleOf(words: Words, item: Item): string {
  return (
    item.subject.trim() ||
    words.label(item.categoryLabel) ||
    words.label(item.typeLabel) ||
    words.t('item.untitled')
  );
}

// placeOf is where a click on a request leads.
export function placeOf(item: Item): string {
  return item.draft ? `/draft/${item.id}` : `/request/${item.id}`;
}

// lineOf is the line below the title of a request: its number and the last
// thing that happened to it.
export function lineOf(words: Words, item: Item): string {
  const parts = [item.number, lastOf(words, item)];
  if (item.files > 0) parts.push(words.t('item.files', { count: item.files }));
  return parts.filter(Boolean).join(', ');
}

// reasonOf is why a request came back, as a part of a sentence.
export function reasonOf(words: Words, code: string): string {
  return words.coded('reason', code, 'reason.other').replace(/\.$/, '');
}

function lastOf(words: Words, item: Item): string {
  if (item.draft) return words.t('item.draftSavedAt', { when: words.whenShort(item.updatedAt) });
  if (item.status === 'to-correct' && item.reason) return reasonOf(words, item.reason);
  if (item.life.answered) return words.t('item.answeredAt', { when: words.whenShort(item.life.answered) });
  if (item.life.received) return words.t('item.receivedAt', { when: words.whenShort(item.life.received) });
  if (item.life.saved) return words.t('item.savedAt', { when: words.whenShort(item.life.saved) });
  return words.t('item.writtenAt', { when: words.whenShort(item.life.written || item.updatedAt) });
}

// A field that takes less cannot be helped out by a file.
const LONG = 500; // characters

// sentenceOf says a problem in full; label is what the field is called, files
// are those that it may be about.
export function sentenceOf(
  words: Words,
  p: Problem,
  label = '',
  choice = false,
  files: { id: string; name: string }[] = [],
): string {
  if (p.code === 'pattern' && p.text) return words.label(p.text);
  if (p.code === 'required') {
    if (p.field === 'type' || p.field === 'practice' || p.field === 'category')
      return words.t(`required.${p.field}`);
    if (label) return words.t(choice ? 'required.choice' : 'required.field', { label });
  }
  if (p.code === 'unknown' && (p.field === 'type' || p.field === 'category'))
    return words.t(`gone.${p.field}`);
  if (p.code === 'orphan' && label) return words.t('orphan.problem', { label });
  const file = files.find((f) => f.id === p.file);
  if (p.code === 'file-missing' && file) return words.t('files.copyMissing', { name: file.name });
  const code = p.code === 'too-long' && p.max >= LONG ? 'too-long-text' : p.code;
  return words.coded('problem', code, 'problem.other', {
    max: p.max,
    min: p.min,
    actual: p.actual,
    maxSize: words.size(p.max),
    actualSize: words.size(p.actual),
  });
}

// answersOf are the answers of a draft as they will be sent.
export function answersOf(fields: Field[], values: Record<string, string>): Answer[] {
  return fields.map((f) => {
    const value = (values[f.key] ?? '').trim() || f.default;
    return {
      key: f.key,
      label: f.label,
      kind: f.kind,
      value,
      shown: f.options.find((o) => o.value === value)?.label,
    };
  });
}

// Sheet shows what was asked and answered.
export function Sheet({
  rows,
  answers,
  empty,
}: {
  rows: [string, ReactNode][];
  answers: Answer[];
  empty?: string;
}) {
  const words = useWords();
  return (
    <dl className="sheet">
      {rows.map(([name, value]) => (
        <div key={name} className="sheet-row">
          <dt>{name}</dt>
          <dd>{value || <em className="sheet-empty">{empty}</em>}</dd>
        </div>
      ))}
      {answers.map((a) => (
        <div key={a.key} className="sheet-row">
          <dt>{words.label(a.label)}</dt>
          <dd className={a.kind === 'text' ? 'sheet-text' : undefined}>
            {a.shown ? words.label(a.shown) : a.value || <em className="sheet-empty">{empty}</em>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

// FileCard is a stored file with its picture, if it has one, and what can be done
// with it.
export function FileCard({ file, acts }: { file: StoredFile; acts?: ReactNode }) {
  const words = useWords();
  return (
    <li className="file">
      <FileThumb src={file.thumb ? fileCalls.thumb(file.id) : undefined} media={file.media} />
      <span className="file-text">
        <span className="file-name">{file.name}</span>
        <span className="file-size">
          {words.size(file.size)}
          {file.confirmedAt && `, ${words.t('files.confirmed', { when: words.when(file.confirmedAt) })}`}
        </span>
        {file.releasedAt && (
          <span className="file-size">
            {words.t('files.released', { when: words.whenShort(file.releasedAt) })}
          </span>
        )}
      </span>
      {acts && <span className="file-acts">{acts}</span>}
    </li>
  );
}

export { BothRoads } from './BothRoads';
export { FileThumb } from './FileThumb';
export { Morning, sumOf } from './Morning';
export { PageHead } from './PageHead';
export * from './query';
export { RequestRows } from './Rows';
export { CLOSED, ON_PC, OPEN } from './states';
export { lookFor, toFound, useLookedFor, useToFound } from './typed';

// Empty says why there is nothing here, and what can be done; page: that it is all there
// is, and so the title of the page.
export function Empty({
  title,
  hint,
  page,
  children,
}: {
  title: string;
  hint: string;
  page?: boolean;
  children?: ReactNode;
}) {
  const Title = page ? 'h1' : 'h2';
  return (
    <div className="empty card">
      <Title tabIndex={page ? -1 : undefined}>{title}</Title>
      <p>{hint}</p>
      {children && <div className="empty-acts">{children}</div>}
    </div>
  );
}
