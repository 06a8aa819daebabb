import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError } from './call';
import { Read } from './read';
import { programEvents } from './testing';

const emit = programEvents();

// Pending answers a read when the test says so.
class Pending {
  readonly asked: { resolve: (v: string) => void; reject: (reason: unknown) => void }[] = [];
  readonly fn = vi.fn(() => new Promise<string>((resolve, reject) => this.asked.push({ resolve, reject })));

  async answer(i: number, value: string): Promise<void> {
    this.asked[i]?.resolve(value);
    await settled();
  }

  async refuse(i: number, reason: unknown): Promise<void> {
    this.asked[i]?.reject(reason);
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

let program: Pending;
let read: Read<string>;
beforeEach(() => {
  program = new Pending();
  read = new Read(program.fn, ['requests', 'session']);
});

describe('what the program tells', () => {
  test('is asked for when somebody first looks, and shown to all of them', async () => {
    const [one, two] = [vi.fn(), vi.fn()];
    read.subscribe(one);
    read.subscribe(two);
    expect(program.fn).toHaveBeenCalledTimes(1);
    expect(read.snapshot()).toEqual({ data: undefined, error: undefined });
    await program.answer(0, 'first');
    expect(read.snapshot()).toEqual({ data: 'first', error: undefined });
    expect(one).toHaveBeenCalledTimes(1);
    expect(two).toHaveBeenCalledTimes(1);
  });

  test('is not shown any more when it is not there, and is when reading fails otherwise', async () => {
    read.subscribe(() => {});
    await program.answer(0, 'first');
    emit('requests');
    await program.refuse(1, new CallError('timeout'));
    expect(read.snapshot()).toMatchObject({ data: 'first', error: { code: 'timeout' } });
    emit('session');
    await program.refuse(2, new CallError('not-found'));
    expect(read.snapshot()).toMatchObject({ data: undefined, error: { code: 'not-found' } });
  });

  test('is read again on its topics and on no other', async () => {
    read.subscribe(() => {});
    await program.answer(0, 'first');
    emit('drafts');
    expect(program.fn).toHaveBeenCalledTimes(1);
    emit('requests');
    await program.answer(1, 'second');
    expect(read.snapshot().data).toBe('second');
    emit('session');
    expect(program.fn).toHaveBeenCalledTimes(3);
  });

  test('is read one read at a time, and once more for all that changed meanwhile', async () => {
    read.subscribe(() => {});
    emit('requests');
    emit('requests');
    emit('session');
    expect(program.fn).toHaveBeenCalledTimes(1);
    await program.answer(0, 'old');
    expect(program.fn).toHaveBeenCalledTimes(2);
    await program.answer(1, 'new');
    expect(program.fn).toHaveBeenCalledTimes(2);
    expect(read.snapshot().data).toBe('new');
  });

  test('stays in sight when it cannot be read again, with the reason beside it', async () => {
    read.subscribe(() => {});
    await program.answer(0, 'first');
    emit('requests');
    await program.refuse(1, '{"code":"timeout"}');
    expect(read.snapshot()).toMatchObject({ data: 'first', error: { code: 'timeout' } });
    emit('requests');
    await program.answer(2, 'second');
    expect(read.snapshot()).toEqual({ data: 'second', error: undefined });
  });

  test('that could not be read at first is read again on its topics', async () => {
    read.subscribe(() => {});
    await program.refuse(0, new Error('x'));
    expect(read.snapshot()).toMatchObject({ data: undefined, error: { code: 'internal' } });
    emit('session');
    await program.answer(1, 'first');
    expect(read.snapshot().data).toBe('first');
  });

  test('is not followed when nobody looks any more, and read anew when somebody does', async () => {
    const stop = read.subscribe(() => {});
    await program.answer(0, 'first');
    stop();
    emit('requests');
    expect(program.fn).toHaveBeenCalledTimes(1);
    read.subscribe(() => {});
    expect(program.fn).toHaveBeenCalledTimes(2);
    expect(read.snapshot().data).toBe('first');
  });

  test('can be asked for early, and is not asked for twice', async () => {
    read.start();
    read.subscribe(() => {});
    expect(program.fn).toHaveBeenCalledTimes(1);
  });
});

describe('what was read for somebody who has left', () => {
  test('is out of sight before the program has answered, and when it cannot', async () => {
    read.subscribe(() => {});
    await program.answer(0, 'hers');
    read.forget();
    expect(read.snapshot()).toEqual({ data: undefined, error: undefined });
    await program.refuse(1, new CallError('timeout'));
    expect(read.snapshot()).toMatchObject({ data: undefined, error: { code: 'timeout' } });
    emit('session');
    await program.answer(2, 'his');
    emit('session');
    await program.refuse(3, new CallError('timeout'));
    expect(read.snapshot().data).toBe('his');
  });

  test('does not come back by an answer that was under way', async () => {
    read.subscribe(() => {});
    await program.answer(0, 'hers');
    emit('requests');
    read.forget();
    await program.answer(1, 'hers, later');
    expect(read.snapshot().data).toBeUndefined();
    await program.answer(2, 'his');
    expect(read.snapshot().data).toBe('his');
  });

  test('stays until there is an answer, where that was wanted', async () => {
    read.subscribe(() => {});
    await program.answer(0, 'hers');
    read.forget(true);
    expect(read.snapshot().data).toBe('hers');
    await program.refuse(1, new CallError('timeout'));
    expect(read.snapshot().data).toBeUndefined();
  });

  test('is not asked for again while nobody looks', async () => {
    const stop = read.subscribe(() => {});
    await program.answer(0, 'hers');
    stop();
    read.forget();
    expect(program.fn).toHaveBeenCalledTimes(1);
    expect(read.snapshot().data).toBeUndefined();
  });
});

describe('a value that is known before the program has told it', () => {
  test('is shown at once', () => {
    const watcher = vi.fn();
    read.subscribe(watcher);
    read.set('mine');
    expect(read.snapshot()).toEqual({ data: 'mine', error: undefined });
    expect(watcher).toHaveBeenCalledTimes(1);
  });

  test('does not give way to the answer of a read that began before it', async () => {
    read.subscribe(() => {});
    read.set('mine');
    await program.answer(0, 'older');
    expect(read.snapshot().data).toBe('mine');
    read.set('mine again');
    expect(read.snapshot().data).toBe('mine again');
    void read.refresh();
    await program.answer(1, 'newer');
    expect(read.snapshot().data).toBe('newer');
  });

  test('ends a reading when what it shows is no older than the call', async () => {
    read.subscribe(() => {});
    let over = false;
    void read.refresh().then(() => {
      over = true;
    });
    await program.answer(0, 'older');
    expect(over).toBe(false);
    await program.answer(1, 'newer');
    expect(over).toBe(true);
    expect(read.snapshot().data).toBe('newer');
  });
});
