import type { Problem } from '../bridge';
import type { Step, Work } from './reducer';

// Which problems of a draft are told, and when.

// A choice that is not offered any more: nothing that is typed now mends it.
const GONE = ['unknown', 'not-a-choice'];
// What the guard has found stands below the field already.
export const FOUND = ['health-number', 'medical'];

// problemsShown are those that may be told now: of a step that was checked, of
// a field that was left with something in it, of a choice that is not offered
// any more, and what the portal refused.
export function problemsShown(w: Work): Problem[] {
  const own = w.view.problems.filter(
    (p) =>
      GONE.includes(p.code) ||
      w.checked.includes(p.step as Step) ||
      (w.shown.includes(p.field) &&
        !FOUND.includes(p.code) &&
        (w.content.values[p.field] ?? '').trim() !== ''),
  );
  const refused = w.refused.filter((r) => !own.some((p) => p.field === r.field));
  return [...own, ...refused];
}

// isGone tells whether the type or the category that was chosen is not offered
// any more.
export function isGone(w: Work, field: string): boolean {
  if (field !== 'type' && field !== 'category') return false;
  return w.content[field] !== '' && w.view.problems.some((p) => p.field === field && p.code === 'unknown');
}

// problemOf is the one to be told beside a field.
export function problemOf(w: Work, field: string): Problem | undefined {
  return problemsShown(w).find((p) => p.field === field);
}
