import { describe, expect, test } from 'vitest';
import { Words } from '../text/words';
import { heard, partsOf, progressOf, type Track } from './progress';
import { saidOf } from './Sending';

const MB = 1_000_000;

// travel hears of a file every `step` ms: bytes(t) are there at the time t.
function travel(
  total: number,
  from: number,
  to: number,
  bytes: (t: number) => number,
  before?: Track,
): Track {
  let track = before;
  for (let t = from; t <= to; t += 100) track = heard(track, { done: bytes(t), total }, t);
  if (!track) throw new Error('nothing heard');
  return track;
}

const steady =
  (speed: number, offset = 0) =>
  (t: number) =>
    offset + (speed * t) / 1000;

describe('a file that travels evenly', () => {
  test('has its speed and its time left', () => {
    const p = progressOf(travel(100 * MB, 0, 10_000, steady(MB)), 10_000);
    expect(p).toMatchObject({ done: 10 * MB, share: 0.1, state: 'moving', resumed: undefined });
    expect(p.speed).toBeCloseTo(MB, -2);
    expect(p.left).toBeCloseTo(90, 1);
  });

  test('is told no speed before it means something, and no time left before that does', () => {
    const track = (until: number) => travel(100 * MB, 0, until, steady(MB));
    expect(progressOf(track(0), 0)).toMatchObject({ speed: undefined, left: undefined, share: 0 });
    expect(progressOf(track(900), 900).speed).toBeUndefined();
    expect(progressOf(track(1000), 1000).speed).toBeCloseTo(MB, -2);
    expect(progressOf(track(1000), 1000).left).toBeUndefined();
    expect(progressOf(track(2500), 2500).left).toBeCloseTo(97.5, 1);
  });

  test('keeps no more than it needs, however long it takes', () => {
    expect(travel(1000 * MB, 0, 600_000, steady(MB)).samples.length).toBeLessThan(60);
  });
});

describe('a line that changes', () => {
  test('shows its new speed within five seconds', () => {
    const slow = travel(100 * MB, 0, 10_000, steady(MB));
    const at = (t: number) => 10 * MB + ((t - 10_000) / 1000) * 4 * MB;
    const track = travel(100 * MB, 10_100, 15_100, at, slow);
    expect(progressOf(track, 15_100).speed).toBeCloseTo(4 * MB, -5);
  });

  test('that stands still grows slow, then says that it waits', () => {
    const track = travel(100 * MB, 0, 10_000, steady(MB));
    const speeds = [10_000, 12_000, 13_000, 14_000].map((t) => progressOf(track, t).speed ?? -1);
    expect(speeds.every((s, i) => i === 0 || s < (speeds[i - 1] ?? 0))).toBe(true);
    expect(progressOf(track, 14_999).state).toBe('moving');
    expect(progressOf(track, 15_000)).toMatchObject({
      state: 'paused',
      speed: 0,
      left: undefined,
      share: 0.1,
    });
    expect(progressOf(track, 99_000).state).toBe('paused');
  });

  test('that goes on after a silence is measured from there, and says where', () => {
    const track = travel(100 * MB, 0, 43_000, steady(MB));
    const later = travel(100 * MB, 90_000, 93_000, (t) => 43 * MB + (t - 90_000) * 500, track);
    const p = progressOf(later, 93_000);
    expect(p.resumed).toBeCloseTo(0.43);
    expect(p.speed).toBeCloseTo(500_000, -2);
    const on = travel(100 * MB, 93_100, 97_000, (t) => 43 * MB + (t - 90_000) * 500, later);
    expect(progressOf(on, 97_000).resumed).toBeUndefined();
  });
});

describe('resuming', () => {
  test('is told when the first word of a file is of its middle', () => {
    const p = progressOf(heard(undefined, { done: 43 * MB, total: 100 * MB }, 0), 0);
    expect(p).toMatchObject({ resumed: 0.43, share: 0.43, speed: undefined, state: 'moving' });
  });

  test('is not told of a beginning, nor of a file that was under way before anybody listened', () => {
    expect(progressOf(heard(undefined, { done: 32_768, total: 100_000 }, 0), 0).resumed).toBeUndefined();
    const joined = heard(undefined, { done: 43 * MB, total: 100 * MB }, 0, true);
    expect(progressOf(joined, 0).resumed).toBeUndefined();
  });

  test('shortly after a break is known by what is sent again', () => {
    const track = travel(100 * MB, 0, 43_000, steady(MB));
    const p = progressOf(heard(track, { done: 43 * MB, total: 100 * MB }, 44_200), 44_200);
    expect(p).toMatchObject({ resumed: 0.43, speed: undefined });
    // A line that only stumbles goes on with its next bytes.
    const on = progressOf(heard(track, { done: 43 * MB + 1, total: 100 * MB }, 44_200), 44_200);
    expect(on.resumed).toBeUndefined();
    expect(on.speed).toBeGreaterThan(0);
  });

  test('of another try is told however soon it comes', () => {
    const track = { ...travel(100 * MB, 0, 43_000, steady(MB)), over: true };
    const p = progressOf(heard(track, { done: 43.1 * MB, total: 100 * MB }, 43_100), 43_100);
    expect(p).toMatchObject({ resumed: 0.431, speed: undefined });
  });

  test('from further back is believed at the second word', () => {
    const track = travel(100 * MB, 0, 3000, steady(10 * MB));
    expect(progressOf(heard(track, { done: 10 * MB, total: 100 * MB }, 3100), 3100).done).toBe(30 * MB);
    const back = travel(100 * MB, 3100, 3200, (t) => 10 * MB + (t - 3100) * 1000, track);
    expect(progressOf(back, 3200)).toMatchObject({ done: 10 * MB + 100_000, resumed: 0.1, speed: undefined });
  });
});

