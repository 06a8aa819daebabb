import { useState, useSyncExternalStore } from 'react';
import { type CallError, parseError } from './call';
import { onChanged, type Topic } from './events';

export interface Snapshot<T> {
  data: T | undefined;
  error: CallError | undefined; // of the last attempt; data is what was read before, unless it is not there now or was somebody else's
}

// Read is something that the program tells, kept current: it is read when it is
// first needed and again whenever one of its topics changes. Answers that come
// out of order are no matter, since one read runs at a time.
export class Read<T> {
  private state: Snapshot<T> = { data: undefined, error: undefined };
  private readonly watchers = new Set<() => void>();
  private reading = false;
  private run = Promise.resolve();
  private again = false;
  private old = false; // what is shown was read for somebody who has left
  private stop: (() => void) | undefined;
  private readonly fn: () => Promise<T>;
  private readonly topics: readonly Topic[];

  constructor(fn: () => Promise<T>, topics: readonly Topic[]) {
    this.fn = fn;
    this.topics = topics;
  }

  readonly snapshot = (): Snapshot<T> => this.state;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    this.start();
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) {
        this.stop?.();
        this.stop = undefined;
      }
    };
  };

  // start follows the topics and reads; to be called early for what the first
  // page needs.
  start(): void {
    if (this.stop) return;
    this.stop = onChanged((topic) => {
      if (this.topics.includes(topic)) void this.refresh();
    });
    void this.refresh();
  }

  // refresh reads anew, and ends when what is shown is no older than the call.
  refresh(): Promise<void> {
    if (this.reading) this.again = true;
    else this.run = this.read();
    return this.run;
  }

  private async read(): Promise<void> {
    this.reading = true;
    do {
      this.again = false;
      const before = this.state;
      let next: Snapshot<T>;
      try {
        next = { data: await this.fn(), error: undefined };
        if (!this.again) this.old = false;
      } catch (reason) {
        const error = parseError(reason);
        const gone = error.code === 'not-found' || this.old;
        next = { data: gone ? undefined : before.data, error };
      }
      // What was set meanwhile is newer than this answer.
      if (this.state !== before) continue;
      this.show(next);
    } while (this.again);
    this.reading = false;
  }

  // forget empties it, since it was read for somebody who has left; shown: once
  // it has been read anew, or cannot be.
  forget(shown = false): void {
    this.old = true;
    if (!shown) this.show({ data: undefined, error: undefined });
    if (this.followed || this.reading) void this.refresh();
  }

  get followed(): boolean {
    return this.stop !== undefined;
  }

  // set shows a value that is known before the program has told it.
  set(data: T): void {
    this.show({ data, error: undefined });
  }

  private show(next: Snapshot<T>): void {
    this.state = next;
    for (const w of [...this.watchers]) w();
  }
}

export function useShared<T>(read: Read<T>): Snapshot<T> & { refresh: () => Promise<void> } {
  const snapshot = useSyncExternalStore(read.subscribe, read.snapshot);
  return { ...snapshot, refresh: () => read.refresh() };
}

// useRead reads something for one page; key says what it is about. With another
// key the component has to be another one (a React key), or it shows the old.
export function useRead<T>(fn: () => Promise<T>, topics: readonly Topic[]): ReturnType<typeof useShared<T>> {
  const [read] = useState(() => new Read(fn, topics));
  return useShared(read);
}
