import type { Known, Person } from '../bridge';
import type { Words } from '../text';

// othersOf are the people of this PC who are not at the desk.
export function othersOf(people: Known[] | undefined, person: Person | undefined): Known[] {
  const at = person?.locked || person?.id;
  return (people ?? []).filter((k) => k.id !== at);
}

// hintOf says what waits for somebody.
export function hintOf(words: Words, k: Known): string {
  if (k.waiting === 0) return '';
  return words.t(k.signedIn ? 'who.waiting' : 'who.waitingOut', { count: k.waiting });
}

// nameOf is what somebody who is known here is called.
export function nameOf(people: Known[] | undefined, id: string): string {
  return people?.find((k) => k.id === id)?.name ?? '';
}
