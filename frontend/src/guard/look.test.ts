import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LOOK, Look } from './look';
import { findIn } from './testing';

let asked: Record<string, string>[];
let items: string[];
let wait: number; // ms that an answer takes
let fails: number; // questions to come
let answered: string[];
let look: Look;

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const kinds = (field: string, text: string) => look.found(field, text).map((f) => f.kind);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  items = [];
  wait = 0;
  fails = 0;
  answered = [];
  look = new Look(async (item, texts) => {
    asked.push(texts);
    items.push(item);
    const found = findIn(texts, answered);
    const fault = fails-- > 0;
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    if (fault) throw new Error('no answer');
    return found;
  });
});

afterEach(() => {
  look.stop();
  vi.useRealTimers();
});

describe('typing', () => {
  test('asks once, after a pause, and not for each keystroke', async () => {
    for (let n = 1; n <= 40; n++) {
      look.write('d1', { description: 'N123456'.repeat(n) });
      await pass(50);
    }
    expect(asked).toHaveLength(0);
    await pass(LOOK);
    expect(asked).toHaveLength(1);
  });

  test('asks at once when the field is left', async () => {
    look.write('d1', { description: 'N12' });
    look.now();
    expect(asked).toEqual([{ description: 'N12' }]);
    await pass(LOOK * 2);
    expect(asked).toHaveLength(1);
  });

  test('asks of what has changed alone', async () => {
    look.write('d1', { subject: 'N1', description: 'N2' });
    await pass(LOOK);
    look.write('d1', { subject: 'N1', description: 'N22' });
    await pass(LOOK);
    expect(asked).toEqual([{ subject: 'N1', description: 'N2' }, { description: 'N22' }]);
    expect(kinds('subject', 'N1')).toEqual(['nir']);
  });

  test('asks nothing while nothing changed, and nothing of an empty text', async () => {
    look.write('d1', { subject: '', description: 'N1' });
    await pass(LOOK);
    for (let n = 0; n < 5; n++) look.write('d1', { subject: '  ', description: 'N1' });
    await pass(LOOK * 5);
    look.now();
    expect(asked).toEqual([{ description: 'N1' }]);
  });

  test('asks no second time while the answer is under way', async () => {
    wait = 1000;
    look.write('d1', { description: 'N1' });
    await pass(LOOK);
    look.now();
    look.now();
    expect(asked).toHaveLength(1);
  });
});

describe('an answer', () => {
  test('about an older text is dropped', async () => {
    wait = 1000;
    look.write('d1', { description: 'N1' });
    await pass(LOOK);
    look.write('d1', { description: 'plus rien' });
    await pass(1000);
    expect(kinds('description', 'plus rien')).toEqual([]);
    await pass(LOOK + 1000);
    expect(kinds('description', 'plus rien')).toEqual([]);
    expect(asked).toHaveLength(2);
  });

  test('that comes after a later one is dropped', async () => {
    wait = 1000;
    look.write('d1', { description: 'N1' });
    await pass(LOOK);
    wait = 100;
    answered = ['N1'];
    look.anew('description');
    await pass(100);
    expect(look.found('description', 'N1')[0]?.answered).toBe(true);
    await pass(1000);
    expect(look.found('description', 'N1')[0]?.answered).toBe(true);
  });

  test('stays while another field is asked about, and while its own number stands', async () => {
    look.write('d1', { subject: 'N1', description: 'FR76' });
    await pass(LOOK);
    wait = 1000;
    look.write('d1', { subject: 'N1', description: 'Notre compte FR76' });
    expect(kinds('subject', 'N1')).toEqual(['nir']);
    expect(kinds('description', 'Notre compte FR76')).toEqual(['iban']);
    expect(kinds('description', 'Notre compte')).toEqual([]); // gone at once
  });

  test('that did not come is asked for when the field is left', async () => {
    fails = 1;
    look.write('d1', { description: 'N1' });
    await pass(LOOK);
    expect(kinds('description', 'N1')).toEqual([]);
    look.now();
    await pass(0);
    expect(kinds('description', 'N1')).toEqual(['nir']);
  });

  test('about one reply is no answer about another', async () => {
    answered = ['N1'];
    look.write('a1', { text: 'N1' });
    await pass(LOOK);
    answered = [];
    look.write('a2', { text: 'N1' });
    await pass(LOOK);
    expect(items).toEqual(['a1', 'a2']);
    expect(look.found('text', 'N1')[0]?.answered).toBe(false);
  });
});

test('a page is drawn anew for what is found, and for what is gone, not for answers that there is nothing', async () => {
  let drawn = 0;
  look.subscribe(() => drawn++);
  for (const [text, times] of [
    ['rien', 0],
    ['toujours rien', 0],
    ['N123456', 1],
    ['rien', 2],
    ['rien encore', 2],
  ] as const) {
    look.write('d1', { description: text });
    await pass(LOOK);
    expect(drawn).toBe(times);
  }
  expect(asked).toHaveLength(5);
});

test('nothing is asked once the page is left', async () => {
  look.write('d1', { description: 'N1' });
  look.stop();
  await pass(LOOK * 2);
  expect(asked).toHaveLength(0);
});
