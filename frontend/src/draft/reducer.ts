import type { Content, Draft, Field, Problem, Saved, StoredFile, View } from '../bridge';
import { isOrphanChange, type OrphanChange, seenWith, withOrphan } from './orphans';

// The state of one draft, for both roads: what was typed, what the rules make
// of it, and how far it is saved. It is pure; editor.ts does what has to be
// done about it.

export type Step = 'type' | 'practice' | 'category' | 'details' | 'files';
export type Road = 'assistant' | 'form';

// Sync is how far what was typed is on the disk. Edits are counted, so that an
// answer is known to speak of an older text.
export interface Sync {
  revision: number; // what the program holds
  edits: number; // made so far
  stored: number; // of these, on the disk
  busy: boolean; // a save is under way
  savedAt: string;
  failure: string; // code of the last failure, empty after a success
  unanswered: Content[]; // sent without an answer: may or may not be stored
}

export interface Work {
  id: string;
  content: Content;
  view: View;
  files: StoredFile[];
  reason: string; // why the portal refused it, unless its fields say so
  refused: Problem[]; // what the portal said, of fields not touched since
  renewed: boolean; // the form has changed since somebody last wrote here
  shared: boolean; // it belongs to this PC: whoever uses it can read it
  givenBy: string; // the colleague who handed it over, empty if none did
  shown: string[]; // fields that were left, whose problems may be told
  checked: Step[]; // steps that were checked as a whole
  summary: number; // grows when the summary of problems should take the focus
  sync: Sync;
}

export type State =
  | { kind: 'loading' }
  | { kind: 'failed'; code: string }
  | (Work & { kind: 'editing'; failure: string })
  | (Work & { kind: 'conflict'; theirs: Draft })
  | (Work & { kind: 'submitting' })
  | (Work & { kind: 'submitted' });

export type Change =
  | { kind: 'value'; field: string; value: string }
  | { kind: 'type'; value: string }
  | { kind: 'practice'; value: string }
  | { kind: 'category'; value: string }
  | { kind: 'step'; value: Step }
  | { kind: 'road'; value: Road }
  | OrphanChange;

export type Event =
  | { kind: 'opened'; draft: Draft }
  | { kind: 'openFailed'; code: string }
  | { kind: 'adopted' }
  | { kind: 'changed'; change: Change }
  | { kind: 'left'; field: string }
  | { kind: 'checked'; steps: Step[] }
  | { kind: 'saving' }
  | { kind: 'saved'; saved: Saved; edits: number }
  | { kind: 'saveFailed'; code: string; unanswered?: Content }
  | { kind: 'rebased'; theirs: Draft; edits: number }
  | { kind: 'conflicted'; theirs: Draft }
  | { kind: 'keptMine' }
  | { kind: 'tookTheirs' }
  | { kind: 'filesRead'; draft: Draft }
  | { kind: 'files'; files: StoredFile[] }
  | { kind: 'submitting' }
  | { kind: 'submitted' }
  | { kind: 'submitFailed'; code: string; problems: Problem[] };

export const loading: State = { kind: 'loading' };

// isWork tells whether there is a draft in this state.
export function isWork(s: State): s is Extract<State, Work> {
  return s.kind !== 'loading' && s.kind !== 'failed';
}

// dirty tells whether something typed is not on the disk.
export function dirty(s: State): boolean {
  return isWork(s) && s.sync.stored < s.sync.edits;
}

