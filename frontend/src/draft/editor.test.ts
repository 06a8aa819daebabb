import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Editor } from './editor';
import { dirty } from './reducer';
import { asWork, content, draft, FakeStore } from './testing';

let store: FakeStore;
let editor: Editor;

const state = () => asWork(editor.snapshot());
const type = (value: string, field = 'subject') => editor.change({ kind: 'value', field, value });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const texts = () => store.saves.map((s) => s.content.values.subject);

beforeEach(async () => {
  vi.useFakeTimers();
  store = new FakeStore();
  store.disk.set('d1', draft());
  editor = new Editor(store);
  await editor.open('d1');
});

afterEach(() => {
  vi.useRealTimers();
});

describe('opening', () => {
  test('shows the draft, and tells those who watch until they stop', async () => {
    const watcher = vi.fn();
    const stop = editor.subscribe(watcher);
    expect(state().kind).toBe('editing');
    type('F');
    expect(watcher).toHaveBeenCalledTimes(1);
    stop();
    type('Fa');
    expect(watcher).toHaveBeenCalledTimes(1);
  });

  test('anew does not take what was typed meanwhile', async () => {
    const opening = editor.open('d1');
    type('Facture');
    await opening;
    await editor.flush();
    expect(store.text()).toBe('Facture');
    expect(state().content.values.subject).toBe('Facture');
  });

  test('under way when it is dropped shows nothing', async () => {
    let answer = () => {};
    store.open = async () => {
      await new Promise<void>((done) => (answer = done));
      return draft();
    };
    const opening = editor.open('d1');
    editor.drop();
    answer();
    await opening;
    expect(editor.snapshot().kind).toBe('loading');
  });

  test('ends when it is dropped, and those who watch are told', () => {
    const watcher = vi.fn();
    editor.subscribe(watcher);
    editor.drop();
    expect(watcher).toHaveBeenCalledOnce();
    expect(editor.snapshot().kind).toBe('loading');
  });

  test('says why when the draft is not there', async () => {
    await editor.open('nowhere');
    expect(editor.snapshot().kind).toBe('editing');
    const other = new Editor(store);
    await other.open('nowhere');
    expect(other.snapshot()).toEqual({ kind: 'failed', code: 'not-found' });
  });
});

describe('typing', () => {
  test('is saved within 400 ms of the pause', async () => {
    type('F');
    await pass(100);
    type('Fa');
    await pass(300);
    expect(store.saves).toEqual([]);
    await pass(100);
    expect(store.text()).toBe('Fa');
    expect(texts()).toEqual(['Fa']);
    expect(dirty(state())).toBe(false);
  });

  test('without a pause is saved every second', async () => {
    for (let i = 1; i <= 30; i++) {
      type('x'.repeat(i));
      await pass(100);
    }
    expect(store.saves.length).toBe(3);
    expect(texts()[0]?.length).toBe(10);
  });

  test('that changes nothing saves nothing', async () => {
    type('');
    await pass(5000);
    expect(store.saves).toEqual([]);
  });

  test('is saved at once when the field is left', async () => {
    type('Facture');
    editor.left('subject');
    await pass(0);
    expect(store.text()).toBe('Facture');
    expect(state().shown).toEqual(['subject']);
    await pass(5000);
    expect(store.saves.length).toBe(1);
  });

  test('is saved at once with the next step, the other road and every choice', async () => {
    type('Facture');
    editor.change({ kind: 'step', value: 'details' });
    await pass(0);
    expect(store.disk.get('d1')?.content).toMatchObject({ step: 'details', values: { subject: 'Facture' } });
    editor.change({ kind: 'road', value: 'form' });
    await pass(0);
    expect(store.disk.get('d1')?.content.road).toBe('form');
    editor.choose('urgent', 'yes');
    await pass(0);
    expect(store.text('d1', 'urgent')).toBe('yes');
    expect(store.saves.length).toBe(3);
  });

  test('is saved one save at a time, the newest text last', async () => {
    store.latency = 2000;
    for (const text of ['F', 'Fa', 'Fac', 'Fact']) {
      type(text);
      editor.left('subject');
      await pass(500);
    }
    await pass(10_000);
    expect(store.mostRunning).toBe(1);
    expect(texts()).toEqual(['F', 'Fact']);
    expect(store.text()).toBe('Fact');
  });

  test('flush waits until what was typed during a save is stored too', async () => {
    store.latency = 100;
    type('F');
    const first = editor.flush();
    type('Fa');
    const second = editor.flush();
    await pass(1000);
    expect(await first).toBe(true);
    expect(await second).toBe(true);
    expect(store.text()).toBe('Fa');
  });
});

