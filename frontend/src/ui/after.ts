import { type RefObject, useLayoutEffect, useRef } from 'react';

// afterDialog runs something once a dialog that closes has given back the focus.
export function afterDialog(run: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(run));
}

// focusPage gives the focus to the page as a whole, where what had it goes.
export function focusPage(): void {
  document.querySelector<HTMLElement>('h1')?.focus();
}

// focusBack gives the focus to what had it before, or to the page where that has gone
// or was nothing.
export function focusBack(from: Element | null): void {
  if (from instanceof HTMLElement && from.isConnected && from !== document.body)
    from.focus({ preventScroll: true });
  else focusPage();
}

// focusFault gives the focus to the first field that is said to be wrong, once it is: of the
// dialog that is open, if one is.
export function focusFault(): void {
  requestAnimationFrame(() => {
    const place = [...document.querySelectorAll(DIALOG)].at(-1) ?? document;
    place.querySelector<HTMLElement>('input[aria-invalid=true], textarea[aria-invalid=true]')?.focus();
  });
}

// useLeaving has a part of the window that goes with the focus in it give the focus on,
// whatever makes it go. A dialog keeps it by itself.
export function useLeaving(box: RefObject<HTMLElement | null>, give: () => void = focusPage): void {
  const now = useRef(give);
  now.current = give;
  useLayoutEffect(() => {
    const own = box.current;
    return () => {
      if (own?.contains(document.activeElement) && !own.closest(DIALOG)) now.current();
    };
  }, [box]);
}

const DIALOG = '[role=dialog], [role=alertdialog], dialog';
