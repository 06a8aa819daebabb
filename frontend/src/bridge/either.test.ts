import { expect, test } from 'vitest';
import { either } from './either';

test('either is aborted with the first of them, for its reason', () => {
  const [a, b] = [new AbortController(), new AbortController()];
  const both = either(a.signal, b.signal);
  expect(both.aborted).toBe(false);
  b.abort('b');
  a.abort('a');
  expect(both.reason).toBe('b');
});

test('either is aborted if one was before', () => {
  expect(either(new AbortController().signal, AbortSignal.abort('gone')).reason).toBe('gone');
});
