import { useEffect, useSyncExternalStore } from 'react';

// What is being typed to be looked for in the list of all requests, there and in
// the head of the window.
let text = '';
const watchers = new Set<() => void>();

export function lookFor(next: string): void {
  if (next === text) return;
  text = next;
  for (const w of [...watchers]) w();
}

// What leads on from what is typed to what was found, as long as a list shows it.
let goOn: (() => void) | undefined;

// toFound goes to what was found.
export function toFound(): void {
  goOn?.();
}

// useToFound is how a list is gone to.
export function useToFound(go: () => void): void {
  useEffect(() => {
    goOn = go;
    return () => {
      goOn = undefined;
    };
  });
}

function follow(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useLookedFor(): string {
  return useSyncExternalStore(follow, () => text);
}
