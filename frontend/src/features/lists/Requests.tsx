import './lists.css';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { Link, useLocation } from 'wouter';
import { type Item, type Query, reads, type Settings, useShared } from '../../bridge';
import {
  Empty,
  everything,
  isFiltered,
  lookFor,
  PageHead,
  placeOf,
  placeOfQuery,
  queryAt,
  useLookedFor,
} from '../../request';
import { useWords, type Words } from '../../text';
import { Banner, Button, buttonClass, Grid, type GridHandle, type GridRow } from '../../ui';
import { ColumnsButton } from './ColumnsDialog';
import { columns as allColumns, cardOf, chosen, headOf, rowOf } from './columns';
import { entryOf, isHere, remember } from './entry';
import { ActiveFilters, FilterBar } from './FilterBar';
import type { Pages, State } from './pages';
import { useDelayed, useList } from './useList';
import { Views } from './Views';

const TYPING = 120; // ms without a key until what is typed is looked for
const SETTLED = 400; // ms without a movement until it is remembered
const AHEAD = 40; // rows read before they come into sight
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
  return (
    <div className="requests">
      <PageHead title={words.t('list.requests')} line={<Count state={state} filtered={filtered} />}>
        <Views query={query} apply={apply} />
        <ColumnsButton set={set} />
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
      {state.count > 0 && (
        <Rows words={words} query={query} change={change} pages={pages} state={state} place={place} />
      )}
    </div>
  );
}

function Count({ state, filtered }: { state: State; filtered: boolean }) {
  const words = useWords();
  const { ready, exact, count } = state;
  return (
    <span role="status" className="figures">
      {ready && exact && (filtered || count > 0)
        ? words.t(filtered ? 'list.found' : 'list.all', { count })
        : '\u00a0'}
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
        <Link href="/new/assistant" className={buttonClass('go')}>
          {words.t('nav.assistant')}
        </Link>
        <Link href="/new/form" className={buttonClass()}>
          {words.t('nav.create')}
        </Link>
      </Empty>
    );
  const title = query.text ? words.t('list.noMatch', { query: query.text }) : words.t('list.noMatchFilters');
  const late = query.text !== '' && reading;
  return (
    <Empty title={title} hint={words.t(late ? 'list.noMatchReading' : 'list.noMatchHint')}>
      <Button onPress={clear}>{words.t('list.clear')}</Button>
    </Empty>
  );
}

// useQuery is what is asked for: what is being typed, and the rest, which stands
// in the place. change changes a part of the rest, apply all of it.
function useQuery(who: string, text: string, search: string) {
  const [, go] = useLocation();
  const [first] = useState(() => text || (entryOf(who)?.text ?? ''));
  const [begun, setBegun] = useState(false);
  const present = useLookedFor();
  const typed = begun ? present : first;
  useLayoutEffect(() => {
    lookFor(first);
    setBegun(true);
    return () => lookFor('');
  }, [first]);
  const asked = useDelayed(typed.trim(), TYPING);
  const query = useMemo(() => queryAt(search, asked), [search, asked]);

  const goTo = useCallback(
    (q: Query, typed: string) => {
      const list = { who, text: typed, top: 0, index: 0, id: '' };
      go(placeOfQuery({ ...q, text: '' }), { replace: true, state: { ...history.state, list } });
    },
    [go, who],
  );
  // What somebody looks for does not stay in the address.
  useEffect(() => {
    if (!text) return;
    lookFor(text);
    goTo(queryAt(search), text);
  }, [text, search, goTo]);
  // Whoever comes here anew, or back, finds what belongs to that.
  useEffect(() => {
    const adopt = () => {
      if (isHere() && !text) lookFor(entryOf(who)?.text ?? '');
    };
    const kinds = ['hashchange', 'popstate'];
    for (const kind of kinds) addEventListener(kind, adopt);
    return () => {
      for (const kind of kinds) removeEventListener(kind, adopt);
    };
  }, [who, text]);

  const change = (part: Partial<Query>) => goTo({ ...query, ...part }, typed);
  const apply = (q: Query) => {
    lookFor(q.text);
    goTo(q, q.text);
  };
  return [typed, query, change, apply] as const;
}

interface Position {
  active: number;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
  onRange: (first: number, last: number) => void;
  onScroll: () => void;
  handle: React.RefObject<GridHandle | null>;
}

