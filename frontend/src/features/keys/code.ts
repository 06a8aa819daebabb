import { keys, reads } from '../../bridge';
import { bare } from '../../who';

// isEnd tells whether somebody has typed the last two groups of a code, or all of
// it.
export function isEnd(code: string, typed: string): boolean {
  const end = code.split('-').slice(-2).join('');
  return [bare(end), bare(code)].includes(bare(typed));
}

let offered: { to: string; code: Promise<string> } | undefined;

// offeredCode is the code to be written down: the same one until it is in use,
// so that nobody has one on paper that the window has forgotten. Somebody else is
// offered another one.
export function offeredCode(): Promise<string> {
  const to = reads.person.snapshot().data?.id ?? '';
  if (offered?.to === to) return offered.code;
  const code = keys.newCode().catch((reason) => {
    codeInUse();
    throw reason;
  });
  offered = { to, code };
  return code;
}

// codeInUse ends that.
export function codeInUse(): void {
  offered = undefined;
}