describe('odd words', () => {
  test('one that comes late changes nothing', () => {
    let track = travel(100 * MB, 0, 5000, steady(MB));
    const before = progressOf(track, 5000);
    track = heard(track, { done: 4.9 * MB, total: 100 * MB }, 5010);
    expect(progressOf(track, 5000)).toEqual(before);
    track = heard(track, { done: 5.1 * MB, total: 100 * MB }, 5100);
    expect(progressOf(track, 5100).done).toBe(5.1 * MB);
    expect(progressOf(track, 5100).speed).toBeCloseTo(MB, -4);
    // Two late ones in the wrong order are late as well.
    track = heard(track, { done: 5.05 * MB, total: 100 * MB }, 5120);
    track = heard(track, { done: 5.02 * MB, total: 100 * MB }, 5130);
    expect(progressOf(track, 5130).done).toBe(5.1 * MB);
  });

  test('a file of no bytes is complete', () => {
    const p = progressOf(heard(undefined, { done: 0, total: 0 }, 0), 0);
    expect(p).toMatchObject({ share: 1, state: 'checking', speed: undefined, left: undefined });
  });

  test('more than there is, or less than nothing, stays within the file', () => {
    expect(progressOf(heard(undefined, { done: 12, total: 10 }, 0), 0)).toMatchObject({ done: 10, share: 1 });
    expect(progressOf(heard(undefined, { done: -1, total: 10 }, 0), 0)).toMatchObject({ done: 0, share: 0 });
  });

  test('the same word twice in one moment divides by nothing', () => {
    let track = heard(undefined, { done: MB, total: 10 * MB }, 0);
    track = heard(track, { done: 2 * MB, total: 10 * MB }, 0);
    expect(progressOf(track, 0).speed).toBeUndefined();
  });

  test('another size is another file', () => {
    const track = travel(100 * MB, 0, 3000, steady(MB));
    expect(progressOf(heard(track, { done: 1000, total: 5000 }, 3100), 3100)).toMatchObject({
      done: 1000,
      total: 5000,
    });
  });

  test('nothing is ever not a number', () => {
    let seed = 42;
    const random = () => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    let track: Track | undefined;
    let now = 0;
    for (let i = 0; i < 5000; i++) {
      now += random() < 0.05 ? random() * 9000 : random() * 200;
      const total = random() < 0.01 ? 0 : 10 * MB;
      track = heard(track, { done: random() * 11 * MB - MB, total }, now);
      const p = progressOf(track, now + random() * 8000);
      expect(p.share).toBeGreaterThanOrEqual(0);
      expect(p.share).toBeLessThanOrEqual(1);
      for (const n of [p.speed, p.left]) expect(n === undefined || (Number.isFinite(n) && n >= 0)).toBe(true);
    }
  });
});

describe('the files of a request', () => {
  const files = ['a', 'b', 'c'].map((id) => ({ id, size: 10 * MB }));
  const half = progressOf(heard(undefined, { done: 5 * MB, total: 10 * MB }, 0), 0);

  test('before the one that moves are at the portal, those behind it come next', () => {
    const { parts, share } = partsOf(files, new Map([['b', half]]));
    expect(parts.map((p) => p.state)).toEqual(['done', 'moving', 'next']);
    expect(share).toBeCloseTo(0.5);
  });

  test('that were heard of before are done once a later one moves', () => {
    const { parts, share } = partsOf(
      files,
      new Map([
        ['a', half],
        ['c', half],
      ]),
    );
    expect(parts.map((p) => p.state)).toEqual(['done', 'done', 'moving']);
    expect(share).toBeCloseTo(25 / 30);
  });

  test('of which none moves are all to come', () => {
    expect(partsOf(files, new Map())).toMatchObject({ share: 0 });
    expect(partsOf([], new Map()).share).toBe(1);
  });
});

describe('what is told beside the bar', () => {
  const fr = new Words('fr');
  const said = (track: Track, now: number) =>
    saidOf(fr, progressOf(track, now))
      .join(', ')
      .replace(/[\u00a0\u202f]/g, ' ');

  test.each([
    [100 * MB, 10_000, 1_234_000, '12 %, 1,2 Mo/s, encore 2 min'],
    [100 * MB, 10_000, 250_000, '2 %, 250 ko/s, encore 7 min'],
    [100 * MB, 10_000, 9_400_000, '94 %, 9,4 Mo/s, encore quelques secondes'],
    [100 * MB, 10_000, 3_000_000, '30 %, 3 Mo/s, encore 30 s'],
    [900 * MB, 10_000, 100_000, '0 %, 100 ko/s, encore 2 h 30'],
  ])('of %i bytes after %i ms at %i a second', (total, until, speed, text) => {
    expect(said(travel(total, 0, until, steady(speed)), until)).toBe(text);
  });

  test('that it goes on, that it waits, that it is being checked', () => {
    const resumed = heard(undefined, { done: 43.9 * MB, total: 100 * MB }, 0);
    expect(said(resumed, 100)).toBe('reprend à 43 %');
    expect(said(resumed, 7000)).toBe('43 %, en attente du réseau');
    expect(said(heard(undefined, { done: MB, total: MB }, 0), 0)).toBe(
      '100 %, le portail vérifie le fichier',
    );
    expect(said(heard(undefined, { done: 999_999, total: MB }, 0), 0)).toContain('99 %');
  });
});
