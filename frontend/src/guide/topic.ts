import { useLayoutEffect, useSyncExternalStore } from 'react';

// What help is given about: the screen that is open.
export const topics = [
  'home',
  'start',
  'assistant',
  'form',
  'sent',
  'requests',
  'request',
  'drafts',
  'outbox',
  'dashboard',
  'contracts',
  'privacy',
  'diagnosis',
] as const;

export type Topic = (typeof topics)[number];

// A page that is one of several at its place says which.
const told: Topic[] = [];
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

// useTopic says what the screen is about, as long as it is there.
export function useTopic(topic: Topic): void {
  useLayoutEffect(() => {
    told.push(topic);
    tell();
    return () => {
      told.splice(told.lastIndexOf(topic), 1);
      tell();
    };
  }, [topic]);
}

const follow = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

const ofPlace: [start: string, topic: Topic][] = [
  ['/start', 'start'],
  ['/sent/', 'sent'],
  ['/requests', 'requests'],
  ['/request/', 'request'],
  ['/drafts', 'drafts'],
  ['/draft/', 'form'],
  ['/outbox', 'outbox'],
  ['/dashboard', 'dashboard'],
  ['/contracts', 'contracts'],
  ['/privacy', 'privacy'],
  ['/help', 'diagnosis'],
];

// topicOf is what a place is about; what it says itself goes before.
export function topicOf(place: string, said: Topic | undefined): Topic {
  return said ?? ofPlace.find(([start]) => place.startsWith(start))?.[1] ?? 'home';
}

// useTopicOf follows what the window is about.
export function useTopicOf(place: string): Topic {
  return topicOf(
    place,
    useSyncExternalStore(follow, () => told.at(-1)),
  );
}
