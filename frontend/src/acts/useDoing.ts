import { useRef, useState } from 'react';
import { type ActKind, CallError, acts as calls, codeOf, reads } from '../bridge';
import { sentenceOf } from '../request';
import { type Key, useWords, type Words } from '../text';
import { type Undone, useToast } from '../ui';
import { newActID } from './id';

export interface Doing {
  busy: string; // kind or id of what is under way, empty if nothing is
  failure: string; // a sentence
  kept: () => boolean; // it was refused for what the reason says
  settle: () => void; // it has been read
  run: (kind: ActKind, text?: string, watchers?: string[]) => Promise<boolean>; // whether it is queued
  takeBack: (id: string) => Promise<boolean>;
  drop: (id: string) => Promise<boolean>;
}

// useDoing does something with a request, one thing at a time. shown ends when the
// page shows what has come of it: before, nothing else is begun.
export function useDoing(request: string, shown: () => Promise<unknown>): Doing {
  const words = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState('');
  const running = useRef(false); // a second click comes before anything is drawn
  const kept = useRef(false);
  const [failure, setFailure] = useState<(words: Words) => string>();

  const begin = async (what: string, act: () => Promise<unknown>, notNow: Key): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    kept.current = false;
    setBusy(what);
    setFailure(undefined);
    try {
      await act();
      return true;
    } catch (reason) {
      const code = codeOf(reason);
      const found = reason instanceof CallError && reason.problems.find((p) => p.field === 'reason');
      kept.current = Boolean(found);
      setFailure(() => (w: Words) => {
        if (found) return sentenceOf(w, found);
        return code === 'not-now' || code === 'not-found' ? w.t(notNow) : w.error(code);
      });
      return false;
    } finally {
      await shown().catch(() => {});
      running.current = false;
      setBusy('');
    }
  };

  const takeBack = (id: string) => begin(id, () => calls.takeBack(id), 'acts.tooLate');

  const run = async (kind: ActKind, text = '', watchers: string[] = []): Promise<boolean> => {
    const id = newActID();
    const once = () => calls.do(request, id, kind, text, watchers);
    const again = (reason: unknown) => {
      if (codeOf(reason) !== 'timeout') throw reason;
      return once(); // the same id is the same act
    };
    const done = await begin(kind, () => once().catch(again), 'acts.notHere');
    // With the portal there it has left before anybody could take it back.
    if (!done || reads.status.snapshot().data?.connection === 'online') return done;
    toast((w) => w.t('acts.queued', { kind }), {
      about: `${request} ${kind}`,
      undo: () => undo(id),
    });
    return true;
  };

  // The page may be another one when somebody undoes an act.
  const undo = async (id: string): Promise<Undone> => {
    try {
      await calls.takeBack(id);
      return 'done';
    } catch (reason) {
      const late = ['not-now', 'not-found'].includes(codeOf(reason));
      toast((w) => (late ? w.t('acts.tooLate') : w.error(codeOf(reason))));
      return late ? 'never' : 'later';
    }
  };

  return {
    busy,
    failure: failure?.(words) ?? '',
    kept: () => kept.current,
    settle: () => setFailure(undefined),
    run,
    takeBack,
    drop: (id) => begin(id, () => calls.drop(id), 'acts.notHere'),
  };
}
