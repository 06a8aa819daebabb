import './lists.css';
import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { type Item, type Query, reads, type Settings, useShared } from '../../bridge';
import { BothRoads, Empty, everything, isFiltered, PageHead, useToFound } from '../../request';
import { useWords, type Words } from '../../text';
import { Banner, Button, Grid, type GridRow, Status } from '../../ui';
import { ColumnsButton } from './ColumnsDialog';
import { CsvButton } from './CsvButton';
import { columns as allColumns, cardOf, chosen, headOf, joins, rowOf } from './columns';
import { ActiveFilters, FilterBar } from './FilterBar';
import type { Pages, State } from './pages';
import { useHold } from './useHold';
import { useList } from './useList';
import { type Position, usePosition } from './usePosition';
import { useQuery } from './useQuery';
import { Views } from './Views';

const ROW = 54; // px
const CARD = 76;

export interface RequestListProps {
  who: string;
  text: string; // to be looked for, of the place
  search: string; // the rest of what the place asks for
  set: (change: Partial<Settings>) => void;
}

// RequestList is the one list of drafts, waiting and sent requests. Its page head
// has room beside « Colonnes » for what can be done with all that was found.
export function RequestList({ who, text, search, set }: RequestListProps) {
  const words = useWords();
  const [typed, query, change, apply] = useQuery(who, text, search);
  const { pages, state, key, query: shown } = useList(who, query);
  const place = usePosition(who, typed, pages, state, key);
  const filtered = isFiltered(shown);
  const none = state.ready && state.count === 0;
  const clear = () => {
    apply({ ...everything, sort: query.sort, up: query.up });
    document.querySelector<HTMLInputElement>('.list-search input')?.focus();
  };
  const retry = () => pages.refresh();
  useToFound(() => state.count > 0 && place.focus(true));
  return (
    <div className="requests">
      <PageHead
        title={words.t('list.requests')}
        line={
          <>
            <Count state={state} filtered={filtered} />
            <News query={shown} pages={pages} state={state} place={place} />
          </>
        }
      >
        <Views query={query} apply={apply} />
        <ColumnsButton set={set} />
        <CsvButton query={shown} count={state.ready ? state.count : undefined} />
      </PageHead>
      {!(none && !filtered && typed === '') && (
        <>
          <FilterBar typed={typed} query={query} change={change} />
          <ActiveFilters query={query} change={change} clear={clear} />
        </>
      )}
      {shown.text !== '' && state.read < state.of && (
        <p className="list-reading">{words.t('list.reading', { read: state.read, of: state.of })}</p>
      )}
      {state.failed && <Failed code={state.failed.code} whole={!state.ready} retry={retry} />}
      {none && !state.failed && <Nothing query={shown} reading={state.read < state.of} clear={clear} />}
      {state.preparing && !state.ready && !state.failed && (
        <Empty title={words.t('list.coming')} hint={words.t('list.noMatchReading')} />
      )}
      {state.count > 0 && (state.ready || !state.failed) && (
        <Rows words={words} query={query} change={change} pages={pages} state={state} place={place} />
      )}
    </div>
  );
}

const isNewestFirst = (q: Query) => (q.sort || 'updated') === 'updated' && !q.up;

function Count({ state, filtered }: { state: State; filtered: boolean }) {
  const words = useWords();
  const { ready, exact, count, behind } = state;
  const { data: status } = useShared(reads.status);
  const said = () => (filtered ? words.t('list.found', { count }) : wholeOf(words, count, status?.drafts));
  return (
    <Status inline className={behind ? 'figures' : 'figures list-count'}>
      {ready && exact && !behind ? said() : ''}
    </Status>
  );
}

// wholeOf says how many there are of each kind, as the counts beside the places do.
export function wholeOf(words: Words, count: number, drafts: number | undefined): string {
  if (drafts === undefined || drafts > count) return ''; // one of the two is about to be read anew
  const parts = [
    count > drafts && words.t('nav.count', { count: count - drafts }),
    drafts > 0 && words.t('nav.countDrafts', { count: drafts }),
  ];
  return parts.filter(Boolean).join(', ');
}

type NewsProps = { query: Query; pages: Pages; state: State; place: Position };

