import { CallError, forgetPerson, reads } from '../bridge';
import { flushAll, passOn, reopenAll } from '../draft';
import { ask, askedNow } from './ask';

let changing = 0;

const atDesk = () => reads.person.snapshot().data?.id ?? '';

interface How {
  back?: string; // who is expected: if they are at the desk, nothing of theirs has to be saved first
  aside?: boolean; // what cannot be saved is put aside: nobody is there who could look at it
  own?: boolean; // the dialog that is open does this, and has more to say
}

// changePerson does what brings somebody to the desk. What the last one typed is
// on the disk before, or nothing is done ("unsaved"); what the window shows when it
// ends is what the next one may see.
export async function changePerson<T>(act: () => Promise<T>, { back, aside, own }: How = {}): Promise<T> {
  const left = atDesk();
  const saved = await flushAll();
  if (!saved && !aside && left !== '' && left !== back) throw new CallError('unsaved');
  changing++;
  try {
    const out = await act();
    await show();
    if (!own && atDesk() !== left) ask(undefined);
    return out;
  } finally {
    changing--;
  }
}

// show has everything read anew that is one person's, also what no page shows
// now.
async function show(): Promise<void> {
  await reads.person.refresh();
  const known = Object.values(reads).filter(
    (r) => r !== reads.person && (r.followed || r.snapshot().data !== undefined),
  );
  await Promise.all([reopenAll(), ...known.map((r) => r.refresh())]);
}

// followArrivals clears the desk the moment that somebody else is at it, and shows
// what is theirs when they have come by themselves: by a link that was offered at
// the start.
export function followArrivals(): () => void {
  let at = reads.person.snapshot().data?.id;
  return reads.person.subscribe(() => {
    const now = reads.person.snapshot().data?.id;
    if (now === undefined || now === at) return;
    const left = at;
    at = now;
    if (left === undefined) return;
    clear(left, now);
    if (changing === 0) void show();
  });
}

// clear has nothing stay that was somebody's: no dialog, nothing read for them,
// none of their drafts. What is the PC's stays.
function clear(left: string, now: string): void {
  // A sign-in may be what has brought the next one: it ends by itself.
  if (changing === 0 || askedNow()?.kind !== 'sign-in') ask(undefined);
  if (left !== '') forgetPerson();
  passOn(left, now);
}
