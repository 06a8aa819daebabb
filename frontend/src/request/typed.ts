import { useSyncExternalStore } from 'react';

// What is being typed to be looked for in the list of all requests, there and in
// the head of the window.
let text = '';
const watchers = new Set<() => void>();

export function lookFor(next: string): void {
  if (next === text) return;
  text = next;
  for (const w of [...watchers]) w();
}

function follow(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useLookedFor(): string {
  return useSyncExternalStore(follow, () => text);
}
