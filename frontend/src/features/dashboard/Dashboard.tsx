import './dashboard.css';
import { Link } from 'wouter';
import { type Item, reads, useShared } from '../../bridge';
import { PageHead, placeOf, StatusChip, titleOf } from '../../request';
import { type Key, useWords } from '../../text';
import { buttonClass } from '../../ui';

const LAST = 5; // requests shown in each column

interface Column {
  key: string;
  title: Key;
  holds: (item: Item) => boolean;
}

const columns: Column[] = [
  { key: 'pc', title: 'dashboard.onPC', holds: (i) => i.status !== 'received' && i.status !== 'cancelled' },
  { key: 'received', title: 'dashboard.received', holds: (i) => at(i, 'received', '') },
  { key: 'progress', title: 'dashboard.progress', holds: (i) => at(i, 'in-progress') },
  { key: 'waiting', title: 'dashboard.waiting', holds: (i) => at(i, 'waiting') },
  { key: 'closed', title: 'dashboard.closed', holds: (i) => at(i, 'resolved', 'closed', 'withdrawn') },
];

function at(item: Item, ...statuses: string[]): boolean {
  return item.status === 'received' && statuses.includes(item.portalStatus);
}

// Dashboard shows how far requests are, by status, the last changed first.
export function Dashboard() {
  const words = useWords();
  const { data: items } = useShared(reads.items);
  const sent = (items ?? []).filter((i) => !i.draft);
  return (
    <>
      <PageHead title={words.t('dashboard.title')}>
        <Link href="/requests" className={buttonClass()}>
          {words.t('home.all')}
        </Link>
      </PageHead>
      <div className="board">
        {columns.map((c) => {
          const held = sent.filter(c.holds);
          if (c.key === 'pc' && held.length === 0) return null;
          return (
            <section key={c.key} className="board-column" aria-labelledby={`column-${c.key}`}>
              <h2 id={`column-${c.key}`} className="board-title">
                {words.t(c.title)}{' '}
                <span className="board-count figures">
                  <span aria-hidden="true">{held.length}</span>
                  <span className="sr">{words.t('dashboard.column', { count: held.length })}</span>
                </span>
              </h2>
              <ul className="board-list">
                {held.slice(0, LAST).map((i) => (
                  <BoardCard key={i.id} item={i} chip={c.key === 'pc' || c.key === 'closed'} />
                ))}
              </ul>
              {held.length === 0 && items && <p className="board-none">{words.t('dashboard.empty')}</p>}
              {held.length > LAST && (
                <Link href="/requests" className="textlink">
                  {words.t('dashboard.more', { count: held.length - LAST })}
                </Link>
              )}
            </section>
          );
        })}
      </div>
    </>
  );
}

function BoardCard({ item, chip }: { item: Item; chip: boolean }) {
  const words = useWords();
  return (
    <li>
      <Link href={placeOf(item)} className="card board-card">
        <span className="row-title">{titleOf(words, item)}</span>
        {item.number && <span className="row-line">{item.number}</span>}
        {chip && (
          <span>
            <StatusChip item={item} />
          </span>
        )}
      </Link>
    </li>
  );
}