export function reduce(s: State, e: Event): State {
  if (e.kind === 'opened') return opened(e.draft);
  if (!isWork(s)) return e.kind === 'openFailed' ? { kind: 'failed', code: e.code } : s;
  switch (e.kind) {
    case 'changed':
      // Once it is being sent nothing more can be typed.
      return s.kind === 'editing' || s.kind === 'conflict' ? changed(s, e.change) : s;
    case 'left':
      return s.shown.includes(e.field) ? s : { ...s, shown: [...s.shown, e.field] };
    case 'checked':
      return { ...s, checked: [...new Set([...s.checked, ...e.steps])], summary: s.summary + 1 };
    case 'saving':
      return { ...s, sync: { ...s.sync, busy: true } };
    case 'saved':
      return {
        ...s,
        view: sameView(s.view, e.saved.view) ? s.view : e.saved.view,
        sync: {
          ...s.sync,
          revision: e.saved.revision,
          savedAt: e.saved.savedAt,
          stored: e.edits,
          busy: false,
          failure: '',
          unanswered: [],
        },
      };
    case 'saveFailed':
      return {
        ...s,
        sync: {
          ...s.sync,
          busy: false,
          failure: e.code,
          unanswered: e.unanswered ? [...s.sync.unanswered, e.unanswered] : s.sync.unanswered,
        },
      };
    case 'rebased':
      return { ...s, ...adopted(s, e.theirs, e.edits) };
    case 'conflicted':
      return {
        ...work(s),
        kind: 'conflict',
        theirs: e.theirs,
        sync: { ...s.sync, busy: false, failure: 'conflict' },
      };
    case 'keptMine':
      if (s.kind !== 'conflict') return s;
      // What is on the disk is theirs: nothing from here counts as stored.
      return {
        ...work(s),
        ...adopted(s, s.theirs, -1),
        content: renewedLike(s.content, s.theirs.content),
        kind: 'editing',
        failure: '',
      };
    case 'tookTheirs':
      return s.kind === 'conflict' ? opened(s.theirs) : s;
    case 'filesRead':
      // What was typed or saved since counts; what the rules say of the files is new.
      return {
        ...s,
        files: e.draft.files,
        view:
          dirty(s) || e.draft.revision !== s.sync.revision
            ? withFileProblems(s.view, e.draft.view)
            : e.draft.view,
        refused: sameFiles(s.files, e.draft.files) ? s.refused : s.refused.filter((p) => p.field !== 'files'),
      };
    case 'files':
      return { ...s, files: e.files };
    case 'submitting':
      return { ...work(s), kind: 'submitting' };
    case 'submitted':
      return { ...work(s), kind: 'submitted' };
    case 'submitFailed':
      return {
        ...work(s),
        kind: 'editing',
        failure: e.code,
        view: e.problems.length > 0 ? { ...s.view, problems: e.problems } : s.view,
        summary: s.summary + 1,
      };
    case 'adopted':
      return { ...s, shared: false };
    case 'openFailed':
      return s;
  }
}

function opened(d: Draft): State {
  return {
    kind: 'editing',
    failure: '',
    id: d.id,
    content: d.content,
    view: d.view,
    files: d.files,
    reason: d.refused.length > 0 ? '' : d.reason,
    refused: d.refused,
    renewed: d.renewed,
    shared: d.shared,
    givenBy: d.givenBy,
    shown: [],
    checked: [],
    summary: 0,
    sync: {
      revision: d.revision,
      edits: 0,
      stored: 0,
      busy: false,
      savedAt: d.savedAt,
      failure: '',
      unanswered: [],
    },
  };
}

// work is the state without what only its kind has.
function work(s: Work): Work {
  const { id, content, view, files, reason, refused, renewed, shared, givenBy } = s;
  const { shown, checked, summary, sync } = s;
  return {
    id,
    content,
    view,
    files,
    reason,
    refused,
    renewed,
    shared,
    givenBy,
    shown,
    checked,
    summary,
    sync,
  };
}

// renewedLike puts what is typed here under the form that is stored: it may
// have been opened elsewhere with a newer catalogue.
function renewedLike(mine: Content, theirs: Content): Content {
  const others = theirs.orphans.filter((o) => !mine.orphans.some((m) => m.key === o.key));
  return { ...mine, catalogue: theirs.catalogue, orphans: [...mine.orphans, ...others] };
}

// adopted takes over the revision that is stored, keeping what is typed here.
function adopted(s: Work, theirs: Draft, stored: number): Pick<Work, 'files' | 'view' | 'sync'> {
  return {
    files: theirs.files,
    view: theirs.view,
    sync: {
      ...s.sync,
      revision: theirs.revision,
      savedAt: theirs.savedAt,
      stored,
      busy: false,
      failure: '',
      unanswered: [],
    },
  };
}

function withFileProblems(mine: View, theirs: View): View {
  const own = mine.problems.filter((p) => p.field !== 'files');
  return { ...mine, problems: [...own, ...theirs.problems.filter((p) => p.field === 'files')] };
}

