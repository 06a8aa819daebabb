import { greyOf } from './grey';
import type { Grey, Recognised, Told } from './wire';

export interface Wishes {
  signal: AbortSignal;
  progress(fraction: number): void; // 0 to 1
}

// Recogniser reads what is written in pictures, on this machine and nowhere else.
export interface Recogniser {
  // recognise rejects with the signal's reason once that is aborted, and with
  // Unrecognised when it cannot be done. Pictures wait for each other.
  recognise(picture: Blob | ImageBitmap, wishes: Wishes): Promise<Recognised>;
  // end gives the memory back; what is still being read is Unrecognised. Reading
  // the next picture begins anew.
  end(): void;
}

// Unrecognised is a picture that cannot be drawn, or a worker that could not be
// loaded or broke down.
export class Unrecognised extends Error {
  override name = 'Unrecognised';
}

// IDLE is how long a worker waits for another picture, in ms: it holds 100 MB or
// more, and is back in half a second.
export const IDLE = 60_000;

// LIMIT is how long nothing may be heard of a picture, in ms.
export const LIMIT = 60_000;

// What is needed of the window, so that tests can stand in for it.
export interface Means {
  worker(): Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror' | 'onmessageerror'>;
  grey(picture: Blob | ImageBitmap): Promise<Grey>;
}

const ours: Means = {
  worker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
  grey: greyOf,
};

export function recogniser(means: Means = ours): Recogniser {
  let worker: ReturnType<Means['worker']> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const ends = new Set<AbortController>(); // of what is being read or waits

  // The engine cannot be stopped within a picture: whoever stops it ends it.
  const drop = () => {
    clearTimeout(idle);
    worker?.terminate();
    worker = undefined;
  };

  const ask = (grey: Grey, { signal, progress }: Wishes) =>
    new Promise<Recognised>((done, fail) => {
      worker ??= means.worker();
      const asked = worker;
      clearTimeout(idle);
      let quiet: ReturnType<typeof setTimeout>;
      const over = () => {
        clearTimeout(quiet);
        signal.removeEventListener('abort', stop);
        asked.onmessage = asked.onerror = asked.onmessageerror = null;
      };
      const give = (why: unknown) => {
        over();
        drop();
        fail(why);
      };
      const stop = () => give(signal.reason);
      const broken = () => give(new Unrecognised());
      const wait = () => {
        clearTimeout(quiet);
        quiet = setTimeout(broken, LIMIT);
      };
      wait();
      signal.addEventListener('abort', stop);
      asked.onerror = asked.onmessageerror = broken;
      asked.onmessage = ({ data }: MessageEvent<Told>) => {
        if (data.kind === 'failed') return broken();
        if (data.kind === 'progress') {
          wait();
          return progress(data.done);
        }
        over();
        idle = setTimeout(drop, IDLE);
        progress(1);
        done(data.read);
      };
      asked.postMessage(grey, [grey.bytes.buffer]);
    });

  const read = async (picture: Blob | ImageBitmap, wishes: Wishes) => {
    wishes.signal.throwIfAborted();
    const grey = await means.grey(picture).catch(() => {
      throw new Unrecognised();
    });
    wishes.signal.throwIfAborted();
    return ask(grey, wishes);
  };

  return {
    recognise(picture, { signal, progress }) {
      const both = new AbortController(); // AbortSignal.any is younger than some windows
      const stop = () => both.abort(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop);
      ends.add(both);
      const turn = queue
        .then(() => read(picture, { signal: both.signal, progress }))
        .finally(() => {
          signal.removeEventListener('abort', stop);
          ends.delete(both);
        });
      queue = turn.catch(() => {});
      return turn;
    },
    end() {
      for (const one of ends) one.abort(new Unrecognised());
      drop();
    },
  };
}
