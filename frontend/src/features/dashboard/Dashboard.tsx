import './dashboard.css';
import { Link } from 'wouter';
import { type Board, type Item, reads, type Status, useShared } from '../../bridge';
import {
  CLOSED,
  Comma,
  Morning,
  ON_PC,
  PageHead,
  PriorityChip,
  placeOf,
  StatusChip,
  sumOf,
  titleOf,
  UnreadMark,
} from '../../request';
import { placeOfQuery } from '../../request/query';
import { type Key, useWords, type Words } from '../../text';
import { buttonClass, Progress } from '../../ui';
import { Chart } from './Chart';
import { byPriority, byState } from './slices';

const LAST = 5; // requests shown in each column

interface Column {
  key: string;
  title: Key;
  states: string[];
}

const columns: Column[] = [
  { key: 'pc', title: 'dashboard.onPC', states: ON_PC },
  { key: 'received', title: 'dashboard.received', states: ['received'] },
  { key: 'progress', title: 'dashboard.progress', states: ['in-progress'] },
  { key: 'waiting', title: 'dashboard.waiting', states: ['waiting'] },
  { key: 'closed', title: 'dashboard.closed', states: CLOSED },
];

function stateOf(item: Item): string {
  return (item.status === 'received' && item.portalStatus) || item.status;
}

// Dashboard shows how far requests are: what has come since yesterday, the last
// changed by status, how many there are of each. All of it is what this PC holds.
export function Dashboard() {
  const words = useWords();
  const { data: board } = useShared(reads.board);
  const { data: status } = useShared(reads.status);
  return (
    <>
      <PageHead
        title={words.t('dashboard.title')}
        line={board && status ? synced(words, board, status) : '\u00a0'}
      >
        <Link href="/requests" className={buttonClass()}>
          {words.t('home.all')}
        </Link>
      </PageHead>
      {board && board.syncTotal > 0 && (
        <div className="board-sync">
          <Progress
            label={words.t(board.syncAgain ? 'dashboard.syncingAgain' : 'dashboard.syncing', {
              done: board.syncDone,
              total: board.syncTotal,
            })}
            done={board.syncDone}
            total={board.syncTotal}
            text={words.percent(board.syncDone / board.syncTotal)}
          />
        </div>
      )}
      <Morning board={board} />
      <div className="board">
        {columns.map((c) =>
          board ? <Lane key={c.key} column={c} board={board} /> : <Waiting key={c.key} column={c} />,
        )}
      </div>
      {board && (
        <div className="charts">
          <Chart
            title={words.t('dashboard.byState')}
            head={words.t('dashboard.state')}
            slices={byState(words, board.states)}
          />
          <Chart
            title={words.t('dashboard.byPriority')}
            head={words.t('dashboard.priority')}
            hint={words.t('dashboard.byPriorityHint')}
            slices={byPriority(words, board.priorities)}
          />
        </div>
      )}
    </>
  );
}

// synced says how old what is shown may be.
export function synced(words: Words, board: Board, status: Status): string {
  if (board.syncTotal > 0) return words.t(board.syncAgain ? 'dashboard.again' : 'dashboard.first');
  if (!board.syncedAt) return words.t('dashboard.never');
  if (status.connection === 'online') return words.t('dashboard.current');
  return words.t('dashboard.syncedAt', { when: words.when(board.syncedAt) });
}

function Lane({ column: { key, title, states }, board }: { column: Column; board: Board }) {
  const words = useWords();
  const count = sumOf(board.states, states);
  if (key === 'pc' && count === 0) return null;
  const held = board.latest
    .filter((i) => states.includes(stateOf(i)))
    .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
    .slice(0, LAST);
  return (
    <section className="board-column" aria-labelledby={`column-${key}`}>
      <h2 id={`column-${key}`} className="board-title">
        {words.t(title)}{' '}
        <span className="board-count figures">
          <span aria-hidden="true">{words.number(count)}</span>
          <span className="sr">{words.t('dashboard.column', { count })}</span>
        </span>
      </h2>
      <ul className="board-list">
        {held.map((i) => (
          <BoardCard key={i.id} item={i} chip={states.length > 1} />
        ))}
      </ul>
      {count === 0 && <p className="board-none">{words.t('dashboard.empty')}</p>}
      {count > held.length && (
        <Link href={placeOfQuery({ states })} className="textlink">
          {words.t('dashboard.more', { count: count - held.length })}
          <span className="sr"> {words.t(title)}</span>
        </Link>
      )}
    </section>
  );
}

// Waiting keeps the place of a column that is being read.
function Waiting({ column: { key, title } }: { column: Column }) {
  const words = useWords();
  if (key === 'pc') return null;
  return (
    <section className="board-column" aria-busy="true">
      <h2 className="board-title">{words.t(title)}</h2>
      <div className="board-blank" />
    </section>
  );
}

function BoardCard({ item, chip }: { item: Item; chip: boolean }) {
  const words = useWords();
  const pressing = item.priority === 'urgent' || item.priority === 'high';
  return (
    <li>
      <Link href={placeOf(item)} className="card board-card">
        <span className="row-title">{titleOf(words, item)}</span>
        {item.number && (
          <span className="row-line">
            <Comma />
            {item.number}
          </span>
        )}
        {(chip || pressing || item.unread) && (
          <span className="board-chips">
            {chip && <Comma />}
            {chip && <StatusChip item={item} />}
            {pressing && <Comma />}
            {pressing && <PriorityChip item={item} />}
            {item.unread && <Comma />}
            <UnreadMark item={item} />
          </span>
        )}
      </Link>
    </li>
  );
}
