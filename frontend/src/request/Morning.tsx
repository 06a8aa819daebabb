import { Link } from 'wouter';
import { type Board, type Figure, yesterday } from '../bridge';
import { type Key, useWords } from '../text';
import { placeOfQuery } from './query';
import { STUCK } from './states';

// sumOf adds up the figures of some states.
export function sumOf(figures: Figure[], keys: string[]): number {
  return figures.reduce((sum, f) => (keys.includes(f.key) ? sum + f.count : sum), 0);
}

interface Told {
  key: Key;
  count: number;
  href: string;
  tone: '' | 'blue' | 'red';
}

function toldOf(board: Board): Told[] {
  return [
    {
      key: 'dashboard.morning.answered',
      count: board.answered,
      href: placeOfQuery({ answered: yesterday() }),
      tone: '',
    },
    {
      key: 'dashboard.morning.waiting',
      count: sumOf(board.states, ['waiting']),
      href: placeOfQuery({ states: ['waiting'] }),
      tone: 'blue',
    },
    {
      key: 'dashboard.morning.stuck',
      count: board.stuck,
      href: placeOfQuery({ states: STUCK }),
      tone: 'red',
    },
    { key: 'dashboard.morning.unread', count: board.unread, href: placeOfQuery({ unread: true }), tone: '' },
    { key: 'dashboard.morning.drafts', count: sumOf(board.states, ['draft']), href: '/drafts', tone: '' },
  ];
}

// Morning is what somebody wants to know who comes to the desk: each figure leads
// to the list that it counts. In a line it tells only what there is; the drafts
// are in sight there.
export function Morning({ board, line }: { board: Board | undefined; line?: boolean }) {
  const words = useWords();
  const all = board ? toldOf(board) : [];
  const told = line ? all.filter((t) => t.count > 0 && t.href !== '/drafts') : all;
  return (
    <section className={line ? 'morning line' : 'morning'} aria-labelledby="morning">
      <h2 id="morning">{words.t('dashboard.morning')}</h2>
      {line && board && told.length === 0 && (
        <p className="page-line">{words.t('dashboard.morning.nothing')}</p>
      )}
      {told.length > 0 && (
        <ul className="morning-list">
          {told.map((t) => (
            <li key={t.key}>
              {t.count > 0 ? (
                <Link href={t.href} className={`morning-figure ${t.tone}`}>
                  <FigureOf told={t} />
                </Link>
              ) : (
                <span className="morning-figure none">
                  <FigureOf told={t} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function FigureOf({ told }: { told: Told }) {
  const words = useWords();
  return (
    <>
      <strong className="figures">{words.number(told.count)}</strong>{' '}
      <span>{words.t(told.key, { count: told.count })}</span>
    </>
  );
}
