import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Item, onProgress } from '../bridge';
import { heard, type Progress, progressOf, type Track } from './progress';

const TICK = 500; // ms between two pictures of what is on its way
const JOINED = 1000; // ms after the beginning in which a first word may come from the middle
const OLD = 600_000; // ms after which nobody wants to know

type Shown = ReadonlyMap<string, Progress>; // by file

// Uploads keeps what is heard of files on their way, and shows it twice a
// second to who watches, however often the program speaks.
export class Uploads {
  private readonly tracks = new Map<string, Map<string, Track>>(); // by request, by file
  private readonly shown = new Map<string, Shown>();
  private readonly watchers = new Map<string, Set<() => void>>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly attempts = new Map<string, number>(); // by request
  private readonly began = performance.now();

  hear(request: string, file: string, event: { done: number; total: number }): void {
    const now = performance.now();
    const tracks = this.tracks.get(request) ?? new Map<string, Track>();
    tracks.set(file, heard(tracks.get(file), event, now, now - this.began < JOINED));
    if (!this.tracks.has(request)) {
      this.forgetOld(now);
      this.tracks.set(request, tracks);
      this.show(request, now); // the first word at once
    }
  }

  // attempt notes how often a request was tried: with another try its files go
  // on rather than continue.
  attempt(request: string, count: number): void {
    const before = this.attempts.get(request);
    this.attempts.set(request, count);
    if (before === undefined || before === count) return;
    const tracks = this.tracks.get(request);
    for (const [file, track] of tracks ?? []) tracks?.set(file, { ...track, over: true });
  }

  snapshot(request: string): Shown | undefined {
    return this.shown.get(request);
  }

  // watch tells of what changes; it returns how to stop.
  watch(request: string, watcher: () => void): () => void {
    const watchers = this.watchers.get(request) ?? new Set();
    this.watchers.set(request, watchers.add(watcher));
    this.show(request, performance.now());
    this.timer ??= setInterval(() => this.tick(), TICK);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.watchers.delete(request);
      if (this.watchers.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  private tick(): void {
    const now = performance.now();
    for (const request of this.watchers.keys()) this.show(request, now);
  }

  private show(request: string, now: number): void {
    const tracks = this.tracks.get(request);
    if (!tracks) return;
    const next = new Map([...tracks].map(([file, track]) => [file, progressOf(track, now)]));
    if (same(this.shown.get(request), next)) return;
    this.shown.set(request, next);
    for (const w of [...(this.watchers.get(request) ?? [])]) w();
  }

  private forgetOld(now: number): void {
    for (const [request, tracks] of this.tracks) {
      if ([...tracks.values()].some((t) => now - (t.samples.at(-1)?.at ?? 0) < OLD)) continue;
      this.tracks.delete(request);
      this.attempts.delete(request);
      this.shown.delete(request);
    }
  }
}

function same(a: Shown | undefined, b: Shown): boolean {
  if (a?.size !== b.size) return false;
  return [...b].every(([file, p]) => {
    const q = a.get(file);
    return q && (Object.keys(p) as (keyof Progress)[]).every((k) => p[k] === q[k]);
  });
}

const uploads = new Uploads();

// followUploads begins to listen, before anything can be on its way: only then
// is known where an upload goes on.
export function followUploads(): void {
  onProgress((p) => {
    if (p.request) uploads.hear(p.request, p.file, p);
  });
}

// useUpload is how far the files of a request or of a reply are; undefined before the first
// word of them.
export function useUpload({ id, attempts }: Pick<Item, 'id' | 'attempts'>): Shown | undefined {
  useEffect(() => uploads.attempt(id, attempts), [id, attempts]);
  const watch = useMemo(() => (watcher: () => void) => uploads.watch(id, watcher), [id]);
  return useSyncExternalStore(watch, () => uploads.snapshot(id));
}
