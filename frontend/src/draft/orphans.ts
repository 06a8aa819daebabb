import type { Content, Orphan, View } from '../bridge';

// Answers of an older form that the present one has no place for: they stay in
// the draft until somebody moves or removes them. Pure, a part of the reducer.

export type OrphanChange =
  | { kind: 'dropOrphan'; key: string }
  | { kind: 'restoreOrphan'; orphan: Orphan; value: string }
  | { kind: 'moveOrphan'; key: string; text: string }; // text goes to the end of the description

export function isOrphanChange(change: { kind: string }): change is OrphanChange {
  return ['dropOrphan', 'restoreOrphan', 'moveOrphan'].includes(change.kind);
}

// orphansOf are those to be shown, in the order of the form that they are from.
export function orphansOf({ content, view }: { content: Content; view: View }): Orphan[] {
  return view.orphans.filter((o) => textOf(content, o.key) !== '');
}

export function textOf(c: Content, key: string): string {
  return (c.values[key] ?? '').trim();
}

// withOrphan is the content after the change; the same one if it does nothing.
export function withOrphan(c: Content, change: OrphanChange): Content {
  if (change.kind === 'restoreOrphan') {
    // What was answered since counts.
    if (textOf(c, change.orphan.key) !== '') return c;
    const others = c.orphans.filter((o) => o.key !== change.orphan.key);
    return {
      ...c,
      values: { ...c.values, [change.orphan.key]: change.value },
      orphans: [...others, change.orphan],
    };
  }
  if (textOf(c, change.key) === '') return c;
  const values = { ...c.values, [change.key]: '' };
  if (change.kind === 'moveOrphan') {
    const before = (c.values.description ?? '').trimEnd();
    values.description = before ? `${before}\n\n${change.text}` : change.text;
  }
  return { ...c, values, orphans: c.orphans.filter((o) => o.key !== change.key) };
}

// seenWith is what is shown of orphans until the rules have looked at the change.
export function seenWith(view: View, change: OrphanChange): View {
  const key = change.kind === 'restoreOrphan' ? change.orphan.key : change.key;
  const orphans = view.orphans.filter((o) => o.key !== key);
  if (change.kind === 'restoreOrphan') return { ...view, orphans: [...orphans, change.orphan] };
  const problems = view.problems.filter((p) => p.field !== key || p.code !== 'orphan');
  return { ...view, orphans, problems };
}
