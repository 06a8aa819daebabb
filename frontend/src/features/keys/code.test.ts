import { expect, test, vi } from 'vitest';
import { CallError, keys } from '../../bridge';
import { bare, LENGTH } from '../../who/code';
import { codeInUse, isEnd, offeredCode } from './code';

vi.mock('../../bridge', async (original) => ({
  ...(await original<typeof import('../../bridge')>()),
  keys: { newCode: vi.fn() },
}));

const CODE = 'B7D7-HJQH-6GCW-PV0S-51C8-5A99-CTQ';

test.each([
  ['as it was shown', CODE],
  ['in small letters', CODE.toLowerCase()],
  ['without dashes', CODE.replaceAll('-', '')],
  ['with spaces of all kinds', ` ${CODE.replaceAll('-', '\u00a0\u2009 ')}\n`],
  [
    'with the dashes of a word processor',
    CODE.replaceAll('-', ' – ').replace('–', '—').replace('–', '\u2011'),
  ],
  ['with letters for digits', CODE.replace('0', 'o').replace('1', 'l')],
  ['with other letters for digits', CODE.replace('0', 'O').replace('1', 'i')],
])('a code is the same %s', (_how, typed) => {
  expect(bare(typed)).toBe('B7D7HJQH6GCWPV0S51C85A99CTQ');
  expect(bare(typed)).toHaveLength(LENGTH);
  expect(isEnd(CODE, typed)).toBe(true);
});

test('what is no character of a code stays, for the program to refuse', () => {
  expect(bare('ùB7')).toBe('ÙB7');
});

test('its end is its last two groups, and nothing less', () => {
  for (const typed of ['5A99-CTQ', '5a99ctq', ' 5A99 CTQ ']) expect(isEnd(CODE, typed)).toBe(true);
  for (const typed of ['', '-', 'CTQ', '5A99-CTR', 'A99-CTQ', '51C8-5A99-CTQ', 'B7D7-HJQ'])
    expect([typed, isEnd(CODE, typed)]).toEqual([typed, false]);
});

test('the same code is offered until it is in use, and another after a failure', async () => {
  vi.mocked(keys.newCode)
    .mockRejectedValueOnce(new CallError('timeout'))
    .mockResolvedValueOnce(CODE)
    .mockResolvedValueOnce('NEXT');
  await expect(offeredCode()).rejects.toThrow('timeout');
  expect(await offeredCode()).toBe(CODE);
  expect(await offeredCode()).toBe(CODE);
  codeInUse();
  expect(await offeredCode()).toBe('NEXT');
});
