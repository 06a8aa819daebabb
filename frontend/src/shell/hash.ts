import { useSyncExternalStore } from 'react';

// The place of the window stands behind the hash of its address, and what is asked
// of it behind a question mark there: /requests?state=waiting. The library's own
// hook would put that part before the hash, where it stays when one goes elsewhere.

const told = ['hashchange', 'popstate'];

function follow(run: () => void): () => void {
  for (const kind of told) addEventListener(kind, run);
  return () => {
    for (const kind of told) removeEventListener(kind, run);
  };
}

const parts = () => location.hash.replace(/^#?\/?/, '').split('?');

function navigate(to: string, { replace = false, state = null as unknown } = {}): void {
  const oldURL = location.href;
  history[replace ? 'replaceState' : 'pushState'](state, '', `#/${to.replace(/^#?\/?/, '')}`);
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }));
}

// useHash is where the window is, and how to go elsewhere.
export function useHash(): [string, typeof navigate] {
  return [useSyncExternalStore(follow, () => `/${parts()[0]}`), navigate];
}
useHash.hrefs = (href: string) => `#${href}`;
useHash.searchHook = useSearch;

// useSearch is the part behind the question mark, as it stands there.
export function useSearch(): string {
  return useSyncExternalStore(follow, () => parts().slice(1).join('?'));
}
