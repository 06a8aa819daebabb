import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { host, onClosing } from '../bridge';
import { flushAll, passOn, saveBeforeLeaving, unsavedDraft, useSaveStatus } from '../draft';
import { stage } from '../ui/testing';
import { useReply } from './replies';
import { anAct, FakeReplies } from './testing';

vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  host: { saving: vi.fn(async () => {}), flushed: vi.fn(async () => {}) },
  onClosing: vi.fn(),
  onEnding: vi.fn(),
}));

const root = stage();
let store: FakeReplies;
let reply: ReturnType<typeof useReply>;
let status: ReturnType<typeof useSaveStatus>;
let kept: ReturnType<typeof anAct>[];
let request: string;
let n = 0;

function Page() {
  reply = useReply(request, 'Facture', kept, store);
  return <Foot />;
}
function Foot() {
  status = useSaveStatus();
  return null;
}
const come = () => act(async () => root.render(<Page key={request} />));
const leave = () => act(async () => root.render(<Foot />));
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const type = (text: string) => act(async () => reply.editor.type(text));
const texts = () => [...store.kept.values()];

beforeEach(async () => {
  vi.clearAllMocks();
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 25, 12 + n) });
  store = new FakeReplies();
  kept = [];
  request = `r${++n}`;
  await come();
});
afterEach(async () => {
  await act(async () => passOn('x', 'y'));
  vi.useRealTimers();
});

test('what was being written is there on coming back, as it is stored', async () => {
  await type('Bonjour');
  await leave();
  expect(texts()).toEqual(['Bonjour']);
  kept = [anAct({ request, text: 'Bonjour', status: 'draft' })];
  await come();
  expect(reply.state.text).toBe('Bonjour');
});

test('what cannot be stored outlives its page, and is stored in the end', async () => {
  store.faults.push({ code: 'disk-full' }, { code: 'disk-full' });
  await type('Bonjour');
  await leave();
  expect(texts()).toEqual([]);
  expect(unsavedDraft()).toEqual({ id: request, title: 'Facture', place: `/request/${request}` });
  await come();
  expect(reply.state.text).toBe('Bonjour');
  await leave();
  await pass(60_000);
  expect(texts()).toEqual(['Bonjour']);
});

test('the foot of the window tells of it as of a draft', async () => {
  await type('B');
  expect(status.state).toBe('saving');
  await pass(350);
  expect(status.state).toBe('saved');
  expect(status.savedAt).toBe(reply.state.savedAt);
  store.faults.push({ code: 'disk-full' });
  await type('Bo');
  await pass(350);
  expect(status).toMatchObject({ state: 'failed', code: 'disk-full' });
  await pass(1000);
  expect(status.state).toBe('saved');
});

describe('the window that is closed while somebody types', () => {
  const close = async () => {
    saveBeforeLeaving();
    await act(async () => vi.mocked(onClosing).mock.calls.at(-1)?.[0]());
  };

  test('waits until it is stored', async () => {
    await type('Bonjour');
    store.latency = 100;
    await close();
    await pass(50);
    expect(host.flushed).not.toHaveBeenCalled();
    await pass(50);
    expect(texts()).toEqual(['Bonjour']);
    expect(host.flushed).toHaveBeenCalledExactlyOnceWith(true);
  });

  test('stays with what cannot be stored', async () => {
    store.faults.push({ code: 'disk-full' });
    await type('Bonjour');
    await close();
    expect(host.flushed).toHaveBeenCalledExactlyOnceWith(false);
  });

  test('is saved when it is hidden', async () => {
    saveBeforeLeaving();
    await type('Bonjour');
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValueOnce('hidden');
    await act(async () => document.dispatchEvent(new Event('visibilitychange')));
    expect(texts()).toEqual(['Bonjour']);
  });
});

describe('another person at the desk', () => {
  test('sees nothing of it, and it is saved when its writer is back', async () => {
    await type('De Claire');
    await act(async () => passOn('claire', 'marc'));
    await leave();
    await come();
    expect(reply.state.text).toBe('');
    expect(await flushAll()).toBe(true);
    await pass(60_000);
    expect(texts()).toEqual([]);
    await leave();
    await act(async () => passOn('marc', 'claire'));
    expect(texts()).toEqual(['De Claire']);
  });

  test('sees nothing of what was saved either', async () => {
    await type('De Claire');
    await act(async () => void (await flushAll()));
    await act(async () => passOn('claire', 'marc'));
    await leave();
    await come();
    expect(reply.state.text).toBe('');
  });

  test('does not close the window unasked with what was put aside', async () => {
    await type('De Claire');
    await act(async () => passOn('claire', 'marc'));
    saveBeforeLeaving();
    await act(async () => vi.mocked(onClosing).mock.calls.at(-1)?.[0]());
    expect(host.flushed).toHaveBeenCalledExactlyOnceWith(false);
    await act(async () => passOn('marc', 'claire'));
  });
});
