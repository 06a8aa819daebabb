import { describe, expect, test } from 'vitest';
import { problemOf, problemsShown } from './problems';
import {
  type Change,
  dirty,
  type Event,
  isWork,
  loading,
  reduce,
  type State,
  stepOf,
  stepsOf,
} from './reducer';
import { asWork, content, draft, editing, practices, problem, view } from './testing';

const saved = (revision: number, over = {}) => ({
  revision,
  savedAt: '2026-01-05T09:00:00Z',
  view: view(over),
});

function typed(field: string, value: string): Event {
  return { kind: 'changed', change: { kind: 'value', field, value } };
}

function change(c: Change): Event {
  return { kind: 'changed', change: c };
}

function play(s: State, ...events: Event[]) {
  return asWork(events.reduce(reduce, s));
}

describe('before there is a draft', () => {
  test('an open draft can be written in, with nothing to save', () => {
    const s = reduce(loading, { kind: 'opened', draft: draft({ revision: 4 }) });
    expect(s).toMatchObject({ kind: 'editing', failure: '', sync: { revision: 4, edits: 0, stored: 0 } });
    expect(dirty(s)).toBe(false);
  });

  test('a draft that cannot be opened says why, and can be opened later', () => {
    const failed = reduce(loading, { kind: 'openFailed', code: 'not-found' });
    expect(failed).toEqual({ kind: 'failed', code: 'not-found' });
    expect(isWork(failed)).toBe(false);
    expect(dirty(failed)).toBe(false);
    expect(reduce(failed, { kind: 'opened', draft: draft() }).kind).toBe('editing');
  });

  test('what comes late for a draft that is gone changes nothing', () => {
    for (const e of [typed('subject', 'a'), { kind: 'saving' }, { kind: 'submitted' }] as Event[])
      expect(reduce(loading, e)).toBe(loading);
  });

  test('a failure to open again does not take away what is being written', () => {
    const s = play(editing(), typed('subject', 'Facture'));
    expect(reduce(s, { kind: 'openFailed', code: 'timeout' })).toBe(s);
  });
});

describe('saving', () => {
  test('each edit counts once, and typing the same again counts for nothing', () => {
    const s = play(editing(), typed('subject', 'F'), typed('subject', 'Fa'));
    expect(s.sync.edits).toBe(2);
    expect(dirty(s)).toBe(true);
    expect(reduce(s, typed('subject', 'Fa'))).toBe(s);
    expect(reduce(s, typed('description', ''))).toBe(s);
  });

  test('an answer to the newest text marks it as stored', () => {
    const s = play(editing(), typed('subject', 'F'), { kind: 'saving' });
    expect(s.sync.busy).toBe(true);
    const done = play(s, { kind: 'saved', saved: saved(2), edits: 1 });
    expect(done.sync).toMatchObject({ revision: 2, stored: 1, busy: false, savedAt: '2026-01-05T09:00:00Z' });
    expect(dirty(done)).toBe(false);
  });

  test('an answer to an older text does not mark newer text as stored', () => {
    const s = play(editing(), typed('subject', 'F'), { kind: 'saving' }, typed('subject', 'Fa'), {
      kind: 'saved',
      saved: saved(2),
      edits: 1,
    });
    expect(dirty(s)).toBe(true);
    expect(s.content.values.subject).toBe('Fa');
  });

  test('a save that failed keeps everything typed and says why', () => {
    const s = play(editing(), typed('subject', 'Facture'), { kind: 'saving' });
    const failed = play(s, { kind: 'saveFailed', code: 'disk-full' });
    expect(failed.sync).toMatchObject({ busy: false, failure: 'disk-full', unanswered: [] });
    expect(failed.content).toEqual(s.content);
    expect(dirty(failed)).toBe(true);
  });

  test('the next success takes the failure away', () => {
    const s = play(
      editing(),
      typed('subject', 'F'),
      { kind: 'saveFailed', code: 'timeout', unanswered: content() },
      { kind: 'saved', saved: saved(2), edits: 1 },
    );
    expect(s.sync).toMatchObject({ failure: '', unanswered: [] });
  });

  test('after a save without an answer the work goes on from what is stored', () => {
    const s = play(editing(), typed('subject', 'F'));
    const unsure = play(s, { kind: 'saveFailed', code: 'timeout', unanswered: s.content });
    expect(unsure.sync.unanswered).toEqual([s.content]);
    const more = play(unsure, typed('subject', 'Fa'));
    const theirs = draft({ revision: 2, content: s.content });
    const rebased = play(more, { kind: 'rebased', theirs, edits: 0 });
    expect(rebased.sync).toMatchObject({ revision: 2, failure: '', unanswered: [] });
    expect(rebased.content.values.subject).toBe('Fa');
    expect(dirty(rebased)).toBe(true);
    const same = play(unsure, { kind: 'rebased', theirs, edits: 1 });
    expect(dirty(same)).toBe(false);
  });
});

