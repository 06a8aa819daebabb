import { describe, expect, test } from 'vitest';
import type { Orphan, Problem } from '../bridge';
import { Editor } from './editor';
import { orphansOf } from './orphans';
import { problemsShown } from './problems';
import { type Change, dirty, reduce, sameContent } from './reducer';
import { asWork, content, draft, editing, FakeStore, problem, view } from './testing';

const reference: Orphan = { key: 'reference', label: { fr: 'Votre référence', en: 'Your reference' } };
const payment: Orphan = {
  key: 'payment',
  label: { fr: 'Paiement', en: 'Payment' },
  shown: { fr: 'Chèque', en: 'Cheque' },
};

const renewed = (description = 'Deux fois.') =>
  editing({
    renewed: true,
    content: content({
      catalogue: 2,
      values: { description, reference: 'Compta 11/26', payment: 'cheque' },
      orphans: [reference, payment],
    }),
    view: view({
      orphans: [reference, payment],
      problems: [problem('reference', 'details', 'orphan'), problem('payment', 'details', 'not-a-choice')],
    }),
  });

const change = (c: Change) => ({ kind: 'changed', change: c }) as const;
const keys = (s: ReturnType<typeof asWork>) => orphansOf(s).map((o) => o.key);

describe('what an older form had a place for', () => {
  test('goes to the end of the description, is no problem any more, and is to be saved', () => {
    const s = asWork(
      reduce(
        renewed('Deux fois.\n'),
        change({ kind: 'moveOrphan', key: 'reference', text: 'Votre référence : Compta 11/26' }),
      ),
    );
    expect(s.content.values.description).toBe('Deux fois.\n\nVotre référence : Compta 11/26');
    expect(s.content.values.reference).toBe('');
    expect(s.content.orphans).toEqual([payment]);
    expect(keys(s)).toEqual(['payment']);
    expect(s.view.problems.map((p) => p.field)).toEqual(['payment']);
    expect(dirty(s)).toBe(true);
  });

  test('is the description, if there was none', () => {
    const s = asWork(reduce(renewed(' '), change({ kind: 'moveOrphan', key: 'reference', text: 'R : 1' })));
    expect(s.content.values.description).toBe('R : 1');
  });

  test('can be moved once only', () => {
    const move = change({ kind: 'moveOrphan', key: 'reference', text: 'R : 1' });
    const once = reduce(renewed(), move);
    expect(reduce(once, move)).toBe(once);
  });

  test('moved to the description, it ends what the portal said of that', () => {
    const refused: Problem[] = [
      problem('description', 'details', 'too-short'),
      problem('subject', 'details'),
    ];
    const s = asWork(
      reduce(
        { ...renewed(), refused },
        change({ kind: 'moveOrphan', key: 'reference', text: 'Votre référence : 1' }),
      ),
    );
    expect(s.refused.map((p) => p.field)).toEqual(['subject']);
  });

  test('can be removed, and brought back as it was', () => {
    const before = renewed();
    const gone = asWork(reduce(before, change({ kind: 'dropOrphan', key: 'reference' })));
    expect(keys(gone)).toEqual(['payment']);
    expect(gone.content.values.reference).toBe('');
    const back = asWork(
      reduce(gone, change({ kind: 'restoreOrphan', orphan: reference, value: 'Compta 11/26' })),
    );
    expect(back.content.values).toEqual(before.content.values);
    expect(keys(back).sort()).toEqual(['payment', 'reference']);
    expect(dirty(back)).toBe(true);
  });

  test('is not brought back over what was answered since', () => {
    const gone = reduce(renewed(), change({ kind: 'dropOrphan', key: 'payment' }));
    const since = reduce(gone, change({ kind: 'value', field: 'payment', value: 'transfer' }));
    expect(reduce(since, change({ kind: 'restoreOrphan', orphan: payment, value: 'cheque' }))).toBe(since);
  });

  test('stays whatever else is typed, chosen or saved', () => {
    let s = asWork(reduce(renewed(), change({ kind: 'category', value: 'other' })));
    s = asWork(reduce(s, change({ kind: 'type', value: 'technical' })));
    s = asWork(reduce(s, change({ kind: 'value', field: 'subject', value: 'x' })));
    expect(s.content.orphans).toEqual([reference, payment]);
    expect(s.content.values.reference).toBe('Compta 11/26');
  });

  test('is told as a problem when the step is checked, and a choice that is gone at once', () => {
    const s = renewed();
    expect(problemsShown(s).map((p) => p.field)).toEqual(['payment']);
    const checked = asWork(reduce(s, { kind: 'checked', steps: ['details'] }));
    expect(problemsShown(checked).map((p) => p.field)).toEqual(['reference', 'payment']);
  });
});

describe('a form that has changed', () => {
  test('is told as long as the page is open', () => {
    const s = asWork(reduce(renewed(), change({ kind: 'value', field: 'subject', value: 'x' })));
    const view = { ...s.view };
    const after = asWork(
      reduce(s, { kind: 'saved', saved: { revision: 2, savedAt: '', view }, edits: s.sync.edits }),
    );
    expect(after.renewed).toBe(true);
    expect(asWork(reduce(after, { kind: 'submitting' })).renewed).toBe(true);
  });

  test('makes another content of the same words', () => {
    const old = content({ catalogue: 1, values: { a: '1' } });
    expect(sameContent(old, { ...old, catalogue: 2 })).toBe(false);
    expect(sameContent(old, { ...old, orphans: [reference] })).toBe(false);
    expect(sameContent(old, { ...old, orphans: [] })).toBe(true);
  });

  test('elsewhere, is the form of what is kept from here', () => {
    const mine = asWork(reduce(editing(), change({ kind: 'value', field: 'reference', value: 'mine' })));
    const theirs = draft({
      revision: 5,
      content: content({ catalogue: 2, values: { reference: 'theirs' }, orphans: [reference] }),
    });
    const kept = [{ kind: 'conflicted', theirs } as const, { kind: 'keptMine' } as const].reduce(
      reduce,
      mine,
    );
    expect(asWork(kept).content).toMatchObject({
      catalogue: 2,
      values: { reference: 'mine' },
      orphans: [reference],
    });
    expect(dirty(kept)).toBe(true);
  });
});

describe('a newer form that comes while somebody writes', () => {
  const written = async () => {
    const store = new FakeStore();
    store.disk.set('d1', draft({ content: content({ catalogue: 1 }) }));
    store.newest = 1;
    const editor = new Editor(store);
    await editor.open('d1');
    store.newest = 2;
    return { store, editor, work: () => asWork(editor.snapshot()) };
  };

  test('waits until the draft is opened anew', async () => {
    const { store, editor, work } = await written();
    editor.choose('subject', 'Facture');
    expect(await editor.flush()).toBe(true);
    await editor.readFiles();
    expect(work().content.catalogue).toBe(1);
    expect(store.disk.get('d1')?.content.catalogue).toBe(1);
    await editor.open('d1');
    expect(work()).toMatchObject({ renewed: true, content: { catalogue: 2 } });
  });

  test('waits too when the answer to a save got lost', async () => {
    const { store, editor, work } = await written();
    store.saveFaults.push({ code: 'timeout', done: true });
    editor.choose('subject', 'Facture');
    await editor.flush();
    editor.choose('subject', 'Facture en double');
    expect(await editor.flush()).toBe(true);
    expect(work()).toMatchObject({ kind: 'editing', content: { catalogue: 1 } });
    expect(store.text()).toBe('Facture en double');
  });
});
