import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LONGEST, shades, sizeFor } from './grey';
import { readOut } from './readout';
import { IDLE, LIMIT, type Means, recogniser, Unrecognised } from './recogniser';
import type { Grey, Recognised, Told } from './wire';

const read: Recognised = { text: 'Bonjour', confidence: 91, words: [] };
const picture = new Blob(['x']);

class FakeWorker {
  onmessage: Worker['onmessage'] = null;
  onerror: Worker['onerror'] = null;
  onmessageerror: Worker['onmessageerror'] = null;
  readonly asked: Grey[] = [];
  ended = false;
  readonly postMessage = (grey: Grey) => void this.asked.push(grey);
  readonly terminate = () => {
    this.ended = true;
  };
  tell(told: Told) {
    this.onmessage?.call(this as never, { data: told } as MessageEvent<Told>);
  }
}

let workers: FakeWorker[];
let grey: Means['grey'];
const start = () =>
  recogniser({
    worker: () => {
      workers.push(new FakeWorker());
      return workers.at(-1) as FakeWorker;
    },
    grey: (p) => grey(p),
  });
const wishes = (signal = new AbortController().signal, progress = vi.fn()) => ({ signal, progress });
const settled = () => vi.advanceTimersByTimeAsync(0);
const worker = (n: number) => workers[n] as FakeWorker;

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  grey = async () => ({ width: 1, height: 1, bytes: new Uint8Array(1) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a picture', () => {
  test('is read by a worker that begins with it, and tells how far it is', async () => {
    const r = start();
    expect(workers).toHaveLength(0);
    const w = wishes();
    const got = r.recognise(picture, w);
    await settled();
    worker(0).tell({ kind: 'progress', done: 0.4 });
    worker(0).tell({ kind: 'read', read });
    expect(await got).toEqual(read);
    expect(w.progress.mock.calls).toEqual([[0.4], [1]]);
  });

  test('waits for the one before it, in the same worker', async () => {
    const r = start();
    const first = r.recognise(picture, wishes());
    const second = r.recognise(picture, wishes());
    await settled();
    expect(worker(0).asked).toHaveLength(1);
    worker(0).tell({ kind: 'read', read });
    await first;
    await settled();
    expect(worker(0).asked).toHaveLength(2);
    worker(0).tell({ kind: 'read', read });
    await second;
    expect(workers).toHaveLength(1);
  });

  test('that is stopped ends the worker, and the next one has another', async () => {
    const r = start();
    const stop = new AbortController();
    const got = r.recognise(picture, wishes(stop.signal));
    const next = r.recognise(picture, wishes());
    await settled();
    stop.abort(new Error('stopped'));
    await expect(got).rejects.toThrow('stopped');
    expect(worker(0).ended).toBe(true);
    await settled();
    worker(1).tell({ kind: 'read', read });
    expect(await next).toEqual(read);
  });

  test('that is stopped while it waits is never begun', async () => {
    const r = start();
    const stop = new AbortController();
    const first = r.recognise(picture, wishes());
    const got = r.recognise(picture, wishes(stop.signal));
    await settled();
    stop.abort(new Error('stopped'));
    worker(0).tell({ kind: 'read', read });
    await first;
    await expect(got).rejects.toThrow('stopped');
    expect(worker(0).asked).toHaveLength(1);
    expect(worker(0).ended).toBe(false);
  });

  test('that cannot be drawn is unrecognised', async () => {
    grey = () => Promise.reject(new Error('no picture'));
    await expect(start().recognise(picture, wishes())).rejects.toBeInstanceOf(Unrecognised);
  });
});

describe('a worker', () => {
  test.each([
    ['says that it failed', (w: FakeWorker) => w.tell({ kind: 'failed' })],
    ['breaks down', (w: FakeWorker) => w.onerror?.call(w as never, new Event('error') as ErrorEvent)],
    ['is silent for too long', () => vi.advanceTimersByTime(LIMIT)],
  ])('that %s is ended, and the picture is unrecognised', async (_, happens) => {
    const r = start();
    const got = r.recognise(picture, wishes());
    await settled();
    happens(worker(0));
    await expect(got).rejects.toBeInstanceOf(Unrecognised);
    expect(worker(0).ended).toBe(true);
  });

  test('that tells how far it is may take longer', async () => {
    const r = start();
    const got = r.recognise(picture, wishes());
    await settled();
    for (const done of [0.1, 0.2, 0.3]) {
      vi.advanceTimersByTime(LIMIT - 1);
      worker(0).tell({ kind: 'progress', done });
    }
    worker(0).tell({ kind: 'read', read });
    expect(await got).toEqual(read);
  });

  test('is ended when nothing more comes', async () => {
    const r = start();
    const got = r.recognise(picture, wishes());
    await settled();
    worker(0).tell({ kind: 'read', read });
    await got;
    vi.advanceTimersByTime(IDLE - 1);
    expect(worker(0).ended).toBe(false);
    vi.advanceTimersByTime(1);
    expect(worker(0).ended).toBe(true);
  });

  test('is ended by end, with what it reads and what waits', async () => {
    const r = start();
    const both = [r.recognise(picture, wishes()), r.recognise(picture, wishes())];
    const told = Promise.allSettled(both);
    await settled();
    r.end();
    expect((await told).map((t) => t.status === 'rejected' && t.reason instanceof Unrecognised)).toEqual([
      true,
      true,
    ]);
    expect(workers).toHaveLength(1);
    expect(worker(0).ended).toBe(true);
  });
});

test('a picture is recognised in a size that can be read, and in no larger one', () => {
  expect(sizeFor(1654, 2339)).toEqual({ width: 1654, height: 2339 });
  expect(sizeFor(4000, 6000)).toEqual({ width: 2400, height: LONGEST });
  expect(sizeFor(600, 850)).toEqual({ width: 1200, height: 1700 });
  expect(sizeFor(10, 1)).toEqual({ width: 20, height: 2 });
});

test('colours become shades', () => {
  expect([...shades(new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255, 0, 255, 0, 255]))]).toEqual([
    255, 0, 149,
  ]);
});

test('what the engine says becomes text, and words with their places', () => {
  const word = (text: string, x0: number) => ({
    text,
    confidence: 90,
    bbox: { x0, y0: 10, x1: x0 + 20, y1: 20 },
  });
  const lines = (...all: string[]) => ({
    lines: all.map((l) => ({ words: l.split(' ').map((w, i) => word(w, i * 50)) })),
  });
  const json = JSON.stringify({
    blocks: [{ paragraphs: [lines('NIR 1 84', '12'), lines(' ')] }, { paragraphs: [lines('Total')] }],
  });
  const got = readOut(json, 88, 200, 100);
  expect(got.text).toBe('NIR 1 84\n12\n\nTotal');
  expect(got.words.map((w) => [w.text, w.line])).toEqual([
    ['NIR', 1],
    ['1', 1],
    ['84', 1],
    ['12', 2],
    ['Total', 4],
  ]);
  expect(got.words[1]?.box).toEqual({ x: 0.25, y: 0.1, w: 0.1, h: 0.1 });
  expect(readOut('{"blocks":null}', 95, 1, 1)).toEqual({ text: '', confidence: 0, words: [] });
});
