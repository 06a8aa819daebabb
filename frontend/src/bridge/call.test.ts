import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CALL_LIMIT, CallError, call, parseError } from './call';

describe('a failure', () => {
  test('of the program carries its code, its problems and the revision that is stored', () => {
    const problems = [{ field: 'subject', step: 'details', code: 'required', max: 0, min: 0, actual: 0 }];
    const error = parseError(JSON.stringify({ code: 'invalid', problems, revision: 4 }));
    expect(error).toBeInstanceOf(CallError);
    expect(error).toMatchObject({ code: 'invalid', problems, revision: 4 });
    expect(parseError('{"code":"timeout"}')).toMatchObject({ code: 'timeout', problems: [], revision: 0 });
    expect(parseError('{"code":"invalid","problems":null}').problems).toEqual([]);
  });

  test('of the program is understood as the message of an Error too', () => {
    expect(parseError(new Error('{"code":"conflict","revision":4}'))).toMatchObject({
      code: 'conflict',
      revision: 4,
    });
  });

  test.each([
    [
      'plain text where Wails refused the arguments',
      'error parsing arguments: json: cannot unmarshal "Dupont"',
    ],
    ['an object that became text', '[object Object]'],
    ['an object', { code: 'invalid' }],
    ['an Error', new Error('Dupont')],
    ['JSON without a code', '{"message":"Dupont"}'],
    ['JSON null', 'null'],
    ['a code that is no text', '{"code":5}'],
    ['a page of HTML', '<!doctype html>'],
    ['nothing', undefined],
  ])('that is %s is internal, and its text goes nowhere', (_what, reason) => {
    const error = parseError(reason);
    expect(error).toMatchObject({ code: 'internal', problems: [], revision: 0 });
    expect(`${error} ${error.message} ${JSON.stringify(error)}`).not.toMatch(/Dupont|doctype/);
  });

  test('that was understood already stays as it is', () => {
    const error = new CallError('conflict', [], 3);
    expect(parseError(error)).toBe(error);
  });
});

describe('a call', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('gives what the program answers', async () => {
    expect(await call(async () => 'text')).toBe('text');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that the program refuses is a CallError', async () => {
    await expect(call(() => Promise.reject('{"code":"not-found"}'))).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is never answered ends at its limit', async () => {
    const told = vi.fn();
    call(() => new Promise(() => {})).catch((e) => told(e.code));
    await vi.advanceTimersByTimeAsync(CALL_LIMIT - 1);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toHaveBeenCalledWith('timeout');
  });

  test('can have a limit of its own', async () => {
    const told = vi.fn();
    call(() => new Promise(() => {}), 120_000).catch((e) => told(e.code));
    await vi.advanceTimersByTimeAsync(119_999);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toHaveBeenCalledWith('timeout');
  });

  test('of a method that is not bound throws nothing, but is refused', async () => {
    const missing = undefined as unknown as { Open: () => Promise<string> };
    await expect(call(() => missing.Open())).rejects.toMatchObject({ name: 'CallError', code: 'internal' });
  });

  test('answered after its limit stays refused', async () => {
    const late = call(() => new Promise<string>((done) => setTimeout(() => done('late'), 20)), 10);
    const told = expect(late).rejects.toMatchObject({ code: 'timeout' });
    await vi.advanceTimersByTimeAsync(30);
    await told;
  });
});
