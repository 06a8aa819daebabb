import { useEffect, useSyncExternalStore } from 'react';
import { type Act, acts as calls } from '../bridge';
import { alsoSave, type SaveStatus } from '../draft';
import { type ReplyState, unsavedReply } from './reducer';
import { ReplyEditor, type ReplyStore } from './reply';

// The replies that are written, each by its request, or left and not yet on the disk.
const open = new Map<string, { editor: ReplyEditor; title: string }>();
const shown = new Map<string, number>(); // by how many pages
const watchers = new Set<() => void>();
let aside: { person: string; request: string; editor: ReplyEditor; title: string }[] = [];
let savedAt = '';

function tell(): void {
  for (const { editor } of open.values())
    if (editor.snapshot().savedAt > savedAt) savedAt = editor.snapshot().savedAt;
  for (const w of [...watchers]) w();
}

function status(): SaveStatus {
  const states = [...open.values()].map((o) => o.editor.snapshot());
  const failed = states.find((s) => s.failure && unsavedReply(s));
  if (failed) return { state: 'failed', savedAt, code: failed.failure };
  if (states.some(unsavedReply)) return { state: 'saving', savedAt, code: '' };
  return { state: savedAt ? 'saved' : 'none', savedAt, code: '' };
}

// passOn shows the next person nothing of who has left, and gives them back what was
// put aside for them.
function passOn(left: string, next: string): void {
  for (const [request, { editor, title }] of open) {
    open.delete(request);
    if (!unsavedReply(editor.snapshot())) editor.drop();
    else {
      editor.pause();
      aside.push({ person: left, request, editor, title });
    }
  }
  const back = aside.filter((a) => a.person === next);
  aside = aside.filter((a) => a.person !== next);
  for (const { request, editor, title } of back) {
    open.set(request, { editor, title });
    void editor.resume();
  }
  savedAt = '';
}

alsoSave({
  flush: async () => {
    const saved = await Promise.all([...open.values()].map((o) => o.editor.flush()));
    return saved.every(Boolean);
  },
  status,
  subscribe: (watcher) => watchers.add(watcher),
  unsaved: () => {
    const found = [...open].find(([, o]) => unsavedReply(o.editor.snapshot()));
    return found && { id: found[0], place: `/request/${found[0]}`, title: found[1].title };
  },
  passOn,
  aside: () => aside.length > 0,
});

function editorOf(request: string, title: string, store: ReplyStore): ReplyEditor {
  const there = open.get(request);
  if (there) return there.editor;
  const editor = new ReplyEditor(request, store);
  editor.subscribe(tell);
  open.set(request, { editor, title });
  return editor;
}

// useReply is the reply to a request that is being written; kept are those that are
// on the disk. When the page is left its editor stays until all of it is.
export function useReply(
  request: string,
  title: string,
  kept: Act[],
  store: ReplyStore = calls,
): { editor: ReplyEditor; state: ReplyState } {
  const editor = editorOf(request, title, store);
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  useEffect(() => {
    shown.set(request, (shown.get(request) ?? 0) + 1);
    return () => {
      shown.set(request, (shown.get(request) ?? 1) - 1);
      void letGo(request);
    };
  }, [request]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once it is sent, what else is kept comes back
  useEffect(() => editor.take(kept), [editor, kept, state.sending]);
  return { editor, state };
}

async function letGo(request: string): Promise<void> {
  const editor = open.get(request)?.editor;
  if (!editor) return;
  const saved = await editor.flush();
  if (!saved || shown.get(request) || editor.snapshot().sending || open.get(request)?.editor !== editor)
    return;
  shown.delete(request);
  open.delete(request);
  tell();
}
