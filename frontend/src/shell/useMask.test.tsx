import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stage } from '../ui/testing';
import { useMask } from './useMask';

let locked: () => void = () => {};
const gone = vi.fn();

vi.mock('../bridge', () => ({
  onMask: (listener: () => void) => {
    locked = listener;
    return gone;
  },
}));

const root = stage();
let hook: ReturnType<typeof useMask>;

function Probe({ minutes }: { minutes: number }) {
  hook = useMask(minutes);
  return null;
}

const show = (minutes: number) => act(async () => root.render(<Probe minutes={minutes} />));
const pass = (seconds: number) => act(async () => vi.advanceTimersByTime(seconds * 1000));
const touch = (sign: string) => act(async () => document.dispatchEvent(new Event(sign)));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await act(async () => root.render(null));
  vi.useRealTimers();
});

test.each(['keydown', 'pointerdown', 'pointermove', 'wheel', 'input'])(
  'is masked so long after the last sign of life (%s), and not before',
  async (sign) => {
    await show(5);
    await pass(290);
    await touch(sign);
    await pass(295);
    expect(hook.masked).toBe(false);
    await pass(10);
    expect(hook.masked).toBe(true);
    await touch(sign);
    expect(hook.masked).toBe(true); // it is revealed by whoever wants it to be
    await act(async () => hook.reveal());
    expect(hook.masked).toBe(false);
    await pass(290);
    expect(hook.masked).toBe(false); // its time begins anew
    await pass(15);
    expect(hook.masked).toBe(true);
  },
);

test('a PC that slept shows nothing to the first touch', async () => {
  await show(10);
  await act(async () => vi.setSystemTime(Date.now() + 3_600_000)); // no timer ran
  await touch('pointermove');
  expect(hook.masked).toBe(true);
});

test('never, if that was chosen; but when the screen is locked', async () => {
  await show(0);
  await pass(86_400);
  expect(hook.masked).toBe(false);
  await act(async () => locked());
  expect(hook.masked).toBe(true);
  await act(async () => hook.reveal());
  await act(async () => hook.mask());
  expect(hook.masked).toBe(true);
});

test('another choice holds at once', async () => {
  await show(30);
  await pass(600);
  await show(5);
  await pass(240);
  expect(hook.masked).toBe(false);
  await pass(65);
  expect(hook.masked).toBe(true);
});

test('it listens no more when it is gone', async () => {
  await show(5);
  await act(async () => root.render(null));
  expect(gone).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