describe('a conflict', () => {
  const theirs = draft({
    revision: 7,
    content: content({ values: { subject: 'La leur' } }),
    view: view({ done: 3 }),
  });
  const mine = play(editing(), typed('subject', 'La mienne'), { kind: 'saving' });
  const conflict = play(mine, { kind: 'conflicted', theirs });

  test('shows both and keeps what is typed here', () => {
    expect(conflict).toMatchObject({ kind: 'conflict', theirs, sync: { busy: false, failure: 'conflict' } });
    expect(conflict.content.values.subject).toBe('La mienne');
    expect(dirty(conflict)).toBe(true);
  });

  test('does not stop anybody from typing', () => {
    const s = play(conflict, typed('subject', 'La mienne aussi'));
    expect(s.kind).toBe('conflict');
    expect(s.content.values.subject).toBe('La mienne aussi');
  });

  test('ended with mine, saves mine on top of theirs', () => {
    const s = play(conflict, { kind: 'keptMine' });
    expect(s).toMatchObject({ kind: 'editing', sync: { revision: 7, failure: '' }, view: { done: 3 } });
    expect(s.content.values.subject).toBe('La mienne');
    expect(s).not.toHaveProperty('theirs');
    expect(dirty(s)).toBe(true);
  });

  test('ended with mine, saves mine even if nothing was typed since the last save', () => {
    const untouched = play(editing(), { kind: 'conflicted', theirs }, { kind: 'keptMine' });
    expect(dirty(untouched)).toBe(true);
  });

  test('ended with theirs, shows theirs with nothing to save', () => {
    const s = play(conflict, { kind: 'tookTheirs' });
    expect(s).toMatchObject({ kind: 'editing', content: theirs.content, sync: { revision: 7, edits: 0 } });
    expect(dirty(s)).toBe(false);
  });

  test('cannot be ended where there is none', () => {
    expect(reduce(mine, { kind: 'keptMine' })).toBe(mine);
    expect(reduce(mine, { kind: 'tookTheirs' })).toBe(mine);
  });
});

describe('changing one’s mind', () => {
  const values = { subject: 'Facture', description: 'Double' };

  test('another type empties the category and keeps what was typed', () => {
    const s = editing({ content: content({ type: 'invoice', category: 'wrong', values }) });
    const next = play(s, change({ kind: 'type', value: 'contract' }));
    expect(next.content).toMatchObject({ type: 'contract', category: '', values });
    expect(reduce(s, change({ kind: 'type', value: 'invoice' }))).toBe(s);
  });

  test('practice, category and step change only themselves', () => {
    const s = editing({ content: content({ type: 'invoice', values }) });
    const next = play(
      s,
      change({ kind: 'practice', value: 'p2' }),
      change({ kind: 'category', value: 'wrong' }),
      change({ kind: 'step', value: 'details' }),
    );
    expect(next.content).toEqual(
      content({ type: 'invoice', practice: 'p2', category: 'wrong', step: 'details', values }),
    );
  });

  test('the form in mid-draft keeps every value and the step', () => {
    const s = editing({ content: content({ type: 'invoice', step: 'details', values }) });
    const next = play(s, change({ kind: 'road', value: 'form' }));
    expect(next.content).toEqual({ ...s.content, road: 'form' });
  });

  test('the Assistant in mid-draft keeps every value and takes over at the first open step', () => {
    const s = editing({
      content: content({ road: 'form', type: 'invoice', values }),
      view: view({ problems: [problem('files', 'files'), problem('category', 'category')] }),
    });
    const next = play(s, change({ kind: 'road', value: 'assistant' }));
    expect(next.content).toEqual({ ...s.content, road: 'assistant', step: 'category' });
    expect(s.content.step).toBe('type');
  });

  test('the Assistant takes over at the last step when nothing is open', () => {
    const s = editing({ content: content({ road: 'form' }) });
    expect(play(s, change({ kind: 'road', value: 'assistant' })).content.step).toBe('files');
  });
});

