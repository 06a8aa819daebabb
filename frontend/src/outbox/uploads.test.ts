import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Uploads } from './uploads';

const total = 100_000_000;

let uploads: Uploads;

beforeEach(() => {
  vi.useFakeTimers();
  uploads = new Uploads();
});

afterEach(() => {
  vi.useRealTimers();
});

// hear tells of one file ten times a second, at 1 MB/s.
function hear(seconds: number, request = 'r', file = 'f', from = 0): number {
  let done = from;
  for (let i = 0; i < seconds * 10; i++) {
    vi.advanceTimersByTime(100);
    done += 100_000;
    uploads.hear(request, file, { done, total });
  }
  return done;
}

describe('what is on its way', () => {
  test('is shown twice a second at the most, however many files travel', () => {
    const seen = vi.fn();
    uploads.watch('r', seen);
    for (let i = 0; i < 100; i++) {
      vi.advanceTimersByTime(100);
      for (const file of ['a', 'b', 'c', 'd']) uploads.hear('r', file, { done: i * 100_000, total });
    }
    expect(seen.mock.calls.length).toBeGreaterThan(15);
    expect(seen.mock.calls.length).toBeLessThanOrEqual(21);
    expect(uploads.snapshot('r')?.size).toBe(4);
  });

  test('is the same picture as long as nothing changes', () => {
    const seen = vi.fn();
    uploads.watch('r', seen);
    hear(3);
    vi.advanceTimersByTime(10_000); // it slows down, then stands
    const shown = uploads.snapshot('r');
    const count = seen.mock.calls.length;
    vi.advanceTimersByTime(60_000);
    expect(uploads.snapshot('r')).toBe(shown);
    expect(seen).toHaveBeenCalledTimes(count);
    expect(shown?.get('f')).toMatchObject({ state: 'paused', speed: 0 });
  });

  test('keeps no clock running once nobody watches', () => {
    const stop = uploads.watch('r', () => {});
    const other = uploads.watch('other', () => {});
    stop();
    expect(vi.getTimerCount()).toBe(1);
    other();
    expect(vi.getTimerCount()).toBe(0);
    hear(5);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is known to who comes later', () => {
    vi.advanceTimersByTime(2000);
    hear(5);
    uploads.watch('r', () => {});
    expect(uploads.snapshot('r')?.get('f')).toMatchObject({ done: 5_000_000, state: 'moving' });
    expect(uploads.snapshot('r')?.get('f')?.speed).toBeCloseTo(1_000_000, -4);
    expect(uploads.snapshot('unknown')).toBeUndefined();
  });

  test('tells only who watches that request', () => {
    const [mine, yours] = [vi.fn(), vi.fn()];
    uploads.watch('mine', mine);
    uploads.watch('yours', yours);
    hear(2, 'mine');
    expect(mine).toHaveBeenCalled();
    expect(yours).not.toHaveBeenCalled();
  });

  test('goes on with another try, and continues within one', () => {
    vi.advanceTimersByTime(2000);
    uploads.watch('r', () => {});
    uploads.attempt('r', 1);
    const done = hear(5);
    uploads.attempt('r', 1);
    expect(hear(1, 'r', 'f', done)).toBe(6_000_000);
    expect(uploads.snapshot('r')?.get('f')?.resumed).toBeUndefined();
    uploads.attempt('r', 2);
    hear(1, 'r', 'f', 6_000_000);
    expect(uploads.snapshot('r')?.get('f')?.resumed).toBeCloseTo(0.061);
  });

  test('is told no beginning if it was under way when the window came up', () => {
    uploads.watch('r', () => {});
    uploads.hear('r', 'f', { done: total / 2, total });
    expect(uploads.snapshot('r')?.get('f')).toMatchObject({ share: 0.5, resumed: undefined });
  });

  test('is forgotten in time', () => {
    hear(1, 'old');
    uploads.watch('old', () => {})();
    vi.advanceTimersByTime(700_000);
    hear(1, 'new');
    expect(uploads.snapshot('old')).toBeUndefined();
    expect(uploads.snapshot('new')).toBeDefined();
  });
});
