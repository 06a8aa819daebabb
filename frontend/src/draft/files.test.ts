import { describe, expect, test } from 'vitest';
import { problemsShown } from './problems';
import { dirty, reduce, sameContent, shownValue } from './reducer';
import { asWork, content, draft, editing, problem, view } from './testing';

const file = {
  id: 'f1',
  name: 'facture.pdf',
  size: 10,
  media: 'application/pdf',
  thumb: false,
  confirmedBy: '',
  confirmedAt: '',
  releasedAt: '',
};
const typing = { kind: 'changed', change: { kind: 'value', field: 'subject', value: 'Facture' } } as const;

describe('files of a draft', () => {
  test('are shown with what the rules say of the whole draft', () => {
    const read = draft({ files: [file], view: view({ done: 2 }) });
    expect(reduce(editing(), { kind: 'filesRead', draft: read })).toMatchObject({
      files: [file],
      view: { done: 2 },
    });
  });

  test('bring only what the rules say of files while something typed is not stored', () => {
    const own = problem('subject', 'details', 'too-short');
    const s = reduce(editing({ view: view({ problems: [own, problem('files', 'files', 'old')] }) }), typing);
    const problems = [problem('files', 'files', 'too-many'), problem('subject', 'details')];
    const next = asWork(
      reduce(s, { kind: 'filesRead', draft: draft({ files: [file], view: view({ problems }) }) }),
    );
    expect(next.view.problems).toEqual([own, problems[0]]);
    expect(next.content.values.subject).toBe('Facture');
    expect(dirty(next)).toBe(true);
  });

  test('bring only what the rules say of files when read before the last save', () => {
    const saved = { revision: 2, savedAt: '', view: view({ done: 5 }) };
    const s = [typing, { kind: 'saved', saved, edits: 1 } as const].reduce(reduce, editing());
    const next = reduce(s, { kind: 'filesRead', draft: draft({ revision: 1, files: [file], view: view() }) });
    expect(next).toMatchObject({ files: [file], view: { done: 5 } });
  });

  test('the portal’s refusal of the files disappears once they are others', () => {
    const refused = [problem('files', 'files', 'file-type'), problem('subject', 'details')];
    const s = editing({ files: [file], refused });
    const untouched = asWork(reduce(s, { kind: 'filesRead', draft: draft({ files: [file], refused }) }));
    expect(problemsShown(untouched)).toEqual(refused);
    const without = asWork(reduce(s, { kind: 'filesRead', draft: draft({ files: [], refused }) }));
    expect(problemsShown(without)).toEqual([refused[1]]);
  });

  test('that were just stored are shown at once', () => {
    expect(reduce(editing(), { kind: 'files', files: [file] })).toMatchObject({ files: [file] });
  });
});

describe('what a draft says', () => {
  test('is the same when an empty value and no value meet', () => {
    const a = content({ values: { subject: 'F', note: '' } });
    expect(sameContent(a, content({ values: { subject: 'F' } }))).toBe(true);
    expect(sameContent(content({ values: { subject: 'F' } }), a)).toBe(true);
  });

  test.each([
    { road: 'form' },
    { step: 'files' },
    { type: 'invoice' },
    { practice: 'p2' },
    { category: 'wrong' },
    { values: { subject: 'F' } },
  ])('differs with another %o', (over) => {
    expect(sameContent(content(), content(over))).toBe(false);
    expect(sameContent(content(over), content())).toBe(false);
  });

  test('a field shows what was typed, or else its default', () => {
    const label = { fr: '', en: '' };
    const field = {
      key: 'copies',
      label,
      hint: label,
      kind: 'line',
      options: [],
      default: '1',
      required: false,
      maxLength: 3,
    };
    expect(shownValue(editing(), field)).toBe('1');
    expect(shownValue(editing({ content: content({ values: { copies: '2' } }) }), field)).toBe('2');
  });
});