describe('sending', () => {
  const s = play(editing(), typed('subject', 'F'), { kind: 'saved', saved: saved(2), edits: 1 });

  test('freezes what is typed until the answer, and for good after it', () => {
    const submitting = play(s, { kind: 'submitting' });
    expect(reduce(submitting, typed('subject', 'Trop tard'))).toBe(submitting);
    const submitted = play(submitting, { kind: 'submitted' });
    expect(submitted.kind).toBe('submitted');
    expect(reduce(submitted, typed('subject', 'Trop tard'))).toBe(submitted);
  });

  test('that failed can be typed in again, with the problems and a new summary', () => {
    const problems = [problem('subject', 'details', 'too-short')];
    const failed = play(s, { kind: 'submitting' }, { kind: 'submitFailed', code: 'invalid', problems });
    expect(failed).toMatchObject({ kind: 'editing', failure: 'invalid', view: { problems } });
    expect(failed.summary).toBe(s.summary + 1);
    expect(play(failed, typed('subject', 'Facture')).content.values.subject).toBe('Facture');
  });

  test('that failed without problems keeps those that were known', () => {
    const known = editing({ view: view({ problems: [problem('type', 'type')] }) });
    const failed = play(known, { kind: 'submitFailed', code: 'timeout', problems: [] });
    expect(failed.view.problems).toEqual(known.view.problems);
  });
});

describe('problems', () => {
  const subject = problem('subject', 'details');
  const s = editing({ view: view({ problems: [problem('type', 'type'), subject] }) });

  test('are not told of what nobody has come to yet', () => {
    expect(problemsShown(s)).toEqual([]);
  });

  test('are told of a step that was checked', () => {
    const checked = play(s, { kind: 'checked', steps: ['details'] });
    expect(problemsShown(checked)).toEqual([subject]);
    expect(problemOf(checked, 'subject')).toEqual(subject);
    expect(problemOf(checked, 'type')).toBeUndefined();
    const again = play(checked, { kind: 'checked', steps: ['details', 'type'] });
    expect(again.checked).toEqual(['details', 'type']);
    expect(again.summary).toBe(2);
  });

  test('are told of a field that was left with something in it, not of an empty one', () => {
    const left = play(s, { kind: 'left', field: 'subject' });
    expect(problemsShown(left)).toEqual([]);
    expect(problemsShown(play(left, typed('subject', '  ')))).toEqual([]);
    expect(problemsShown(play(left, typed('subject', 'F')))).toEqual([subject]);
    expect(reduce(left, { kind: 'left', field: 'subject' })).toBe(left);
  });

  test('the portal’s refusal is told at once and disappears when its field is touched', () => {
    const refused = [problem('subject', 'details', 'pattern'), problem('category', 'category', 'unknown')];
    const back = editing({ refused });
    expect(problemsShown(back)).toEqual(refused);
    expect(problemsShown(play(back, typed('subject', 'F')))).toEqual([refused[1]]);
    expect(problemsShown(play(back, change({ kind: 'category', value: 'other' })))).toEqual([refused[0]]);
  });

  test('one field is told one problem, its own before the portal’s', () => {
    const both = editing({
      view: view({ problems: [subject] }),
      refused: [problem('subject', 'details', 'x')],
    });
    expect(problemsShown(play(both, { kind: 'checked', steps: ['details'] }))).toEqual([subject]);
  });
});

describe('steps', () => {
  test('ask for the practice only when there are several', () => {
    expect(stepsOf(editing({ view: view({ eligible: practices(2) }) }))).toContain('practice');
    for (const n of [0, 1])
      expect(stepsOf(editing({ view: view({ eligible: practices(n) }) }))).toEqual([
        'type',
        'category',
        'details',
        'files',
      ]);
  });

  test('ask for the practice when the one chosen is not possible any more', () => {
    const problems = [problem('practice', 'practice', 'unknown')];
    expect(stepsOf(editing({ view: view({ eligible: practices(1), problems }) }))).toContain('practice');
    expect(stepsOf(editing({ view: view({ problems }) }))).not.toContain('practice');
  });

  test('a draft that stands at a step not asked any more goes on after it', () => {
    expect(stepOf(editing({ content: content({ step: 'practice' }) }))).toBe('category');
    expect(stepOf(editing({ content: content({ step: 'elsewhere' }) }))).toBe('type');
    expect(stepOf(editing({ content: content({ step: 'details' }) }))).toBe('details');
  });
});

test('why the portal refused it is told unless its fields say so', () => {
  expect(editing({ reason: 'forbidden' }).reason).toBe('forbidden');
  expect(editing({ reason: 'invalid', refused: [problem('subject', 'details', 'x')] }).reason).toBe('');
});