function sameFiles(a: StoredFile[], b: StoredFile[]): boolean {
  return a.length === b.length && a.every((f, i) => f.id === b[i]?.id);
}

function changed<S extends Work>(s: S, typed: Change): S {
  const change = oneLine(s, typed);
  const content = applied(s.content, change);
  if (content === s.content) return s;
  // The Assistant takes over where something is left to do.
  if (change.kind === 'road' && change.value === 'assistant') content.step = firstOpen(s);
  return {
    ...s,
    content,
    view: isOrphanChange(change) ? seenWith(s.view, change) : s.view,
    refused: s.refused.filter((p) => p.field !== touched(change)),
    sync: { ...s.sync, edits: s.sync.edits + 1 },
  };
}

// touched is the field whose answer a change is about.
function touched(change: Change): string {
  if (change.kind === 'value') return change.field;
  return change.kind === 'moveOrphan' ? 'description' : change.kind;
}

// oneLine makes spaces of the tabs that came into a line with what was pasted,
// from a spreadsheet for example.
function oneLine(w: Work, change: Change): Change {
  if (change.kind !== 'value' || !change.value.includes('\t')) return change;
  const field = w.view.fields.find((f) => f.key === change.field);
  return field?.kind === 'line' ? { ...change, value: change.value.replace(/\t+/g, ' ') } : change;
}

function firstOpen(w: Work): Step {
  const steps = stepsOf(w);
  return steps.find((step) => w.view.problems.some((p) => p.step === step)) ?? 'files';
}

function applied(c: Content, change: Change): Content {
  switch (change.kind) {
    case 'value':
      if ((c.values[change.field] ?? '') === change.value) return c;
      return { ...c, values: { ...c.values, [change.field]: change.value } };
    case 'type':
      // A category belongs to its type; what was typed stays.
      return c.type === change.value ? c : { ...c, type: change.value, category: '' };
    case 'dropOrphan':
    case 'restoreOrphan':
    case 'moveOrphan':
      return withOrphan(c, change);
    default:
      return c[change.kind] === change.value ? c : { ...c, [change.kind]: change.value };
  }
}

// stepsOf lists the steps that the Assistant asks for this draft: the practice
// only when there is something to choose.
export function stepsOf(w: Work): Step[] {
  const several = w.view.eligible.length > 1;
  const wrong = w.view.eligible.length > 0 && w.view.problems.some((p) => p.field === 'practice');
  return several || wrong
    ? ['type', 'practice', 'category', 'details', 'files']
    : ['type', 'category', 'details', 'files'];
}

// stepOf is the step that the draft stands at, among those that are asked.
export function stepOf(w: Work): Step {
  const steps = stepsOf(w);
  const step = w.content.step as Step;
  if (steps.includes(step)) return step;
  return step === 'practice' ? 'category' : 'type';
}

// shownValue is what a field shows: what was typed, or its default.
export function shownValue(w: Work, field: Field): string {
  return w.content.values[field.key] || field.default;
}

// sameView tells whether the rules still say the same.
function sameView(a: View, b: View): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

// looksAlike tells whether a page shows both states alike. Of how far it is saved it
// shows only whether it ever was and what failed; when that was, the foot tells.
export function looksAlike(a: State, b: State): boolean {
  const told = (s: State): Record<string, unknown> =>
    isWork(s) ? { ...s, sync: `${s.sync.revision > 0} ${s.sync.failure}` } : { ...s };
  const before = told(a);
  const after = told(b);
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].every((key) => before[key] === after[key]);
}

// sameContent tells whether two contents say the same.
export function sameContent(a: Content, b: Content): boolean {
  const keys = new Set([...Object.keys(a.values), ...Object.keys(b.values)]);
  return (
    a.road === b.road &&
    a.step === b.step &&
    a.type === b.type &&
    a.practice === b.practice &&
    a.category === b.category &&
    a.catalogue === b.catalogue &&
    a.orphans.map((o) => o.key).join() === b.orphans.map((o) => o.key).join() &&
    [...keys].every((k) => (a.values[k] ?? '') === (b.values[k] ?? ''))
  );
}
