import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HEAD, head, PIECE, upload } from './upload';

// A program that takes pieces and has the file once all of it is there.
class Receiver {
  received = 0;
  readonly offsets: number[] = [];
  readonly bodies: unknown[] = [];
  readonly faults: (((size: number) => Response) | 'lost' | 'answer lost' | undefined)[] = [];
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    init.signal?.throwIfAborted();
    const body = init.body as ArrayBuffer;
    this.offsets.push(Number(new URL(url, 'http://window').searchParams.get('offset')));
    this.bodies.push(body);
    const fault = this.faults.shift();
    if (typeof fault === 'function') return fault(body.byteLength);
    if (fault === 'lost') throw new TypeError('network');
    if (this.offsets.at(-1) === this.received) this.received += body.byteLength;
    if (fault === 'answer lost') throw new TypeError('network');
    return json({ received: this.received });
  };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const fileOf = (size: number) => new Blob([new Uint8Array(size).fill(7)]);
const nothing = () => {};

let program: Receiver;
const serve = (size: number) => {
  program = new Receiver();
  vi.stubGlobal('fetch', vi.fn(program.fetch));
  return fileOf(size);
};

beforeEach(() => {
  serve(0);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the bytes of a file', () => {
  test('go as ArrayBuffers piece by piece, never as a Blob, which kills the program', async () => {
    const size = 2 * PIECE + 10;
    const file = serve(size);
    const told: number[] = [];
    await upload('a/b?', file, (n) => told.push(n));
    expect(program.bodies.map((b) => Object.prototype.toString.call(b))).toEqual(
      Array(3).fill('[object ArrayBuffer]'),
    );
    expect(program.bodies.map((b) => (b as ArrayBuffer).byteLength)).toEqual([PIECE, PIECE, 10]);
    expect(program.offsets).toEqual([0, PIECE, 2 * PIECE]);
    expect(told).toEqual([PIECE, 2 * PIECE, size]);
    const [url, init] = vi.mocked(fetch).mock.calls[0] ?? [];
    expect(url).toBe('/files/a%2Fb%3F?offset=0');
    expect(init?.method).toBe('POST');
  });

  test('of an empty file are one empty piece', async () => {
    await upload('t', serve(0), nothing);
    expect(program.offsets).toEqual([0]);
  });

  test('go on from where the program says it is', async () => {
    const file = serve(PIECE + 10);
    program.received = 1000;
    program.faults.push(() => json({ received: 1000 }));
    await upload('t', file, nothing);
    expect(program.offsets).toEqual([0, 1000]);
  });

  test('that got lost are sent again', async () => {
    const file = serve(PIECE + 10);
    program.faults.push('lost', 'lost', undefined, 'lost');
    await upload('t', file, nothing);
    expect(program.offsets).toEqual([0, 0, 0, PIECE, PIECE]);
  });

  test('that arrived though the answer got lost are not stored twice', async () => {
    const file = serve(PIECE + 10);
    program.faults.push('answer lost');
    await upload('t', file, nothing);
    expect(program.offsets).toEqual([0, 0, PIECE]);
    expect(program.received).toBe(PIECE + 10);
  });

  test('are sent again when an answer is no answer of the program', async () => {
    const file = serve(10);
    program.faults.push(() => new Response('<!doctype html>'));
    await upload('t', file, nothing);
  });

  test('are given up after four losses in a row', async () => {
    const file = serve(10);
    program.faults.push('lost', 'lost', 'lost', 'lost');
    await expect(upload('t', file, nothing)).rejects.toMatchObject({ name: 'CallError', code: 'unreadable' });
    expect(program.offsets.length).toBe(4);
  });

  test('are given up when the program takes none of them', async () => {
    const file = serve(10);
    for (let i = 0; i < 20; i++) program.faults.push(() => json({ received: 0 }));
    await expect(upload('t', file, nothing)).rejects.toMatchObject({ code: 'internal' });
    expect(program.offsets.length).toBe(4);
  });

  test('that the program refuses are not sent again, and its code is told', async () => {
    const file = serve(10);
    program.faults.push(() => json({ code: 'disk-full' }, 507));
    await expect(upload('t', file, nothing)).rejects.toMatchObject({ code: 'disk-full' });
    expect(program.offsets.length).toBe(1);
  });

  test('stop when the person cancels', async () => {
    const file = serve(3 * PIECE);
    const cancel = new AbortController();
    await expect(upload('t', file, () => cancel.abort(), cancel.signal)).rejects.toMatchObject({
      name: 'CallError',
    });
    expect(program.offsets).toEqual([0]);
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});

describe('the beginning of a file', () => {
  test('goes in base64, and no more of it than is looked at', async () => {
    expect(await head(new Blob(['%PDF-1.7']))).toBe(btoa('%PDF-1.7'));
    expect(atob(await head(fileOf(HEAD + 1000))).length).toBe(HEAD);
    expect(await head(new Blob([new Uint8Array([0, 255, 128])]))).toBe('AP+A');
  });
});
