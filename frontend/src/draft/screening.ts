import { useCallback, useEffect, useRef, useState } from 'react';
import {
  CallError,
  type Candidate,
  codeOf,
  guard,
  onScreening,
  type Problem,
  type Screened,
  upload,
} from '../bridge';
import type { Incoming } from './incoming';

// What is known of a file before it is confirmed: its bytes go to the program if only
// the window has them, the guard looks at it there, and pages that are pictures of
// text are recognised here.
export type Look =
  | { phase: 'waiting' }
  | { phase: 'sending' | 'reading' | 'recognising'; done: number; total: number }
  | { phase: 'seen'; screened: Screened }
  | { phase: 'refused'; problem: Problem };

// Recognise reads the text of a picture at an address.
export type Recognise = (
  address: string,
  signal: AbortSignal,
) => Promise<{ text: string; readable: boolean }>;

// MOST is how many pages are recognised: one takes a second or so, and whoever scans
// more than that knows what it is.
export const MOST = 20;
const AT_A_TIME = 2;

const unreadable: Problem = { field: 'files', step: 'files', code: 'unreadable', max: 0, min: 0, actual: 0 };

// screenOne looks at one file and tells how far it is. What cannot be recognised stays
// among the pages that were not looked at.
export async function screenOne(
  candidate: Candidate,
  bytes: Blob | undefined,
  recognise: Recognise | undefined,
  tell: (look: Look) => void,
  signal: AbortSignal,
  skip: AbortSignal,
): Promise<void> {
  const { token } = candidate;
  try {
    if (bytes) {
      tell({ phase: 'sending', done: 0, total: candidate.size });
      await upload(token, bytes, (done) => tell({ phase: 'sending', done, total: candidate.size }), signal);
    }
    tell({ phase: 'reading', done: 0, total: 0 });
    let screened = await guard.screen(token);
    if (recognise && !skip.aborted) screened = await recognisePages(screened, recognise, tell, signal, skip);
    tell(screened.problem ? { phase: 'refused', problem: screened.problem } : { phase: 'seen', screened });
  } catch (reason) {
    if (signal.aborted) return;
    const problem = reason instanceof CallError ? reason.problems[0] : undefined;
    tell({ phase: 'refused', problem: problem ?? { ...unreadable, code: known(codeOf(reason)) } });
  }
}

// known is the code of a problem for a call that failed.
function known(code: string): string {
  return code === 'disk-full' ? 'storage-full' : 'unreadable';
}

// recognisePages reads the pages that are pictures of text.
export async function recognisePages(
  screened: Screened,
  recognise: Recognise,
  tell: (look: Look) => void,
  signal: AbortSignal,
  skip: AbortSignal,
): Promise<Screened> {
  const pages = screened.scans.slice(0, MOST);
  const either = AbortSignal.any([signal, skip]);
  for (const [done, page] of pages.entries()) {
    tell({ phase: 'recognising', done, total: pages.length });
    try {
      const { text, readable } = await recognise(guard.page(screened.token, page), either);
      screened = await guard.recognised(screened.token, page, text, readable);
    } catch {
      if (either.aborted) return screened; // the rest is said not to have been looked at
      screened = await guard.recognised(screened.token, page, '', false);
    }
  }
  return screened;
}

// useScreening looks at all files of a pop-up, a few at a time.
export function useScreening(incoming: Incoming, recognise?: Recognise) {
  const [looks, setLooks] = useState<Record<string, Look>>({});
  const ended = useRef(new AbortController());
  const skipped = useRef(new AbortController());
  const all = useRef<Promise<void>>(Promise.resolve());
  // As they are now: what is shown follows a moment later, and must not decide.
  const latest = useRef(looks);

  const tell = useCallback((token: string, look: Look) => {
    if (ended.current.signal.aborted) return;
    latest.current = { ...latest.current, [token]: look };
    setLooks(latest.current);
  }, []);

  useEffect(() => {
    const { signal } = ended.current;
    const waiting = incoming.candidates.filter((c) => !c.problem);
    const next = async (): Promise<void> => {
      for (let c = waiting.shift(); c && !signal.aborted; c = waiting.shift()) {
        const { token } = c;
        const told = (look: Look) => tell(token, look);
        await screenOne(c, incoming.bytes.get(token), recognise, told, signal, skipped.current.signal);
      }
    };
    all.current = Promise.all(Array.from({ length: AT_A_TIME }, next)).then(() => {});
    return onScreening(({ token, done, total }) => {
      if (latest.current[token]?.phase === 'reading') tell(token, { phase: 'reading', done, total });
    });
  }, [incoming, recognise, tell]);

  useEffect(() => {
    const controller = ended.current;
    return () => controller.abort();
  }, []);

  // change makes another copy of a file leave, and looks at that. If none can be made,
  // what was there leaves.
  const change = useCallback(
    (token: string, make: () => Promise<Screened>) => {
      const before = latest.current[token];
      const told = (look: Look) => tell(token, look);
      const made = async () => {
        told({ phase: 'reading', done: 0, total: 0 });
        let screened: Screened;
        try {
          screened = await make();
        } catch (reason) {
          if (before) told(before);
          throw reason;
        }
        const { signal } = ended.current;
        if (recognise)
          screened = await recognisePages(screened, recognise, told, signal, skipped.current.signal);
        told({ phase: 'seen', screened });
      };
      const done = made();
      const others = all.current;
      all.current = done.then(
        () => others,
        () => others,
      );
      return done;
    },
    [recognise, tell],
  );

  // skip ends the looking: what was not seen until then is said so.
  const skip = useCallback(() => {
    skipped.current.abort();
    for (const c of incoming.candidates) if (!c.problem) void guard.stop(c.token).catch(() => {});
  }, [incoming]);

  return {
    looks,
    now: () => latest.current,
    settled: () => all.current,
    change,
    skip,
    stop: () => ended.current.abort(),
  };
}
