import { navigate } from 'wouter/use-hash-location';
import { unsavedDraft } from '../draft';
import type { Words } from '../text';

// whyNot says why nobody could come or go; a draft that has to be looked at first,
// by its name.
export function whyNot(words: Words, code: string): string {
  const draft = code === 'unsaved' && unsavedDraft();
  if (!draft) return words.error(code);
  return words.t('who.unsaved', { title: draft.title || words.t('item.untitled') });
}

// openUnsaved goes to that draft: one that was never stored is in no list.
export function openUnsaved(): void {
  const draft = unsavedDraft();
  if (draft) navigate(draft.place ?? `/draft/${draft.id}`);
}
