import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Query } from '../../bridge';
import { lookFor, placeOfQuery, queryAt, useLookedFor } from '../../request';
import { entryOf, isHere } from './entry';
import { useDelayed } from './useList';

const TYPING = 120; // ms without a key until what is typed is looked for

// useQuery is what is asked for: what is being typed, and the rest, which stands
// in the place. change changes a part of the rest, apply all of it.
export function useQuery(who: string, text: string, search: string) {
  const [, go] = useLocation();
  const [first] = useState(() => text || (entryOf(who)?.text ?? ''));
  const [begun, setBegun] = useState(false);
  const present = useLookedFor();
  const typed = begun ? present : first;
  useLayoutEffect(() => {
    lookFor(first);
    setBegun(true);
    return () => lookFor('');
  }, [first]);
  const asked = useDelayed(typed.trim(), TYPING);
  const query = useMemo(() => queryAt(search, asked), [search, asked]);

  const goTo = useCallback(
    (q: Query, typed: string) => {
      const list = { who, text: typed, top: 0, index: 0, id: '' };
      go(placeOfQuery({ ...q, text: '' }), { replace: true, state: { ...history.state, list } });
    },
    [go, who],
  );
  // What somebody looks for does not stay in the address.
  useEffect(() => {
    if (!text) return;
    lookFor(text);
    goTo(queryAt(search), text);
  }, [text, search, goTo]);
  // Whoever comes here anew, or back, finds what belongs to that.
  useEffect(() => {
    const adopt = () => {
      if (isHere() && !text) lookFor(entryOf(who)?.text ?? '');
    };
    const kinds = ['hashchange', 'popstate'];
    for (const kind of kinds) addEventListener(kind, adopt);
    return () => {
      for (const kind of kinds) removeEventListener(kind, adopt);
    };
  }, [who, text]);

  const change = (part: Partial<Query>) => goTo({ ...query, ...part }, typed);
  const apply = (q: Query) => {
    lookFor(q.text);
    goTo(q, q.text);
  };
  return [typed, query, change, apply] as const;
}
