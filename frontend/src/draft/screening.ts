import { useCallback, useEffect, useRef, useState } from 'react';
import {
  type Candidate,
  codeOf,
  either,
  guard,
  onScreening,
  type Problem,
  problemIn,
  type Screened,
  upload,
} from '../bridge';
import type { Incoming } from './incoming';

// What is known of a file before it is confirmed: its bytes go to the program if only
// the window has them, the guard looks at it there, and pages that are pictures of
// text are recognised here.
export type Look =
  | { phase: 'waiting' }
  | { phase: 'sending' | 'reading' | 'recognising'; done: number; total: number; copy?: boolean }
  | { phase: 'seen'; screened: Screened; most?: boolean } // more pages are pictures than are recognised
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
    const screened = await guard.screen(token);
    if (!recognise || skip.aborted) return tell(lookOf(screened));
    tell(await recognisePages(screened, recognise, tell, signal, skip));
  } catch (reason) {
    if (signal.aborted) return;
    tell({ phase: 'refused', problem: problemIn(reason) ?? { ...unreadable, code: known(codeOf(reason)) } });
  }
}

function lookOf(screened: Screened, most = false): Look {
  const { problem } = screened;
  return problem ? { phase: 'refused', problem } : { phase: 'seen', screened, most };
}

// known is the code of a problem for a call that failed.
function known(code: string): string {
  return code === 'disk-full' ? 'storage-full' : 'unreadable';
}

// recognisePages reads the pages that are pictures of text. What comes of a page is said
// of that page: one that is not known any more, or was not read, stays not looked at.
// Pages of which something is known come first, and all of them.
export async function recognisePages(
  screened: Screened,
  recognise: Recognise,
  tell: (look: Look) => void,
  signal: AbortSignal,
  skip: AbortSignal,
  known: number[] = [],
): Promise<Look> {
  const first = screened.scans.filter((p) => known.includes(p));
  const all = [...first, ...screened.scans.filter((p) => !known.includes(p))];
  const pages = all.slice(0, Math.max(MOST, first.length));
  const ended = either(signal, skip);
  for (const [done, page] of pages.entries()) {
    tell({ phase: 'recognising', done, total: pages.length });
    const read = await recognise(guard.page(screened.token, page), ended).catch(() => unread);
    if (ended.aborted) return lookOf(screened); // the rest is said not to have been looked at
    screened = await guard.recognised(screened.token, page, read.text, read.readable).catch(() => screened);
  }
  return lookOf(screened, pages.length < all.length);
}

const unread = { text: '', readable: false };

// skippable tells whether a file is being looked at, and nobody has to wait for it.
export function skippable(look: Look | undefined): boolean {
  if (!look || look.phase === 'waiting') return true;
  return look.phase !== 'seen' && look.phase !== 'refused' && !look.copy;
}

// useScreening looks at all files of a pop-up, a few at a time.
export function useScreening(incoming: Incoming, recognise?: Recognise) {
  const [looks, setLooks] = useState<Record<string, Look>>({});
  const ended = useRef(new AbortController());
  const waits = useRef(new Set<AbortController>()); // of what somebody may not want to wait for
  const all = useRef<Promise<void>>(Promise.resolve());
  // As they are now: what is shown follows a moment later, and must not decide.
  const latest = useRef(looks);

  const tell = useCallback((token: string, look: Look) => {
    if (ended.current.signal.aborted) return;
    latest.current = { ...latest.current, [token]: look };
    setLooks(latest.current);
  }, []);

  // waiting does something that nobody has to wait for: its signal ends it.
  const waiting = useCallback(async <T>(look: (skip: AbortSignal) => Promise<T>): Promise<T> => {
    const wait = new AbortController();
    waits.current.add(wait);
    try {
      return await look(wait.signal);
    } finally {
      waits.current.delete(wait);
    }
  }, []);

  // join has whoever waits for all of them wait for one more.
  const join = useCallback((done: Promise<void>) => {
    const others = all.current;
    all.current = done.then(
      () => others,
      () => others,
    );
  }, []);

  useEffect(() => {
    const { signal } = ended.current;
    const open = incoming.candidates.filter((c) => !c.problem);
    const next = async (skip: AbortSignal): Promise<void> => {
      for (let c = open.shift(); c && !signal.aborted; c = open.shift()) {
        const { token } = c;
        const told = (look: Look) => tell(token, look);
        await screenOne(c, incoming.bytes.get(token), recognise, told, signal, skip);
      }
    };
    join(waiting((skip) => Promise.all(Array.from({ length: AT_A_TIME }, () => next(skip)))).then(() => {}));
    return onScreening(({ token, done, total }) => {
      const look = latest.current[token];
      if (look?.phase === 'reading') tell(token, { ...look, done, total });
    });
  }, [incoming, recognise, tell, waiting, join]);

  useEffect(() => {
    const controller = ended.current;
    return () => controller.abort();
  }, []);

  // again looks at files anew that are not what they were.
  const again = useCallback(
    (tokens: string[]) => {
      for (const candidate of incoming.candidates.filter((c) => tokens.includes(c.token))) {
        const told = (look: Look) => tell(candidate.token, look);
        const { signal } = ended.current;
        join(waiting((skip) => screenOne(candidate, undefined, recognise, told, signal, skip)));
      }
    },
    [incoming, recognise, tell, waiting, join],
  );

  // change makes another copy of a file leave, and looks at that: nobody can skip it,
  // since it shows whether the copy does what it is for. If none can be made, what was
  // there leaves, with what was recognised in it.
  const change = useCallback(
    (token: string, make: () => Promise<Screened>) => {
      const told = (look: Look) => tell(token, 'done' in look ? { ...look, copy: true } : look);
      const before = latest.current[token];
      const found = before?.phase === 'seen' ? before.screened.findings : [];
      const known = found.filter((f) => f.must && f.page > 0).map((f) => f.page);
      const { signal } = ended.current;
      const look = async () => {
        told({ phase: 'reading', done: 0, total: 0 });
        let screened: Screened;
        try {
          screened = await make();
        } catch (reason) {
          // Without an answer nobody knows which copy leaves: it is asked.
          const now = await guard.screen(token).catch(() => undefined);
          told(
            now
              ? lookOf(now, before?.phase === 'seen' && before.most)
              : { phase: 'refused', problem: unreadable },
          );
          throw reason;
        }
        if (!recognise) return told(lookOf(screened));
        told(await recognisePages(screened, recognise, told, signal, signal, known));
      };
      const done = look();
      join(done);
      return done;
    },
    [recognise, tell, join],
  );

  // skip ends the first look: what was not seen until then is said so.
  const skip = useCallback(() => {
    for (const wait of waits.current) wait.abort();
    for (const c of incoming.candidates)
      if (!c.problem && skippable(latest.current[c.token])) void guard.stop(c.token).catch(() => {});
  }, [incoming]);

  // settled waits until nothing is looked at any more, what began meanwhile included.
  const settled = async () => {
    for (let waited: Promise<void> | undefined; waited !== all.current; ) {
      waited = all.current;
      await waited;
    }
  };

  return {
    looks,
    now: () => latest.current,
    settled,
    again,
    change,
    skip,
    stop: () => ended.current.abort(),
  };
}
