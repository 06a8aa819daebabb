import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useLocation } from 'wouter';
import { placeOf } from '../../request';
import type { GridHandle } from '../../ui';
import { entryOf, remember } from './entry';
import type { Pages, State } from './pages';

const SETTLED = 400; // ms without a movement until it is remembered
const AHEAD = 40; // rows read before they come into sight

interface Place {
  index: number;
  id: string;
}

export interface Position {
  active: number;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
  onRange: (first: number, last: number) => void;
  onScroll: () => void;
  focus: (first: boolean) => void; // the first row, or the one in use
  handle: RefObject<GridHandle | null>;
}

// usePosition is where somebody is in the list: which row is in use and how far
// down they have scrolled. It is theirs on the way back, and rows that move when
// something changes do not move away under them.
export function usePosition(who: string, typed: string, pages: Pages, state: State, key: string): Position {
  const [, go] = useLocation();
  const handle = useRef<GridHandle>(null);
  const [before] = useState(() => entryOf(who));
  const [active, setActive] = useState(before?.index ?? 0);
  const row = useRef<Place>({ index: active, id: before?.id ?? '' });
  const top = useRef<Place>({ index: 0, id: '' }); // the first row in sight

  const { now, later } = useRemembering({ who, typed, handle, row });

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
    now();
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

  const focus = (first: boolean) => {
    if (first) {
      row.current = { index: 0, id: pages.at(0)?.id ?? '' };
      flushSync(() => setActive(0)); // or it is not drawn
    }
    const top = first ? 0 : (handle.current?.top() ?? 0);
    handle.current?.goTo(row.current.index, top);
  };

  useMoves(pages, state, { handle, row, top }, setActive);
  return { active, onActive, onOpen, onRange, onScroll: later, focus, handle };
}

// useRemembering keeps where one is with the window's history: now, or once it has
// not changed for a while.
function useRemembering(at: {
  who: string;
  typed: string;
  handle: RefObject<GridHandle | null>;
  row: RefObject<Place>;
}) {
  const { who, typed, handle, row } = at;
  const save = useRef(() => {});
  useEffect(() => {
    save.current = () => remember({ who, text: typed, top: handle.current?.top() ?? 0, ...row.current });
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const now = useCallback(() => {
    clearTimeout(timer.current);
    save.current();
  }, []);
  const later = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => save.current(), SETTLED);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of what is typed
  useEffect(later, [typed, later]);
  return { now, later };
}

// useMoves follows the rows that move when something is read anew: the one in use,
// and the first one in sight, which stays where it is on the screen.
function useMoves(
  pages: Pages,
  state: State,
  at: { handle: RefObject<GridHandle | null>; row: RefObject<Place>; top: RefObject<Place> },
  setActive: (index: number) => void,
): void {
  const { handle, row, top } = at;
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
}
