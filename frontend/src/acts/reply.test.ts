import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError } from '../bridge';
import { fileProblems, noReply, reduceReply, unsavedReply } from './reducer';
import { ReplyEditor } from './reply';
import { aFile, anAct, FakeReplies } from './testing';

let store: FakeReplies;
let editor: ReplyEditor;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const texts = () => [...store.kept.values()];
const shown = async () => {};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 25, 10, 42) });
  store = new FakeReplies();
  editor = new ReplyEditor('r1', store);
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the state of a reply', () => {
  const typed = reduceReply(noReply, { kind: 'typed', text: 'Oui', id: 'n1' });

  test('begins with the first letter, under one id', () => {
    expect(typed).toMatchObject({ id: 'n1', text: 'Oui', stored: '' });
    expect(reduceReply(typed, { kind: 'typed', text: 'Oui !', id: 'n2' }).id).toBe('n1');
  });

  test('is saved as far as the save went, and keeps what was typed meanwhile', () => {
    const more = reduceReply(typed, { kind: 'typed', text: 'Oui, merci', id: '' });
    const saved = reduceReply(more, { kind: 'saved', id: 'n1', text: 'Oui', at: 't' });
    expect(saved).toMatchObject({ text: 'Oui, merci', stored: 'Oui', savedAt: 't' });
    expect(unsavedReply(saved)).toBe(true);
  });

  test('takes no letter while it is sent, and no save of another reply', () => {
    const sending = reduceReply(typed, { kind: 'sending' });
    expect(reduceReply(sending, { kind: 'typed', text: 'x', id: '' })).toBe(sending);
    expect(reduceReply(sending, { kind: 'notSaved', code: 'disk-full' }).sending).toBe(true);
    expect(reduceReply(typed, { kind: 'saved', id: 'n9', text: 'x', at: 't' })).toBe(typed);
  });
});

describe('saving', () => {
  test('comes with a pause, and at the latest after a second', async () => {
    editor.type('O');
    await pass(349);
    expect(texts()).toEqual([]);
    await pass(1);
    expect(texts()).toEqual(['O']);
    for (let i = 0; i < 5; i++) {
      editor.type(`Ou${'i'.repeat(i)}`);
      await pass(200);
    }
    expect(texts()).not.toEqual(['O']);
  });

  test('that fails keeps the text, says so, and is tried again under the same id', async () => {
    store.faults.push({ code: 'disk-full' });
    editor.type('Oui');
    expect(await editor.flush()).toBe(false);
    expect(editor.snapshot()).toMatchObject({ text: 'Oui', failure: 'disk-full' });
    await pass(1000);
    expect(texts()).toEqual(['Oui']);
    expect(editor.snapshot().failure).toBe('');
  });

  test('of which no answer came makes no second reply', async () => {
    store.faults.push({ code: 'timeout', done: true });
    editor.type('Oui');
    await editor.flush();
    await pass(1000);
    expect(texts()).toEqual(['Oui']);
  });

  test('that no retry can help is not tried again', async () => {
    store.faults.push({ code: 'not-found' });
    editor.type('Oui');
    await editor.flush();
    await pass(60_000);
    expect(store.calls).toEqual(['save']);
    expect(editor.snapshot().text).toBe('Oui');
  });

  test('of an empty text keeps nothing', async () => {
    editor.type('Oui');
    await editor.flush();
    editor.type('');
    expect(await editor.flush()).toBe(true);
    expect(store.kept.size).toBe(0);
    expect(editor.snapshot().id).toBe('');
  });

  test('of what was sent elsewhere meanwhile goes on as another reply', async () => {
    editor.type('Oui');
    await editor.flush();
    await store.do('r1', editor.snapshot().id, 'reply', 'Oui');
    editor.type('Oui, et encore');
    expect(await editor.flush()).toBe(true);
    expect([texts(), [...store.sent.values()]]).toEqual([['Oui, et encore'], ['Oui']]);
  });
});

