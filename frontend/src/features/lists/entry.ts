// What a list looked like when somebody left it stands with its entry in the
// window's history, so that they find it again on the way back. What was typed to
// be looked for stands there too and not in the address: it is for one person.

export interface Entry {
  who: string;
  text: string;
  top: number; // px
  index: number; // of the row that was in use
  id: string;
}

export function entryOf(who: string): Entry | undefined {
  const entry = (history.state as { list?: Entry } | null)?.list;
  return entry?.who === who ? entry : undefined;
}

// isHere tells whether the window still shows the list: another page has an entry
// of its own.
export function isHere(): boolean {
  return /^#?\/?requests([/?]|$)/.test(location.hash);
}

export function remember(entry: Entry): void {
  if (!isHere()) return;
  try {
    history.replaceState({ ...history.state, list: entry }, '');
  } catch {
    // Some engines take only so many in a while; the next one tells it all again.
  }
}
