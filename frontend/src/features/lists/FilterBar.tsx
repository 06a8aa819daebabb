import { lazy, Suspense, useLayoutEffect, useRef, useState } from 'react';
import { type Query, reads, useShared } from '../../bridge';
import { lookFor, sorts, toFound } from '../../request';
import { useWords } from '../../text';
import { ActionMenu, Button, FilterMenu, Icon, Search } from '../../ui';
import { columns, nameOf } from './columns';
import { activeOf, type Known, menusOf } from './filters';

// Fields of dates know every calendar there is.
const Dates = lazy(() => import('./Dates').then((m) => ({ default: m.Dates })));

interface Props {
  query: Query;
  change: (part: Partial<Query>) => void;
}

function useKnown(): Known {
  const words = useWords();
  const { data: catalogue } = useShared(reads.catalogue);
  const { data: person } = useShared(reads.person);
  return { words, catalogue, person };
}

// FilterBar is what a list is searched and narrowed by.
export function FilterBar({ typed, query, change }: Props & { typed: string }) {
  const known = useKnown();
  const { words } = known;
  const [dates, setDates] = useState(false);
  return (
    <div className="list-bar">
      <div className="list-search">
        <Search label={words.t('list.filter')} value={typed} onChange={lookFor} onSubmit={toFound} />
      </div>
      <div className="list-filters">
        {menusOf(known, query, change, () => setDates(true)).map((m) => {
          const n = m.groups.reduce((sum, g) => sum + g.values.length, 0);
          return <FilterMenu key={m.id} label={m.label} chosen={n ? String(n) : ''} groups={m.groups} />;
        })}
        <SortMenu query={query} change={change} />
      </div>
      <Suspense>{dates && <Dates query={query} change={change} onClose={() => setDates(false)} />}</Suspense>
    </div>
  );
}

// SortMenu is for a narrow window, in which there are no columns to press.
function SortMenu({ query, change }: Props) {
  const words = useWords();
  return (
    <div className="list-sort">
      <ActionMenu
        label={words.t('list.sortBy')}
        look="button plain small filter"
        entries={[
          {
            kind: 'setting',
            id: 'sort',
            label: words.t('list.sortBy'),
            value: query.sort || 'updated',
            options: sorts.map((s) => ({ value: s, label: nameOf(words, s) })),
            run: (sort) => change({ sort, up: columns.find((c) => c.sort === sort)?.up ?? false }),
          },
          {
            kind: 'setting',
            id: 'order',
            label: words.t('list.order'),
            value: query.up ? 'up' : 'down',
            options: [
              { value: 'up', label: words.t('list.orderUp') },
              { value: 'down', label: words.t('list.orderDown') },
            ],
            run: (order) => change({ sort: query.sort || 'updated', up: order === 'up' }),
          },
        ]}
      >
        {words.t('list.sortBy')}
        <Icon name="down" size={14} />
      </ActionMenu>
    </div>
  );
}

// ActiveFilters are the filters that there are, each with its way out.
export function ActiveFilters({ query, change, clear }: Props & { clear: () => void }) {
  const known = useKnown();
  const { words } = known;
  const active = activeOf(known, query);
  const list = useRef<HTMLUListElement>(null);
  const next = useRef(-1); // to be given the focus
  useLayoutEffect(() => {
    if (next.current < 0) return;
    const buttons = list.current?.querySelectorAll('button');
    const to = buttons?.[Math.min(next.current, active.length - 1)];
    (to ?? document.querySelector<HTMLElement>('.list-search input'))?.focus();
    next.current = -1;
  }, [active.length]);
  if (active.length === 0) return null;
  return (
    <ul ref={list} className="list-active" aria-label={words.t('list.active')}>
      {active.map((f, i) => (
        <li key={f.key}>
          <button
            type="button"
            className="list-chip"
            aria-label={words.t('list.remove', { name: f.label })}
            onClick={() => {
              next.current = i;
              change(f.change);
            }}
          >
            {f.label}
            <Icon name="cross" size={14} />
          </button>
        </li>
      ))}
      <li>
        <Button look="quiet" small onPress={clear}>
          {words.t('list.clear')}
        </Button>
      </li>
    </ul>
  );
}