describe('a save that fails', () => {
  test('is seen, keeps everything typed and is tried again with growing pauses up to 30 s', async () => {
    store.saveFaults.push(...Array.from({ length: 8 }, () => ({ code: 'disk-full' })));
    type('Facture');
    await pass(350);
    expect(state().sync.failure).toBe('disk-full');
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const before = store.saves.length;
      await pass(seconds * 1000 - 1);
      expect(store.saves.length).toBe(before);
      await pass(1);
      expect(store.saves.length).toBe(before + 1);
    }
    expect(state().content.values.subject).toBe('Facture');
    await pass(30_000);
    expect(store.text()).toBe('Facture');
    expect(state().sync.failure).toBe('');
  });

  test('after a success begins again with a short pause', async () => {
    store.saveFaults.push(...Array.from({ length: 4 }, () => ({ code: 'disk-full' })));
    type('F');
    await pass(60_000);
    expect(store.text()).toBe('F');
    store.saveFaults.push({ code: 'disk-full' });
    type('Fa');
    await pass(350 + 1000);
    expect(store.text()).toBe('Fa');
  });

  test('does not stop anybody from typing, and the newest text is stored in the end', async () => {
    store.saveFaults.push({ code: 'read-only' }, { code: 'read-only' });
    type('F');
    await pass(400);
    type('Fa');
    await pass(400);
    expect(store.saves.length).toBe(2);
    type('Fac');
    await pass(400);
    expect(store.text()).toBe('Fac');
  });

  test('tells flush that it is not stored', async () => {
    store.saveFaults.push({ code: 'disk-full' });
    type('F');
    expect(await editor.flush()).toBe(false);
    expect(await editor.flush()).toBe(true);
  });

  // Time would not mend these: a person has to do something.
  test.each(['not-found', 'draft-size', 'invalid', 'forbidden', 'not-now'])(
    'for good (%s) is not tried again, and keeps the text',
    async (code) => {
      store.saveFaults.push({ code });
      type('Facture');
      await pass(600_000);
      expect(store.saves.length).toBe(1);
      expect(state().sync.failure).toBe(code);
      expect(state().content.values.subject).toBe('Facture');
    },
  );
});

describe('a save without an answer', () => {
  test('that did arrive is settled without asking', async () => {
    store.saveFaults.push({ code: 'timeout', done: true });
    type('F');
    await pass(350);
    expect(state().sync.failure).toBe('timeout');
    type('Fa');
    await pass(350);
    expect(state().kind).toBe('editing');
    expect(store.text()).toBe('Fa');
    expect(state().sync.failure).toBe('');
  });

  test('that did not arrive is sent again', async () => {
    store.saveFaults.push({ code: 'timeout' });
    type('F');
    await pass(350 + 1000);
    expect(store.text()).toBe('F');
    expect(store.opens).toBe(1);
  });

  test('twice, of which the first arrived, is settled too', async () => {
    store.saveFaults.push({ code: 'timeout', done: true }, { code: 'timeout' });
    type('F');
    await pass(350);
    type('Fa');
    await pass(350);
    type('Fac');
    await pass(350);
    expect(state().kind).toBe('editing');
    expect(store.text()).toBe('Fac');
  });

  test('cannot be settled while the program does not tell what it holds, and is tried again', async () => {
    store.saveFaults.push({ code: 'timeout', done: true });
    store.openFaults.push({ code: 'timeout' });
    type('F');
    await pass(350);
    type('Fa');
    await pass(350);
    expect(state()).toMatchObject({ kind: 'editing', sync: { busy: false, failure: 'timeout' } });
    await pass(30_000);
    expect(store.text()).toBe('Fa');
  });
});

describe('a conflict', () => {
  beforeEach(async () => {
    store.change('d1', content({ values: { subject: 'La leur' } }));
    type('La mienne');
    await pass(350);
  });

  test('is asked about, and nothing is saved until it is answered', async () => {
    expect(state()).toMatchObject({ kind: 'conflict', sync: { busy: false } });
    type('La mienne aussi');
    await pass(60_000);
    expect(store.text()).toBe('La leur');
    expect(store.saves.length).toBe(1);
  });

  test('ended with mine, stores mine', async () => {
    editor.keepMine();
    await pass(0);
    expect(store.text()).toBe('La mienne');
    expect(state().kind).toBe('editing');
  });

  test('ended with theirs, keeps mine in a draft of its own first', async () => {
    expect(await editor.takeTheirs()).toBe(true);
    expect(state()).toMatchObject({ kind: 'editing', content: { values: { subject: 'La leur' } } });
    expect(store.text('new1')).toBe('La mienne');
    expect(store.text('d1')).toBe('La leur');
  });

  test('is not ended with theirs while mine cannot be kept', async () => {
    store.saveFaults.push({ code: 'disk-full' });
    expect(await editor.takeTheirs()).toBe(false);
    expect(state()).toMatchObject({ kind: 'conflict', content: { values: { subject: 'La mienne' } } });
    expect(state().sync.failure).toBe('disk-full');
  });

  test('what is typed while mine is being kept is kept too', async () => {
    store.latency = 100;
    const taking = editor.takeTheirs();
    await pass(50);
    type('La mienne, et plus');
    await pass(1000);
    expect(await taking).toBe(true);
    expect(store.text('new1')).toBe('La mienne, et plus');
  });
});

test('what says the same on both sides is no conflict', async () => {
  store.change('d1', content({ values: { subject: 'La leur' } }));
  store.change('d1', content({ values: { subject: 'Facture' } }));
  type('Facture');
  await pass(350);
  expect(state().kind).toBe('editing');
  expect(dirty(state())).toBe(false);
});