describe('what is kept', () => {
  test('is gone on with, the last one first', () => {
    editor.take([
      anAct({ id: 'a1', text: 'Ancienne', savedAt: '2026-11-25T09:00:00.000Z' }),
      anAct({ id: 'a2', text: 'Nouvelle', savedAt: '2026-11-25T10:00:00.000Z', reason: 'not-now' }),
    ]);
    expect(editor.snapshot()).toMatchObject({ id: 'a2', text: 'Nouvelle', reason: 'not-now' });
  });

  test('never takes the place of what is typed', async () => {
    editor.type('Ici');
    await editor.flush();
    editor.take([anAct({ id: editor.snapshot().id, text: 'Lu avant' }), anAct({ text: 'Autre' })]);
    expect(editor.snapshot().text).toBe('Ici');
    editor.take([anAct({ text: 'Autre' })]);
    expect(editor.snapshot().text).toBe('Ici');
  });

  test('is opened in the place of another once that is on the disk', async () => {
    editor.type('Ici');
    expect(await editor.open(anAct({ text: 'Autre' }))).toBe(true);
    expect([texts(), editor.snapshot().text]).toEqual([['Ici'], 'Autre']);
    store.faults.push({ code: 'disk-full' });
    editor.type('Autre, changée');
    expect(await editor.open(anAct({ id: 'a9' }))).toBe(false);
    expect(editor.snapshot().text).toBe('Autre, changée');
  });
});

describe('sending', () => {
  test('waits for the save under way, and sends what stands there once', async () => {
    store.latency = 100;
    editor.type('Oui');
    void editor.flush();
    editor.type('  Oui, merci\n');
    const both = [editor.send(shown), editor.send(shown)];
    await pass(1000);
    await Promise.all(both);
    expect([...store.sent.values()]).toEqual(['Oui, merci']);
    expect([texts(), store.calls.filter((c) => c === 'do')]).toEqual([[], ['do']]);
    expect(editor.snapshot()).toEqual(noReply);
  });

  test('leaves no save behind it, whatever asks for one meanwhile', async () => {
    store.latency = 100;
    editor.type('Oui');
    const sent = editor.send(shown);
    void editor.flush(); // the window is hidden
    await pass(1000);
    await sent;
    expect([store.calls, texts()]).toEqual([['do'], []]);
  });

  test('of which no answer came is asked for again, and is one reply', async () => {
    store.faults.push({ code: 'timeout', done: true });
    editor.type('Oui');
    expect(await editor.send(shown)).toBe('');
    expect(store.sent.size).toBe(1);
  });

  test('that fails keeps the text, which is saved', async () => {
    store.faults.push({ code: 'disk-full' });
    editor.type('Oui');
    expect(await editor.send(shown)).toBe('disk-full');
    expect(editor.snapshot()).toMatchObject({ text: 'Oui', failure: 'disk-full', sending: false });
    await pass(2000);
    expect(texts()).toEqual(['Oui']);
  });

  test('shows no older reading of it before the page shows that it waits', async () => {
    editor.type('Oui');
    await editor.flush();
    const { id } = editor.snapshot();
    let show = () => {};
    const sent = editor.send(() => new Promise<void>((done) => (show = done)));
    await pass(0);
    editor.take([anAct({ id, text: 'Oui', status: 'draft' })]);
    expect(editor.snapshot().sending).toBe(true);
    show();
    await sent;
    expect(editor.snapshot().text).toBe('');
  });

  test('that the rules do not let go says why, of the files that are still there', async () => {
    const file = aFile('f1');
    editor.take([anAct({ status: 'draft', files: [file] })]);
    const told = { field: 'files', step: 'files', code: 'file-missing', max: 1, min: 0, actual: 2 };
    store.refusal = new CallError('invalid', [told, { ...told, file: 'f1' }, { ...told, file: 'f2' }]);
    expect(await editor.send(shown)).toBe('invalid');
    expect(fileProblems(editor.snapshot(), 1).map((p) => p.file)).toEqual([undefined, 'f1']);
  });

  test('with more files than are taken says so before it is sent', () => {
    editor.take([anAct({ status: 'draft', files: [aFile('f1'), aFile('f2')] })]);
    expect(fileProblems(editor.snapshot(), 2)).toEqual([]);
    expect(fileProblems(editor.snapshot(), 1)).toMatchObject([{ code: 'too-many', max: 1, actual: 2 }]);
  });
});

