import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Item, Person } from '../../bridge';
import { ActsMark, Comma, LifeDots, lineOf, placeOf, StatusChip, titleOf } from '../../request';
import type { Key, Words } from '../../text';
import { GridCell, type GridColumn, Icon } from '../../ui';

interface Column {
  key: string;
  width: number;
  grow?: number;
  sort?: string; // of Query
  up?: boolean; // the natural order
  cell: (words: Words, item: Item) => ReactNode;
}

const time = (words: Words, iso: string) => (iso ? words.whenBrief(iso) : '');

// columns are all that there can be.
export const columns: Column[] = [
  {
    key: 'number',
    width: 128, // AS-2026-000011 in one line
    sort: 'number',
    cell: (_w, i) => i.number,
  },
  {
    key: 'subject',
    width: 132,
    grow: 8,
    sort: 'subject',
    up: true,
    cell: (w, i) => titleOf(w, i),
  },
  // « Vous avez la main » in one line
  { key: 'state', width: 144, sort: 'state', up: true, cell: (_w, i) => <StatusChip item={i} /> },
  { key: 'priority', width: 84, sort: 'priority', cell: (w, i) => <Priority words={w} item={i} /> },
  { key: 'life', width: 84, cell: (_w, i) => <LifeDots item={i} /> },
  { key: 'practice', width: 92, grow: 1, sort: 'practice', up: true, cell: (_w, i) => i.practiceName },
  {
    key: 'category',
    width: 120,
    grow: 2,
    sort: 'category',
    up: true,
    cell: (w, i) => w.label(i.categoryLabel),
  },
  { key: 'type', width: 120, grow: 1, cell: (w, i) => w.label(i.typeLabel) },
  { key: 'reference', width: 110, grow: 1, cell: (_w, i) => i.reference },
  { key: 'document', width: 124, cell: (_w, i) => i.document },
  { key: 'author', width: 110, grow: 1, cell: (w, i) => i.author || w.t('list.me') },
  {
    key: 'files',
    width: 86,
    cell: (w, i) => (i.files > 0 ? w.t('item.files', { count: i.files }) : ''),
  },
  { key: 'written', width: 96, cell: (w, i) => time(w, i.life.written) },
  { key: 'submitted', width: 112, sort: 'submitted', cell: (w, i) => time(w, i.life.saved) },
  { key: 'updated', width: 104, sort: 'updated', cell: (w, i) => time(w, i.updatedAt) },
];

export const nameOf = (words: Words, key: string) => words.t(`list.column.${key}` as Key);

// joins tells whether the life line stands below the state, so that the subject has its room in
// a window that is rather narrow: unless the person has chosen the columns.
export function joins(keys: string[] | undefined, tight: boolean): boolean {
  return tight && !keys?.length;
}

// usual are the columns of whoever has chosen none: a practice says something only
// to those who have several.
export function usual(person: Person | undefined): string[] {
  const several = (person?.practices.length ?? 0) > 1;
  return ['number', 'subject', 'state', 'life', ...(several ? ['practice'] : []), 'priority', 'updated'];
}

// chosen are the columns of the person, in their order; what a request is about
// is always among them.
export function chosen(keys: string[] | undefined, person: Person | undefined): Column[] {
  const wanted = keys?.length ? keys : usual(person);
  const all = wanted.includes('subject') ? wanted : ['subject', ...wanted];
  return all.flatMap((key) => columns.find((c) => c.key === key) ?? []);
}

// headOf is a column as the grid needs it.
export function headOf(words: Words, c: Column, sort: string, up: boolean): GridColumn {
  const here = c.sort !== undefined && c.sort === (sort || 'updated');
  const order = up ? 'ascending' : 'descending';
  return {
    key: c.key,
    label: nameOf(words, c.key),
    width: c.width,
    grow: c.grow,
    sort: c.sort ? (here ? order : 'none') : undefined,
  };
}

export function rowOf(words: Words, shown: Column[], item: Item, joined = false) {
  const byline = !shown.some((s) => s.key === 'author');
  const cells = shown.map((c) => (
    <GridCell key={c.key} look={c.key} header={c.key === 'subject'}>
      {c.key === 'subject' ? (
        <SubjectCell words={words} item={item} byline={byline} />
      ) : joined && c.key === 'state' ? (
        <StateCell item={item} />
      ) : (
        two(c.cell(words, item))
      )}
    </GridCell>
  ));
  return { id: item.id, look: item.unread ? 'unread' : '', cells };
}

// two lets a text that is too long for its place have two lines.
function two(cell: ReactNode): ReactNode {
  return typeof cell === 'string' ? <span className="two-lines">{cell}</span> : cell;
}

// cardOf is a row in a narrow window: two lines instead of columns.
export function cardOf(words: Words, item: Item) {
  const by = item.author ? words.t('list.by', { name: item.author }) : '';
  const line = [by, lineOf(words, item)].filter(Boolean).join(', ');
  const cells = (
    <GridCell look="card-cell">
      <span className="card-title">
        <Title words={words} item={item} />
      </span>
      <Comma />
      <span className="card-state">
        <StatusChip item={item} />
      </span>
      <Comma />
      <span className="row-line card-line">{line}</span>
      <Comma />
      <LifeDots item={item} />
    </GridCell>
  );
  return { id: item.id, look: item.unread ? 'unread' : '', cells };
}

function StateCell({ item }: { item: Item }) {
  return (
    <span className="state-two">
      <StatusChip item={item} />
      <Comma />
      <LifeDots item={item} />
    </span>
  );
}

function SubjectCell({ words, item, byline }: { words: Words; item: Item; byline?: boolean }) {
  const by = byline && item.author;
  return (
    <span className={by ? 'subject-two' : 'subject-one'}>
      <Title words={words} item={item} />
      {by && <Comma />}
      {by && <span className="row-line">{words.t('list.by', { name: item.author })}</span>}
    </span>
  );
}

// The row has the focus, and its link is for whoever reads by other means: the
// row does what it would do.
function Title({ words, item }: { words: Words; item: Item }) {
  return (
    <span className="subject-title">
      {item.unread && <span className="unread-dot" aria-hidden="true" />}
      {item.watching &&
        item.author && ( // one's own are, from the start
          <span className="watching">
            <Icon name="eye" size={16} />
            <span className="sr">{words.t('list.watching')}, </span>
          </span>
        )}
      <ActsMark item={item} />
      <Link href={placeOf(item)} tabIndex={-1} className="subject-link" onClick={(e) => e.preventDefault()}>
        {titleOf(words, item)}
      </Link>
      {item.unread && <span className="sr">, {words.t('list.unread')}</span>}
    </span>
  );
}

function Priority({ words, item }: { words: Words; item: Item }) {
  if (!item.priority) return null;
  return (
    <span className={`priority ${item.priority}`}>
      {words.coded('list.priority', item.priority, 'list.priority.normal')}
    </span>
  );
}
