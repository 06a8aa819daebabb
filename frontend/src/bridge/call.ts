import type { Plain, Problem } from './types';

// CallError is why a call of the program failed: a code with its sentence in
// src/text, and what belongs to it.
export class CallError extends Error {
  readonly code: string;
  readonly problems: Problem[];
  readonly revision: number;

  constructor(code: string, problems: Problem[] = [], revision = 0) {
    super(code);
    this.name = 'CallError';
    this.code = code;
    this.problems = problems;
    this.revision = revision;
  }
}

// parseError accepts what a rejected call can carry: the program's JSON string,
// by itself or as the message of an Error that Wails makes of it, plain text
// where Wails itself refused the arguments, or anything else. The text itself
// may quote what was typed, so it goes nowhere.
export function parseError(reason: unknown): CallError {
  if (reason instanceof CallError) return reason;
  const text = reason instanceof Error ? reason.message : reason;
  if (typeof text === 'string') {
    try {
      const body = JSON.parse(text);
      if (typeof body?.code === 'string') {
        return new CallError(body.code, body.problems ?? [], body.revision ?? 0);
      }
    } catch {
      // plain text
    }
  }
  return new CallError('internal');
}

// codeOf is the code of whatever a call was rejected with.
export function codeOf(reason: unknown): string {
  return reason instanceof CallError ? reason.code : 'internal';
}

// problemIn is what is wrong with what a call was about, if it says so.
export function problemIn(reason: unknown): Problem | undefined {
  return reason instanceof CallError ? reason.problems[0] : undefined;
}

export const CALL_LIMIT = 10_000; // ms

// call runs a bound method with a limit, since one that panics never answers.
export function call<T>(op: () => Promise<T>, limit = CALL_LIMIT): Promise<Plain<T>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new CallError('timeout')), limit);
    // A method that is not bound (yet) throws instead of rejecting.
    new Promise<T>((done) => done(op())).then(
      (value) => {
        clearTimeout(timer);
        resolve(value as Plain<T>);
      },
      (reason) => {
        clearTimeout(timer);
        reject(parseError(reason));
      },
    );
  });
}
