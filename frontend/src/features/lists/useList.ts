import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { lists, onChanged, type Query, reads, type Topic } from '../../bridge';
import { Pages, type State } from './pages';

interface Kept {
  who: string;
  key: string;
  query: Query;
  pages: Pages;
  asked: number; // changes that were told before
}

// The list that was looked at last, so that whoever comes back to it finds it as
// it was. It goes with its person.
let kept: Kept | undefined;
let watching = false;

function keep(next: Kept): void {
  kept = next;
  if (watching) return;
  watching = true;
  reads.person.subscribe(() => {
    if (kept && kept.who !== (reads.person.snapshot().data?.id ?? '')) kept = undefined;
  });
}

const topics: Topic[] = ['drafts', 'requests', 'session', 'catalogue'];
const PAUSE = 300; // ms between two readings of what changes all the time

// A list asks as it is drawn, and follows what changes a moment later: what was told
// between the two is known by their count.
let changes = 0;
let counting = false;

function changesUntilNow(): number {
  if (!counting) onChanged((topic) => (topic === 'text' || topics.includes(topic)) && changes++);
  counting = true;
  return changes;
}

// useList reads what a query asks for, and shows the answer to the one before until
// then.
export function useList(who: string, query: Query): Omit<Kept, 'who' | 'asked'> & { state: State } {
  const key = JSON.stringify(query);
  const make = (): Kept => {
    if (kept?.who === who && kept.key === key) return kept;
    const asked = changesUntilNow();
    const source = {
      find: (offset: number, most: number) => lists.find(query, offset, most),
      total: () => lists.total(query),
    };
    return { who, key, query, pages: new Pages(source), asked };
  };
  const [asked, setAsked] = useState(make);
  if (asked.key !== key) setAsked(make());
  const answer = useSyncExternalStore(asked.pages.subscribe, asked.pages.snapshot);
  const [shown, setShown] = useState(asked);
  if (shown !== asked && (answer.ready || answer.failed || answer.preparing)) setShown(asked);
  const state = useSyncExternalStore(shown.pages.subscribe, shown.pages.snapshot);

  useEffect(() => {
    if (kept === asked || changesUntilNow() > asked.asked) asked.pages.refresh(true); // it may be old
    keep(asked);
  }, [asked]);
  const words = query.text !== '' || query.sort === 'subject';
  const refresh = useThrottled(useCallback(() => asked.pages.refresh(), [asked]));
  useEffect(
    () =>
      onChanged((topic) => {
        if (topics.includes(topic) || (topic === 'text' && words)) refresh();
      }),
    [refresh, words],
  );
  return { ...shown, state };
}

// useThrottled runs something at once, and then once per pause at most.
function useThrottled(run: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const again = useRef(false);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  }, [run]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    const go = () => {
      again.current = false;
      latest.current();
      timer.current = setTimeout(() => {
        timer.current = undefined;
        if (again.current) go();
      }, PAUSE);
    };
    if (timer.current === undefined) go();
    else again.current = true;
  }, []);
}

// useDelayed is a value once it has not changed for a while; an empty one at once.
export function useDelayed(value: string, ms: number): string {
  const [late, setLate] = useState(value);
  if (value === '' && late !== '') setLate('');
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return value === '' ? '' : late;
}
