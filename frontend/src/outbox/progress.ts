// How fast the bytes of a file travel and how long they still take, from what
// the program tells about every tenth of a second. Pure: times come from
// outside, in ms.

const WINDOW = 5000; // ms over which the speed is measured
const SURE = 1000; // ms of travelling before a speed means something
const SETTLED = 2500; // ms before the time that is left does
const GAP = 4000; // ms of silence after which it goes on rather than continues
const BREAK = 1000; // the same, if what was sent last has to be sent again
const TOLD = 6000; // ms in which it is said that it goes on
const FIRST = 256 * 1024; // bytes that may be read before the first word of them

interface Sample {
  at: number;
  done: number; // bytes
}

// Track is what was heard of one file.
export interface Track {
  total: number;
  from: Sample; // where this stretch of the way began
  resumed: boolean; // it did not begin at the first byte
  samples: Sample[]; // of the last WINDOW, the oldest first; never empty
  low?: Sample; // behind what was heard before: late, or the beginning of a new stretch
  over?: boolean; // the attempt is over: what comes is of another one
}

// heard adds what the program told. joined: it may have travelled before anybody
// listened, so that nothing is known of where it began.
export function heard(
  before: Track | undefined,
  event: { done: number; total: number },
  at: number,
  joined = false,
): Track {
  const sample = { at, done: Math.min(Math.max(event.done, 0), event.total) };
  const last = before?.samples.at(-1);
  if (!before || !last || before.total !== event.total) return stretch([sample], event.total, !joined);
  const silence = sample.done > last.done ? GAP : BREAK;
  if (before.over || at - last.at >= silence) return stretch([sample], event.total, true);
  if (sample.done >= last.done) {
    const samples = before.samples.filter((s) => s.at >= at - WINDOW);
    return { ...before, samples: [...samples, sample], low: undefined };
  }
  // One that is behind came late. A second one behind the last shows that the
  // portal has less than was thought, and that it goes on from there.
  if (before.low && sample.done >= before.low.done) return stretch([before.low, sample], event.total, true);
  return { ...before, low: sample };
}

function stretch(samples: [Sample, ...Sample[]], total: number, known: boolean): Track {
  const [from] = samples;
  return { total, from, samples, resumed: known && from.done > FIRST && from.done < total };
}

// Progress is what is shown of one file.
export interface Progress {
  done: number; // bytes
  total: number;
  share: number; // 0 to 1
  speed: number | undefined; // bytes per second, undefined as long as it is not known
  left: number | undefined; // seconds
  resumed: number | undefined; // share from which it has just gone on
  state: 'moving' | 'paused' | 'checking';
}

// progressOf is what a track looks like at that moment.
export function progressOf(track: Track, now: number): Progress {
  const { total, from, samples } = track;
  const last = samples.at(-1) ?? from;
  const { done } = last;
  const share = shareOf(done, total);
  const told = track.resumed && now - from.at < TOLD ? shareOf(from.done, total) : undefined;
  const still = { done, total, share, speed: undefined, left: undefined, resumed: told };
  if (done >= total) return { ...still, resumed: undefined, state: 'checking' };
  if (now - last.at >= WINDOW) return { ...still, speed: 0, state: 'paused' };
  const first = samples.find((s) => s.at >= now - WINDOW) ?? last;
  // Silence slows it down: from a while on it is part of the time.
  const end = now - last.at > SURE ? now : last.at;
  if (end - first.at < SURE) return { ...still, state: 'moving' };
  const speed = ((done - first.done) * 1000) / (end - first.at);
  const left = speed > 0 && now - from.at >= SETTLED ? (total - done) / speed : undefined;
  return { ...still, speed, left, state: 'moving' };
}

function shareOf(done: number, total: number): number {
  return total > 0 ? Math.min(1, done / total) : 1;
}

// Part is one file of a request on its way.
export interface Part {
  state: 'done' | 'moving' | 'next';
  progress?: Progress;
}

// partsOf tells how far each file is. They travel one after the other, so those
// before the one that moves are at the portal already.
export function partsOf(
  files: { id: string; size: number }[],
  moving: ReadonlyMap<string, Progress>,
): { parts: Part[]; share: number } {
  const at = files.findLastIndex((f) => moving.has(f.id));
  const parts = files.map((f, i): Part => {
    if (i < at) return { state: 'done' };
    const progress = moving.get(f.id);
    return progress ? { state: 'moving', progress } : { state: 'next' };
  });
  const total = files.reduce((sum, f) => sum + f.size, 0);
  const done = files.reduce((sum, f, i) => {
    const { state, progress } = parts[i] ?? { state: 'next' };
    return sum + (state === 'done' ? f.size : (progress?.done ?? 0));
  }, 0);
  return { parts, share: shareOf(done, total) };
}
