import { CallError, reads } from '../bridge';
import { flushAll, reopenAll } from '../draft';

let changing = 0;

// changePerson does what brings somebody else to the desk. What was typed is on
// the disk before, or nothing is done ("unsaved"); what the window shows when it
// ends is what they may see.
export async function changePerson<T>(act: () => Promise<T>): Promise<T> {
  if (!(await flushAll())) throw new CallError('unsaved');
  changing++;
  try {
    const out = await act();
    await show();
    return out;
  } finally {
    changing--;
  }
}

// show has everything read anew that is one person's, also what no page shows
// now.
async function show(): Promise<void> {
  const known = Object.values(reads).filter((r) => r.snapshot().data !== undefined);
  await Promise.all([reopenAll(), ...known.map((r) => r.refresh())]);
}

// followArrivals does the same when somebody has come by themselves: by a link
// that was offered at the start.
export function followArrivals(): () => void {
  let at = reads.person.snapshot().data?.id;
  return reads.person.subscribe(() => {
    const now = reads.person.snapshot().data?.id;
    if (now === at) return;
    const before = at;
    at = now;
    if (before !== undefined && changing === 0) void flushAll().then(show);
  });
}

export function codeOf(reason: unknown): string {
  return reason instanceof CallError ? reason.code : 'internal';
}
