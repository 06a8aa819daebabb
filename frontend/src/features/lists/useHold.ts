import { type RefObject, useCallback, useEffect, useRef } from 'react';
import type { Pages } from './pages';

// useHold keeps the rows of a list where they are while somebody points at one, has
// the keyboard among them, or has scrolled down to them: nobody opens another request
// than the one they see. It returns how to tell that they have scrolled.
export function useHold(pages: Pages, box: RefObject<HTMLElement | null>): (scrolled: boolean) => void {
  const why = useRef({ pointer: false, focus: false, scrolled: false });
  const tell = useCallback(
    (part: Partial<typeof why.current>) => {
      Object.assign(why.current, part);
      pages.hold(Object.values(why.current).includes(true));
    },
    [pages],
  );
  useEffect(() => {
    const at = box.current;
    const page = at?.parentElement;
    if (!at || !page) return;
    // While something waits they may be on the way to what says so, beside the rows.
    const waits = () => pages.snapshot().behind;
    const begun = new AbortController();
    const on = <T extends Event>(e: Element, kind: string, act: (event: T) => void) =>
      e.addEventListener(kind, act as EventListener, { signal: begun.signal });
    on(at, 'pointerenter', () => tell({ pointer: true }));
    on(at, 'pointerleave', () => waits() || tell({ pointer: false }));
    on(page, 'pointerleave', () => tell({ pointer: false }));
    on(at, 'focusin', () => tell({ focus: true }));
    on(page, 'focusout', ({ relatedTarget: to }: FocusEvent) => {
      const near = to instanceof Element && (at.contains(to) || (waits() && to.closest('.list-news')));
      if (!near) tell({ focus: false });
    });
    tell({ focus: at.contains(document.activeElement) });
    return () => {
      begun.abort();
      pages.hold(false);
    };
  }, [tell, pages, box]);
  return useCallback((scrolled: boolean) => tell({ scrolled }), [tell]);
}
