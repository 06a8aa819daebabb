import { keys } from '../../bridge';

// A recovery code is XXXX-XXXX-…; whether it is the right one, the program says.
export const LENGTH = 27; // characters without the dashes

// bare is what counts of a code that somebody typed: no letter case, no spaces or
// dashes, and the digits in place of the letters that look like them.
export function bare(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}

// isEnd tells whether somebody has typed the last two groups of a code, or all of
// it.
export function isEnd(code: string, typed: string): boolean {
  const end = code.split('-').slice(-2).join('');
  return [bare(end), bare(code)].includes(bare(typed));
}

let offered: Promise<string> | undefined;

// offeredCode is the code to be written down: the same one until it is in use,
// so that nobody has one on paper that the window has forgotten.
export function offeredCode(): Promise<string> {
  offered ??= keys.newCode().catch((reason) => {
    offered = undefined;
    throw reason;
  });
  return offered;
}

// codeInUse ends that.
export function codeInUse(): void {
  offered = undefined;
}
