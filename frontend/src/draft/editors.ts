import { useEffect, useSyncExternalStore } from 'react';
import { drafts, host, onClosing } from '../bridge';
import { begin, Editor } from './editor';
import { dirty, isWork, type Road, type State } from './reducer';

// The editors of drafts that are open, or left and not yet on the disk.
const open = new Map<string, Editor>();
const shown = new Map<string, number>(); // by how many pages
const watchers = new Set<() => void>();

// SaveStatus is what the foot of the window says of what was typed.
export interface SaveStatus {
  state: 'none' | 'saving' | 'saved' | 'failed';
  savedAt: string;
  code: string; // of the failure
}

let status: SaveStatus = { state: 'none', savedAt: '', code: '' };

function update(): void {
  let next: SaveStatus = { state: 'none', savedAt: status.savedAt, code: '' };
  if (next.savedAt) next.state = 'saved';
  for (const e of open.values()) {
    const s = e.snapshot();
    if (!isWork(s)) continue;
    if (s.sync.savedAt > next.savedAt) next = { ...next, savedAt: s.sync.savedAt };
    if (next.savedAt && next.state === 'none') next.state = 'saved';
    if (s.sync.failure) next = { ...next, state: 'failed', code: s.sync.failure };
    else if (dirty(s) && next.state !== 'failed') next.state = 'saving';
  }
  if (next.state === status.state && next.savedAt === status.savedAt && next.code === status.code) return;
  status = next;
  for (const w of [...watchers]) w();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useSaveStatus(): SaveStatus {
  return useSyncExternalStore(watch, () => status);
}

// editorOf returns the editor of a draft, opening the draft if it is not open.
function editorOf(id: string): Editor {
  let e = open.get(id);
  if (!e) {
    e = new Editor();
    keep(id, e);
    void e.open(id);
  }
  return e;
}

// useEditor shows a draft. When the page is left its editor stays until what
// was typed is on the disk.
export function useEditor(id: string): { editor: Editor; state: State } {
  const editor = editorOf(id);
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  useEffect(() => {
    shown.set(id, (shown.get(id) ?? 0) + 1);
    return () => {
      shown.set(id, (shown.get(id) ?? 1) - 1);
      void letGo(id);
    };
  }, [id]);
  return { editor, state };
}

async function letGo(id: string): Promise<void> {
  const e = open.get(id);
  if (!e) return;
  await e.flush();
  if (dirty(e.snapshot()) || shown.get(id)) return;
  shown.delete(id);
  open.delete(id);
  update();
}

// newDraft begins a draft and tells its id. Nothing is stored before something
// is chosen or typed.
export async function newDraft(road: Road): Promise<string> {
  const draft = await drafts.create(begin(road));
  const e = new Editor();
  e.dispatch({ kind: 'opened', draft });
  keep(draft.id, e);
  return draft.id;
}

function keep(id: string, e: Editor): void {
  open.set(id, e);
  e.subscribe(update);
}

// forget drops the editor of a draft whose text is kept elsewhere or was sent.
export function forget(id: string): void {
  open.get(id)?.drop();
  open.delete(id);
  update();
}

// flushAll saves everything typed in every draft and tells whether it is on the
// disk.
export async function flushAll(): Promise<boolean> {
  const saved = await Promise.all([...open.values()].map((e) => e.flush()));
  return saved.every(Boolean);
}

// reopenAll reads every open draft anew after somebody else came to the desk:
// one that is not theirs is not shown to them. What was typed is saved before.
export async function reopenAll(): Promise<void> {
  for (const [id, e] of open) {
    const s = e.snapshot();
    if (isWork(s) && s.sync.revision === 0 && s.sync.edits === 0) continue; // nothing in it yet
    e.drop();
    await e.open(id);
  }
  status = { state: 'none', savedAt: '', code: '' };
  update();
}

// What could not be saved when the window was to be closed.
let unsaved = false;

function setUnsaved(now: boolean): void {
  unsaved = now;
  for (const w of [...watchers]) w();
}

// useUnsaved tells whether somebody wants to close the window although not
// everything typed is saved, and how to stay.
export function useUnsaved(): { unsaved: boolean; stay: () => void } {
  return { unsaved: useSyncExternalStore(watch, () => unsaved), stay: () => setUnsaved(false) };
}

// saveBeforeLeaving saves when the window is hidden, left or closed. What cannot
// be saved keeps it open.
export function saveBeforeLeaving(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void flushAll();
  });
  window.addEventListener('pagehide', () => void flushAll());
  onClosing(() => void close());
}

async function close(): Promise<void> {
  void host.saving().catch(() => {}); // it waits a moment anyway
  const saved = await flushAll();
  if (!saved) setUnsaved(true);
  await host.flushed(saved);
}
