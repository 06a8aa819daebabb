import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

// What of a grid's rows is in sight, and which of them has the focus.

type Box = RefObject<HTMLElement | null>;

export interface Span {
  first: number;
  last: number;
}

// useSight tells which rows are in sight; look finds out at once.
export function useSight(box: Box, body: Box, count: number, rowHeight: number) {
  const [span, setSpan] = useState<Span>({ first: 0, last: 20 });
  const look = useCallback(() => {
    const seen = inSight(box.current, body.current);
    if (!seen) return;
    const first = clamp(Math.floor(seen.top / rowHeight), count);
    const last = clamp(Math.floor((seen.bottom - 1) / rowHeight), count);
    setSpan((old) => (old.first === first && old.last === last ? old : { first, last }));
  }, [box, body, count, rowHeight]);

  useLayoutEffect(() => {
    look();
    const watch = new ResizeObserver(look);
    if (box.current) watch.observe(box.current);
    addEventListener('scroll', look, { capture: true, passive: true });
    addEventListener('resize', look);
    return () => {
      watch.disconnect();
      removeEventListener('scroll', look, { capture: true });
      removeEventListener('resize', look);
    };
  }, [box, look]);
  return { span, look };
}

// useRowFocus keeps the focus on the row in use; wanted: it goes along with the next
// one, which comes into sight.
export function useRowFocus(body: Box, active: number, changes: unknown[]) {
  const hasFocus = useRef(false);
  const focus = useCallback(() => {
    const row = body.current?.querySelector<HTMLElement>('[role=row][tabindex="0"]');
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  }, [body]);
  // The row that has the focus may stand elsewhere now, or be gone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when rows or their number change
  useLayoutEffect(() => {
    const at = document.activeElement;
    if (!hasFocus.current || (at !== document.body && !body.current?.contains(at))) return;
    const row = body.current?.querySelector<HTMLElement>('[role=row][tabindex="0"]');
    if (row !== at) row?.focus({ preventScroll: true });
  }, [active, ...changes]);

  const wanted = useRef(false); // the focus is to go along
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the active row is another one
  useLayoutEffect(() => {
    if (wanted.current) focus();
    wanted.current = false;
  }, [active, focus]);

  return { hasFocus, wanted, focus };
}

export function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}

// scroller is what moves the rows: the grid itself, or in a narrow window the
// whole page.
export function scroller(box: HTMLElement | null): HTMLElement {
  for (let e = box; e; e = e.parentElement) {
    const { overflowY } = getComputedStyle(e);
    if (overflowY === 'auto' || overflowY === 'scroll') return e;
  }
  return document.scrollingElement as HTMLElement;
}

// inSight is the part of the rows that can be seen, in px from the first one.
export function inSight(
  box: HTMLElement | null,
  body: HTMLElement | null,
): { top: number; bottom: number } | undefined {
  if (!box || !body) return undefined;
  const rows = body.getBoundingClientRect();
  let top = 0;
  let bottom = innerHeight;
  for (let e: HTMLElement | null = box; e; e = e.parentElement) {
    if (getComputedStyle(e).overflowY === 'visible' || e === document.documentElement) continue;
    const r = e.getBoundingClientRect();
    top = Math.max(top, r.top);
    bottom = Math.min(bottom, r.bottom);
  }
  return { top: Math.max(0, top - rows.top), bottom: Math.max(0, bottom - rows.top) };
}
