import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { begin, Editor } from './editor';
import { problemsShown } from './problems';
import { dirty } from './reducer';
import { asWork, content, draft, FakeStore, problem, view } from './testing';

let store: FakeStore;
let editor: Editor;

const state = () => asWork(editor.snapshot());
const type = (value: string) => editor.change({ kind: 'value', field: 'subject', value });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const tooShort = problem('subject', 'details', 'too-short');

beforeEach(async () => {
  vi.useFakeTimers();
  store = new FakeStore();
  store.disk.set('d1', draft());
  // A subject needs four letters.
  store.look = (c) => view({ problems: (c.values.subject ?? '').length < 4 ? [tooShort] : [] });
  editor = new Editor(store);
  await editor.open('d1');
});

afterEach(() => {
  vi.useRealTimers();
});

// begun is an editor of a draft of which nothing is stored yet.
function begun(): Editor {
  const e = new Editor(store);
  e.dispatch({
    kind: 'opened',
    draft: draft({ id: 'd2', revision: 0, content: begin('form'), savedAt: '' }),
  });
  return e;
}

describe('sending', () => {
  test('stores what was typed first, then queues that revision', async () => {
    type('Facture');
    expect(await editor.submit()).toBe(true);
    expect(store.text()).toBe('Facture');
    expect(store.submits).toEqual([{ id: 'd1', revision: 2 }]);
    expect(state().kind).toBe('submitted');
  });

  test('stops where what was typed cannot be stored', async () => {
    store.saveFaults.push({ code: 'disk-full' });
    type('Facture');
    expect(await editor.submit()).toBe(false);
    expect(store.submits).toEqual([]);
    expect(state()).toMatchObject({ kind: 'editing', sync: { failure: 'disk-full' } });
  });

  test('stops where the draft was changed elsewhere', async () => {
    store.change('d1', content({ values: { subject: 'La leur' } }));
    type('La mienne');
    expect(await editor.submit()).toBe(false);
    expect(store.submits).toEqual([]);
    expect(state().kind).toBe('conflict');
    expect(await editor.submit()).toBe(false);
  });

  test.each([0, 50, 150])('pressed twice %i ms apart asks once', async (apart) => {
    store.latency = 100;
    type('Facture');
    const first = editor.submit();
    await pass(apart);
    const second = editor.submit();
    await pass(5000);
    expect([await first, await second]).toEqual([true, false]);
    expect(store.submits.length).toBe(1);
  });

  test('freezes the text until the answer', async () => {
    type('Facture');
    await editor.flush();
    store.latency = 100;
    const sent = editor.submit();
    await pass(50);
    type('Facture en double');
    await pass(5000);
    expect(await sent).toBe(true);
    expect(state().content.values.subject).toBe('Facture');
    expect(store.saves.length).toBe(1);
  });

  test('without an answer asks again with the same id, and is one request', async () => {
    store.submitFaults.push({ code: 'timeout', done: true });
    type('Facture');
    expect(await editor.submit()).toBe(true);
    expect(store.submits).toEqual([
      { id: 'd1', revision: 2 },
      { id: 'd1', revision: 2 },
    ]);
    expect([...store.queued]).toEqual(['d1']);
  });

  test('without any answer leaves the draft as it is, to be sent again', async () => {
    store.submitFaults.push({ code: 'timeout', done: true }, { code: 'timeout' });
    type('Facture');
    expect(await editor.submit()).toBe(false);
    expect(state()).toMatchObject({ kind: 'editing', failure: 'timeout' });
    expect(state().content.values.subject).toBe('Facture');
    expect(await editor.submit()).toBe(true);
    expect([...store.queued]).toEqual(['d1']);
  });

  test('a fault that is no lack of an answer is not repeated', async () => {
    store.submitFaults.push({ code: 'disk-full' });
    type('Facture');
    expect(await editor.submit()).toBe(false);
    expect(store.submits.length).toBe(1);
    expect(state()).toMatchObject({ kind: 'editing', failure: 'disk-full' });
  });

  test('with something missing asks nothing of the program and shows what', async () => {
    type('F');
    expect(await editor.submit()).toBe(false);
    expect(store.submits).toEqual([]);
    expect(problemsShown(state())).toEqual([tooShort]);
    expect(state().summary).toBeGreaterThan(0);
  });

  test('with what the guard has found tells it then, and not when the field was left', async () => {
    const kept = problem('subject', 'details', 'health-number');
    store.look = () => view({ problems: [kept] });
    type('1 85 05 78 006 084 91');
    editor.left('subject');
    await editor.flush();
    expect(problemsShown(state())).toEqual([]); // it stands below the field already
    expect(await editor.submit()).toBe(false);
    expect(store.submits).toEqual([]);
    expect(problemsShown(state())).toEqual([kept]);
  });

  test('that the program finds invalid shows its problems', async () => {
    const problems = [problem('files', 'files', 'file-missing')];
    store.submitFaults.push({ code: 'invalid', problems });
    type('Facture');
    expect(await editor.submit()).toBe(false);
    expect(state()).toMatchObject({ kind: 'editing', failure: 'invalid' });
    expect(problemsShown(state())).toEqual(problems);
  });

  test('an empty new draft is not sent', async () => {
    const e = begun();
    expect(await e.submit()).toBe(false);
    expect(store.submits).toEqual([]);
  });
});

