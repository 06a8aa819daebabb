import { navigate } from 'wouter/use-hash-location';
import { unsavedDraft } from '../draft';
import type { Words } from '../text';

// What is not saved is a draft, or a reply, which has a place of its own.

// whyNot says why nobody could come or go; a draft or a reply that has to be looked
// at first, by its name.
export function whyNot(words: Words, code: string): string {
  const found = code === 'unsaved' && unsavedDraft();
  if (!found) return words.error(code);
  const title = found.title || words.t('item.untitled');
  return words.t(found.place ? 'who.unsavedReply' : 'who.unsaved', { title });
}

// openingOf names the way to what is not saved.
export function openingOf(words: Words): string {
  return words.t(unsavedDraft()?.place ? 'who.openUnsavedReply' : 'who.openUnsaved');
}

// openUnsaved goes there: a draft that was never stored is in no list.
export function openUnsaved(): void {
  const found = unsavedDraft();
  if (found) navigate(found.place ?? `/draft/${found.id}`);
}
