import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { drafts, host, onClosing } from '../bridge';
import type { Editor } from './editor';
import {
  flushAll,
  forget,
  newDraft,
  passOn,
  saveBeforeLeaving,
  useEditor,
  useSaveStatus,
  useUnsaved,
} from './editors';
import { isWork, type State } from './reducer';
import { asWork, draft, FakeStore, problem, view } from './testing';

vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  drafts: { open: vi.fn(), create: vi.fn(), save: vi.fn() },
  host: { saving: vi.fn(async () => {}), flushed: vi.fn(async () => {}) },
  onClosing: vi.fn(),
  onEnding: vi.fn(),
}));

let store: FakeStore;
let root: Root;
let editor: Editor;
let state: State;
let status: ReturnType<typeof useSaveStatus>;
let leaving: ReturnType<typeof useUnsaved>;
let id: string;
let n = 0;
let drawn = 0; // times that the page was

function Page() {
  drawn++;
  ({ editor, state } = useEditor(id));
  return <Foot />;
}

function Foot() {
  status = useSaveStatus();
  leaving = useUnsaved();
  return null;
}

const come = () => act(async () => root.render(<Page />));
const leave = () => act(async () => root.render(<Foot />));
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const type = (value: string) => act(async () => editor.change({ kind: 'value', field: 'subject', value }));
const shown = () => (isWork(state) ? state.content.values.subject : state.kind);

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  vi.resetAllMocks();
  // The newest save of all drafts is told: each test is later than the one before.
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 8 + n) });
  store = new FakeStore();
  vi.mocked(drafts.open).mockImplementation((d) => store.open(d));
  vi.mocked(drafts.create).mockImplementation((c) => store.create(c));
  vi.mocked(drafts.save).mockImplementation((d, r, c) => store.save(d, r, c));
  id = `d${++n}`;
  store.disk.set(id, draft({ id }));
  root = createRoot(document.createElement('div'));
  await come();
});

afterEach(async () => {
  await act(async () => root.unmount());
  await act(async () => forget(id));
  vi.useRealTimers();
});

describe('leaving a page', () => {
  test('stores what was just typed, without waiting for the pause', async () => {
    await type('Facture');
    await leave();
    expect(store.text(id)).toBe('Facture');
  });

  test('and coming back reads what is stored', async () => {
    await type('Facture');
    await leave();
    const opened = store.opens;
    await come();
    expect(store.opens).toBe(opened + 1);
    expect(shown()).toBe('Facture');
  });

  test('drops nothing that cannot be stored: it is there on coming back and stored in the end', async () => {
    store.saveFaults.push({ code: 'disk-full' }, { code: 'disk-full' });
    await type('Facture');
    await leave();
    expect(store.text(id)).toBeUndefined();
    await come();
    expect(shown()).toBe('Facture');
    await leave();
    await pass(60_000);
    expect(store.text(id)).toBe('Facture');
  });
});

describe('the foot of the window', () => {
  test('tells that what was typed is being saved, is saved, or is not', async () => {
    await type('F');
    expect(status.state).toBe('saving');
    await pass(350);
    expect(status).toMatchObject({ state: 'saved', code: '' });
    expect(status.savedAt).toBe(asWork(editor.snapshot()).sync.savedAt);
    store.saveFaults.push({ code: 'disk-full' });
    await type('Fa');
    await pass(350);
    expect(status).toMatchObject({ state: 'failed', code: 'disk-full' });
    await pass(1000);
    expect(status).toMatchObject({ state: 'saved', code: '' });
  });

  test('tells of a save without the page being drawn anew, unless the rules say something else', async () => {
    await type('Facture');
    await pass(350);
    await type('Facture en');
    drawn = 0;
    await pass(350);
    expect(store.text(id)).toBe('Facture en');
    expect(status).toMatchObject({ state: 'saved', savedAt: asWork(editor.snapshot()).sync.savedAt });
    expect(drawn).toBe(0);
    store.look = () => view({ problems: [problem('subject', 'details', 'too-short')] });
    await type('Facture en double');
    await pass(350);
    expect(asWork(state).view.problems).toHaveLength(1);
  });

  test('goes on telling of a failure after the page was left', async () => {
    store.saveFaults.push({ code: 'disk-full' });
    await type('F');
    await leave();
    expect(status.state).toBe('failed');
  });
});

describe('a new draft', () => {
  test('stores nothing before something is chosen or typed', async () => {
    id = await newDraft('form');
    await come();
    await leave();
    await pass(5000);
    expect(store.saves).toEqual([]);
  });

  test('is stored once something is chosen', async () => {
    id = await newDraft('form');
    await come();
    await act(async () => editor.change({ kind: 'type', value: 'invoice' }));
    expect(store.disk.get(id)?.content).toMatchObject({ road: 'form', type: 'invoice' });
  });
});

describe('the window', () => {
  test('saves when it is hidden and when its page goes', async () => {
    saveBeforeLeaving();
    await type('F');
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await act(async () => document.dispatchEvent(new Event('visibilitychange')));
    expect(store.text(id)).toBe('F');
    await type('Fa');
    await act(async () => window.dispatchEvent(new Event('pagehide')));
    expect(store.text(id)).toBe('Fa');
  });

  test('closes once everything typed is stored', async () => {
    saveBeforeLeaving();
    const close = vi.mocked(onClosing).mock.calls[0]?.[0];
    await type('F');
    store.latency = 100;
    await act(async () => close?.());
    await pass(50);
    expect(host.saving).toHaveBeenCalledTimes(1);
    expect(host.flushed).not.toHaveBeenCalled();
    await pass(50);
    expect(store.text(id)).toBe('F');
    expect(host.flushed).toHaveBeenCalledExactlyOnceWith(true);
    expect(leaving.unsaved).toBe(false);
  });

  test('stays open with what could not be stored, and asks', async () => {
    saveBeforeLeaving();
    const close = vi.mocked(onClosing).mock.calls[0]?.[0];
    store.saveFaults.push({ code: 'disk-full' });
    await type('Fa');
    await act(async () => close?.());
    await pass(100);
    expect(host.flushed).toHaveBeenCalledExactlyOnceWith(false);
    expect(leaving.unsaved).toBe(true);
    await act(async () => leaving.stay());
    expect(leaving.unsaved).toBe(false);
    expect(shown()).toBe('Fa');
  });

  test('does not close unasked with what was put aside for somebody who has left', async () => {
    saveBeforeLeaving();
    const close = vi.mocked(onClosing).mock.calls[0]?.[0];
    await type('De Claire');
    await act(async () => passOn('claire', 'marc'));
    await act(async () => close?.());
    expect(store.saves).toEqual([]);
    expect(host.flushed).toHaveBeenCalledExactlyOnceWith(false);
    await act(async () => leaving.stay());
    await act(async () => passOn('marc', 'claire'));
    expect(store.text(id)).toBe('De Claire');
    await act(async () => close?.());
    expect(host.flushed).toHaveBeenLastCalledWith(true);
  });

  test('forgets a draft that was sent, with what is typed in it', async () => {
    await type('Facture');
    await act(async () => forget(id));
    await flushAll();
    await pass(60_000);
    expect(store.saves).toEqual([]);
  });
});
