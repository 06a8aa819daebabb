import { useSyncExternalStore } from 'react';

// What of the help is open above the page.
export type Shown = 'guide' | 'tour' | undefined;

let shown: Shown;
const listeners = new Set<() => void>();

function show(what: Shown): void {
  shown = what;
  for (const listener of listeners) listener();
}

export const openGuide = () => show('guide');
export const startTour = () => show('tour');
export const closeHelp = () => show(undefined);

const follow = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function useShown(): Shown {
  return useSyncExternalStore(follow, () => shown);
}