describe('what was thrown away', () => {
  test('comes back, beside what was written since', async () => {
    editor.type('Oui');
    await editor.flush();
    store.attached.set(editor.snapshot().id, [aFile('f1')]);
    await editor.readFiles();
    const { id } = editor.snapshot();
    const thrown = { id, text: 'Oui' };
    expect(await editor.discard(shown)).toEqual(thrown);
    expect([store.kept.size, editor.snapshot()]).toEqual([0, noReply]);
    await editor.restore(thrown);
    expect(editor.snapshot()).toMatchObject({ ...thrown, files: [aFile('f1')] });
    await editor.discard(shown);
    editor.type('Autre');
    await editor.restore(thrown);
    await editor.flush();
    expect([editor.snapshot().text, texts().sort()]).toEqual(['Autre', ['Autre', 'Oui']]);
  });

  test('stays if it could not be thrown away, with what stood in it', async () => {
    editor.type('Oui');
    await editor.flush();
    store.faults.push({ code: 'disk-full' });
    expect(await editor.discard(shown)).toBeUndefined();
    expect(editor.snapshot()).toMatchObject({ text: 'Oui', failure: 'disk-full', sending: false });
    expect(texts()).toEqual(['Oui']);
  });

  test('is not read again before the page shows that it is gone', async () => {
    editor.type('Oui');
    await editor.flush();
    const { id } = editor.snapshot();
    let show = () => {};
    const thrown = editor.discard(() => new Promise<void>((done) => (show = done)));
    await pass(0);
    editor.take([anAct({ id, text: 'Oui', status: 'draft' })]);
    show();
    await thrown;
    expect(editor.snapshot()).toEqual(noReply);
  });
});

describe('files', () => {
  const attach = (...ids: string[]) => {
    store.attached.set(editor.snapshot().id, ids.map(aFile));
    return editor.readFiles();
  };

  test('hang on a reply that is on the disk, with a text or without', async () => {
    const id = await editor.stored();
    expect([...store.kept]).toEqual([[id, '']]);
    await attach('f1');
    expect(editor.snapshot()).toMatchObject({ id, files: [aFile('f1')] });
    editor.type('Oui');
    expect(await editor.stored()).toBe(id);
    expect([...store.kept]).toEqual([[id, 'Oui']]);
  });

  test('cannot come where nothing can be stored', async () => {
    store.faults.push({ code: 'disk-full' });
    expect(await editor.stored()).toBe('');
    expect(editor.snapshot().failure).toBe('disk-full');
  });

  test('of which none came leave no empty reply', async () => {
    await editor.stored();
    await editor.readFiles();
    expect([store.kept.size, editor.snapshot().id]).toEqual([0, '']);
    editor.take([anAct({ id: 'a7', text: '', status: 'draft' })]); // the program was killed in between
    expect([editor.snapshot().id, store.calls.filter((c) => c === 'drop')]).toEqual(['', ['drop', 'drop']]);
  });

  test('stay when the text is taken away, whatever the page has read of them', async () => {
    editor.type('Oui');
    const id = await editor.stored();
    store.attached.set(id, [aFile('f1')]);
    editor.type('');
    expect(await editor.flush()).toBe(true);
    expect([...store.kept]).toEqual([[id, '']]);
    await editor.readFiles();
    expect(editor.snapshot()).toMatchObject({ id, text: '', files: [aFile('f1')] });
  });

  test('that are all that a reply has keep another one from taking its place', async () => {
    await editor.stored();
    await attach('f1');
    editor.take([anAct({ id: 'a9', text: 'Autre', savedAt: '2030-01-01T00:00:00.000Z' })]);
    expect(editor.snapshot().text).toBe('');
  });

  test('are those that were read last', async () => {
    const id = await editor.stored();
    await attach('f1');
    editor.take([anAct({ id, text: '', status: 'draft', files: [aFile('f1'), aFile('f2')] })]);
    expect(editor.snapshot().files.map((f) => f.id)).toEqual(['f1', 'f2']);
  });
});
