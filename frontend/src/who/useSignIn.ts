import { useCallback, useEffect, useRef, useState } from 'react';
import { codeOf, type Person, session } from '../bridge';
import { useToast } from '../ui';
import { changePerson } from './change';

export interface SignIn {
  failure: string; // a code; empty while it is under way
  start: () => void; // again, after a failure
}

// useSignIn has somebody sign in in the browser as long as whatever uses it is
// shown. Whoever comes back is at the desk, however late: the window shows what is
// theirs. own: the dialog that is open has it done; else the mask.
export function useSignIn(expected: string, onDone: (person: Person) => void, own = false): SignIn {
  const toast = useToast();
  const [failure, setFailure] = useState('');
  const here = useRef(false);
  const underWay = useRef(false);
  const done = useRef(onDone);
  done.current = onDone;

  const start = useCallback(async () => {
    if (underWay.current) return;
    underWay.current = true;
    setFailure('');
    try {
      const person = await changePerson(
        () => session.signIn(),
        own ? { back: expected, own } : { aside: true },
      );
      // What opens their part of the desk the mask asks; that another one has come
      // than was expected is worth more than a line.
      if (!person.locked && (!expected || person.id === expected))
        toast((w) => w.t('signIn.done', { name: person.name }), { lasts: true, about: 'session' });
      if (here.current) done.current(person);
    } catch (reason) {
      if (here.current) setFailure(codeOf(reason));
    } finally {
      underWay.current = false;
    }
  }, [expected, own, toast]);

  useEffect(() => {
    here.current = true;
    void start();
    return () => {
      here.current = false;
      if (underWay.current) void session.cancelSignIn().catch(() => {});
    };
  }, [start]);
  return { failure, start: () => void start() };
}
