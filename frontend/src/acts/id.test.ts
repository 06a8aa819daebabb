import { expect, test } from 'vitest';
import { newActID } from './id';

test('an id of an act is a UUID of version 7 with the time in it, and no other has it', () => {
  const ids = Array.from({ length: 1000 }, () => newActID(0x0199abcdef12));
  for (const id of ids) expect(id).toMatch(/^0199abcd-ef12-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(1000);
});
