import { useEffect, useState } from 'react';
import { type Item, reads, useShared } from '../bridge';
import { useWords } from '../text';
import { nextOf, pausedAt, refusalOf, triesOf, waits, whyOf } from './waiting';

const EVERY = 20_000; // ms; what is told in minutes need not be newer

// useNow is the time, kept current.
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export interface Told {
  next: string; // what happens next, or what the person can do
  why: string; // may be empty
  tries: string; // may be empty
}

// useTale is what is told of a request that has not arrived.
export function useTale(item: Item, now: number): Told {
  const words = useWords();
  const { data: status } = useShared(reads.status);
  const connection = status?.connection ?? 'unknown';
  if (!waits(item)) {
    const { why, remedy } = refusalOf(words, item.reason);
    return { next: remedy, why, tries: '' };
  }
  // Nothing of theirs leaves before they have said so.
  if (status && status.asking > 0) return { next: words.t('next.asked'), why: '', tries: '' };
  const why = whyOf(item, connection);
  const until = status?.pausedUntil ?? '';
  return {
    next: words.t(nextOf(item, connection, pausedAt(until, now)), { time: until && words.time(until) }),
    why: why ? words.t(why) : '',
    tries: triesOf(words, item, connection, now),
  };
}