// News says that the list is not any more as it is shown, since its rows are held. It
// has the place of their count: what is below stays where it is.
function News({ query, pages, state, place }: NewsProps) {
  const words = useWords();
  const { behind, news } = state;
  const show = () => {
    flushSync(() => pages.release());
    place.focus(isNewestFirst(query)); // where news stands
  };
  return (
    <span className="list-news">
      <Status inline>{behind && words.t(news > 0 ? 'list.news' : 'list.moved', { count: news })}</Status>
      {behind && (
        <button type="button" className="textlink" aria-label={words.t('list.refreshNamed')} onClick={show}>
          {words.t('list.refresh')}
        </button>
      )}
    </span>
  );
}

function Failed({ code, whole, retry }: { code: string; whole: boolean; retry: () => void }) {
  const words = useWords();
  const again = <Button onPress={retry}>{words.t('error.retry')}</Button>;
  if (whole)
    return (
      <div role="alert">
        <Empty title={words.t('list.failed')} hint={words.error(code)}>
          {again}
        </Empty>
      </div>
    );
  return (
    <Banner tone="red" title={words.t('list.failed')} live acts={again}>
      <p>{words.error(code)}</p>
    </Banner>
  );
}

function Nothing({ query, reading, clear }: { query: Query; reading: boolean; clear: () => void }) {
  const words = useWords();
  if (!isFiltered(query))
    return (
      <Empty title={words.t('list.requestsNone')} hint={words.t('list.requestsNoneHint')}>
        <BothRoads />
      </Empty>
    );
  const title = query.text ? words.t('list.noMatch', { query: query.text }) : words.t('list.noMatchFilters');
  const late = query.text !== '' && reading;
  const only = query.text !== '' && !isFiltered({ ...query, text: '' }); // no filter to remove
  const hint = only ? 'list.noMatchWord' : 'list.noMatchHint';
  return (
    <Empty title={title} hint={words.t(late ? 'list.noMatchReading' : hint)}>
      <Button onPress={clear}>{words.t(only ? 'list.clearSearch' : 'list.clear')}</Button>
    </Empty>
  );
}

interface RowsProps {
  words: Words;
  query: Query;
  change: (part: Partial<Query>) => void;
  pages: Pages;
  state: State;
  place: Position;
}

function Rows({ words, query, change, pages, state, place }: RowsProps) {
  const { data: settings } = useShared(reads.settings);
  const { data: person } = useShared(reads.person);
  const narrow = useNarrow();
  const wanted = settings?.columns;
  const joined = joins(wanted, useMedia('(max-width: 1060px)'));
  const shown = useMemo(
    () => chosen(wanted, person).filter((c) => !joined || c.key !== 'life'),
    [wanted, person, joined],
  );
  const heads = narrow ? [] : shown.map((c) => headOf(words, c, query.sort, query.up));
  // A row is drawn anew only if it has changed.
  const made = useMemo(() => {
    const rows = new WeakMap<Item, GridRow>();
    return (item: Item) => {
      let row = rows.get(item);
      if (!row) {
        row = narrow ? cardOf(words, item) : rowOf(words, shown, item, joined);
        rows.set(item, row);
      }
      return row;
    };
  }, [words, shown, narrow, joined]);
  const box = useRef<HTMLElement>(null);
  const scrolled = useHold(pages, box);
  const { onRange: read } = place;
  const onRange = useCallback(
    (first: number, last: number) => {
      read(first, last);
      scrolled(first > 0);
    },
    [read, scrolled],
  );
  const sort = (name: string) => {
    const column = allColumns.find((c) => c.key === name);
    const by = column?.sort ?? 'updated';
    const same = by === (query.sort || 'updated');
    change({ sort: by, up: same ? !query.up : (column?.up ?? false) });
  };
  return (
    <section ref={box} className="card list-grid" aria-label={words.t('list.requests')}>
      <Grid
        label={words.t('list.requests')}
        columns={heads}
        count={state.count}
        rowHeight={narrow ? CARD : ROW}
        row={(index) => {
          const item = pages.at(index);
          return item && made(item);
        }}
        version={state}
        active={place.active}
        onActive={place.onActive}
        onOpen={place.onOpen}
        onSort={sort}
        onRange={onRange}
        onScroll={place.onScroll}
        coming={words.t('list.coming')}
        handle={place.handle}
      />
    </section>
  );
}

// useNarrow tells whether there is no room for columns, as lists.css and
// shell.css do.
export function useNarrow(): boolean {
  return useMedia('(max-width: 760px)');
}

function useMedia(query: string): boolean {
  const follow = useCallback(
    (run: () => void) => {
      const media = matchMedia(query);
      media.addEventListener('change', run);
      return () => media.removeEventListener('change', run);
    },
    [query],
  );
  return useSyncExternalStore(follow, () => matchMedia(query).matches);
}
