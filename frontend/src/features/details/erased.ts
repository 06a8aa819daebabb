import type { Request } from '../../bridge';

// erasedAt is when support took the content of a request away at the portal, '' if it
// did not.
export function erasedAt({ history }: Request): string {
  return history.filter((h) => h.what === 'purged').at(-1)?.at ?? '';
}

// isBare tells whether nothing of an erased content is on this PC: there is nothing to open or
// to begin anew with. Every request that has content has a subject.
export function isBare(request: Request): boolean {
  return erasedAt(request) !== '' && request.item.subject === '';
}
