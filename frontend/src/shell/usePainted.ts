import { useLayoutEffect, useSyncExternalStore } from 'react';
import { host, type Read, reads } from '../bridge';

let painted = false;

// usePainted tells the program once that the first page is on the screen, whichever it
// is: how long that took, and that a new program has come up well. A page that says why
// nothing can be read is none.
export function usePainted(): void {
  const person = useIsRead(reads.person);
  const latest = useIsRead(reads.latest);
  const ready = person && latest;
  // The second frame from here comes when the first has been painted.
  useLayoutEffect(() => {
    if (!ready || painted) return;
    painted = true;
    requestAnimationFrame(() => requestAnimationFrame(() => void host.painted().catch(() => {})));
  }, [ready]);
}

// useIsRead draws the page anew only once it is: what is read says more with each save,
// and all places are drawn from here.
function useIsRead<T>(read: Read<T>): boolean {
  return useSyncExternalStore(read.subscribe, () => read.snapshot().data !== undefined);
}
