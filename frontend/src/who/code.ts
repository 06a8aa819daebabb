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