describe('checking steps', () => {
  test('saves, then tells only of the steps that were asked for', async () => {
    type('F');
    expect(await editor.check(['type'])).toBe(true);
    expect(store.text()).toBe('F');
    expect(problemsShown(state())).toEqual([]);
    expect(await editor.check(['details'])).toBe(false);
    expect(problemsShown(state())).toEqual([tooShort]);
    type('Facture');
    expect(await editor.check(['details'])).toBe(true);
  });

  test('stops nobody when it cannot be saved right now', async () => {
    type('F');
    expect(await editor.check(['details'])).toBe(false);
    store.saveFaults.push({ code: 'disk-full' });
    type('Fa');
    expect(await editor.check(['details'])).toBe(true);
  });
});

describe('files', () => {
  test('come to a draft that is on the disk', async () => {
    const e = begun();
    expect(store.disk.has('d2')).toBe(false);
    expect(await e.stored()).toBe(true);
    expect(store.disk.get('d2')?.revision).toBe(1);
    expect(await e.stored()).toBe(true);
    expect(store.saves.length).toBe(1);
  });

  test('wait for what was typed', async () => {
    const e = begun();
    e.change({ kind: 'value', field: 'subject', value: 'Facture' });
    expect(await e.stored()).toBe(true);
    expect(store.text('d2')).toBe('Facture');
    expect(store.saves.length).toBe(1);
  });

  test('are told that the draft could not be stored', async () => {
    const e = begun();
    store.saveFaults.push({ code: 'disk-full' });
    expect(await e.stored()).toBe(false);
    expect(asWork(e.snapshot()).sync.failure).toBe('disk-full');
    expect(await new Editor(store).stored()).toBe(false);
  });

  test('what is typed while the draft is being made waits for it', async () => {
    const e = begun();
    store.latency = 1000;
    const made = e.stored();
    await pass(100);
    e.change({ kind: 'value', field: 'subject', value: 'Facture' });
    await pass(10_000);
    expect(await made).toBe(true);
    expect(store.mostRunning).toBe(1);
    expect(e.snapshot().kind).toBe('editing');
    expect(store.text('d2')).toBe('Facture');
  });

  test('a draft that was made without an answer raises no conflict', async () => {
    const e = begun();
    store.saveFaults.push({ code: 'timeout', done: true });
    expect(await e.stored()).toBe(false);
    e.change({ kind: 'value', field: 'subject', value: 'Facture' });
    await pass(350);
    expect(e.snapshot().kind).toBe('editing');
    expect(store.text('d2')).toBe('Facture');
  });

  test('are read again with what the rules say of them', async () => {
    const problems = [problem('files', 'files', 'too-many')];
    store.disk.set('d1', draft({ view: view({ problems }) }));
    await editor.readFiles();
    expect(state().view.problems).toEqual(problems);
  });
});

describe('giving up', () => {
  test('drop forgets what is typed and saves nothing more', async () => {
    type('Facture');
    editor.drop();
    await pass(60_000);
    expect(store.saves).toEqual([]);
    expect(editor.snapshot()).toEqual({ kind: 'loading' });
  });

  test('an answer that comes after drop changes nothing', async () => {
    store.latency = 100;
    store.saveFaults.push({ code: 'disk-full' });
    type('Facture');
    editor.left('subject');
    await pass(50);
    editor.drop();
    await pass(60_000);
    expect(store.saves.length).toBe(1);
    expect(editor.snapshot()).toEqual({ kind: 'loading' });
  });

  test('a text that is kept apart twice is kept in one draft', async () => {
    type('Facture');
    store.latency = 100;
    const create = vi.spyOn(store, 'create');
    const both = Promise.all([editor.keepApart(), editor.keepApart()]);
    await pass(1000);
    expect(await both).toEqual(['new1', 'new1']);
    expect(create).toHaveBeenCalledTimes(1);
    void editor.keepApart(); // later there may be another one to keep
    expect(create).toHaveBeenCalledTimes(2);
    await pass(1000);
  });

  test('a text that has lost its draft is kept in one of its own', async () => {
    store.saveFaults.push({ code: 'not-found' });
    type('Facture');
    await pass(350);
    const id = await editor.keepApart();
    expect(id).toBe('new1');
    expect(store.text('new1')).toBe('Facture');
    expect(dirty(state())).toBe(true);
  });
});
