import { useSyncExternalStore } from 'react';
import type { Item, Known } from '../bridge';

// Asked is what somebody wants to do that a dialog is needed for.
export type Asked =
  | { kind: 'sign-in'; expected: string } // "" for whoever comes
  | { kind: 'sign-out' }
  | { kind: 'enter'; person: Known; lost?: boolean } // lost: the keyring has not got their key
  | { kind: 'pin' }
  | { kind: 'give'; item: Pick<Item, 'id' | 'draft' | 'practice'>; title: string };

let asked: Asked | undefined;
const watchers = new Set<() => void>();

// ask has the window ask it, in the place of anything else; undefined for nothing.
export function ask(what: Asked | undefined): void {
  asked = what;
  for (const w of [...watchers]) w();
}

// askedNow is what is asked at this moment.
export const askedNow = (): Asked | undefined => asked;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useAsked(): Asked | undefined {
  return useSyncExternalStore(watch, askedNow);
}