// usePosition is where somebody is in the list: which row is in use and how far
// down they have scrolled. It is theirs on the way back, and rows that move when
// something changes do not move away under them.
function usePosition(who: string, typed: string, pages: Pages, state: State, key: string): Position {
  const [, go] = useLocation();
  const handle = useRef<GridHandle>(null);
  const [before] = useState(() => entryOf(who));
  const [active, setActive] = useState(before?.index ?? 0);
  const row = useRef({ index: active, id: before?.id ?? '' });
  const top = useRef({ index: 0, id: '' }); // the first row in sight

  const save = useRef(() => {});
  useEffect(() => {
    save.current = () => remember({ who, text: typed, top: handle.current?.top() ?? 0, ...row.current });
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => save.current(), SETTLED);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of what is typed
  useEffect(later, [typed, later]);

  const onActive = useCallback(
    (index: number) => {
      row.current = { index, id: pages.at(index)?.id ?? '' };
      setActive(index);
      later();
    },
    [pages, later],
  );
  const onOpen = (index: number) => {
    const item = pages.at(index);
    if (!item) return;
    row.current = { index, id: item.id };
    clearTimeout(timer.current);
    save.current();
    go(placeOf(item), { state: { from: 'list' } });
  };
  const onRange = useCallback(
    (first: number, last: number) => {
      pages.want(Math.max(0, first - AHEAD), Math.min(last + AHEAD, pages.snapshot().count));
      top.current = { index: first, id: pages.at(first)?.id ?? '' };
    },
    [pages],
  );

  // Back to the row that one came from, once it is there.
  const restored = useRef(false);
  useEffect(() => {
    if (restored.current || state.count === 0) return;
    restored.current = true;
    if (!before?.id) return;
    handle.current?.goTo(before.index, before.top);
  }, [state.count, before]);

  // Another list begins at its top.
  const shown = useRef(key);
  useLayoutEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    row.current = { index: 0, id: '' };
    top.current = { index: 0, id: '' };
    setActive(0);
    handle.current?.toTop();
  }, [key]);

  // What was read anew may have moved.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with every answer
  useLayoutEffect(() => {
    const seen = top.current;
    const now = seen.id && seen.index > 0 ? pages.find(seen.id, seen.index) : -1;
    if (now > 0 && now !== seen.index) handle.current?.shift(now - seen.index);
    else if (!seen.id) seen.id = pages.at(seen.index)?.id ?? '';
    const used = row.current;
    const at = used.id ? pages.find(used.id, used.index) : -1;
    if (at >= 0 && at !== used.index) {
      row.current = { index: at, id: used.id };
      setActive(at);
    } else if (at < 0) row.current = { index: used.index, id: pages.at(used.index)?.id ?? '' };
  }, [state, pages]);

  return { active, onActive, onOpen, onRange, onScroll: later, handle };
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
  const shown = useMemo(() => chosen(wanted, person), [wanted, person]);
  const heads = narrow ? [] : shown.map((c) => headOf(words, c, query.sort, query.up));
  // A row is drawn anew only if it has changed.
  const made = useMemo(() => {
    const rows = new WeakMap<Item, GridRow>();
    return (item: Item) => {
      let row = rows.get(item);
      if (!row) {
        row = narrow ? cardOf(words, item) : rowOf(words, shown, item);
        rows.set(item, row);
      }
      return row;
    };
  }, [words, shown, narrow]);
  const sort = (name: string) => {
    const column = allColumns.find((c) => c.key === name);
    const by = column?.sort ?? 'updated';
    const same = by === (query.sort || 'updated');
    change({ sort: by, up: same ? !query.up : (column?.up ?? false) });
  };
  return (
    <section className="card list-grid" aria-label={words.t('list.requests')}>
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
        onRange={place.onRange}
        onScroll={place.onScroll}
        coming={words.t('list.coming')}
        handle={place.handle}
      />
    </section>
  );
}

const narrowWindow = () => matchMedia('(max-width: 760px)');

function followWidth(run: () => void): () => void {
  const media = narrowWindow();
  media.addEventListener('change', run);
  return () => media.removeEventListener('change', run);
}

// useNarrow tells whether there is no room for columns, as lists.css and
// shell.css do.
export function useNarrow(): boolean {
  return useSyncExternalStore(followWidth, () => narrowWindow().matches);
}
