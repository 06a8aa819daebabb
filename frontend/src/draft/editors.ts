import { useEffect, useSyncExternalStore } from 'react';
import { type Draft, drafts, host, launch, onClosing, onEnding } from '../bridge';
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

// Saver is something else that is typed and saved by itself: it is told of, waited
// for and put aside like a draft.
export interface Saver {
  flush: () => Promise<boolean>; // whether everything is on the disk
  status: () => SaveStatus;
  subscribe: (watcher: () => void) => void;
  unsaved: () => { id: string; title: string; place: string } | undefined;
  passOn: (left: string, next: string) => void;
  aside: () => boolean; // whether something is kept for somebody who has left
}

const savers: Saver[] = [];

export function alsoSave(saver: Saver): void {
  savers.push(saver);
  saver.subscribe(update);
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
  for (const saver of savers) next = worse(next, saver.status());
  if (next.state === status.state && next.savedAt === status.savedAt && next.code === status.code) return;
  status = next;
  for (const w of [...watchers]) w();
}

const order = ['none', 'saved', 'saving', 'failed'] as const;

// worse is what there is to tell of two: the newest save, unless something is not saved.
function worse(a: SaveStatus, b: SaveStatus): SaveStatus {
  const { state, code } = order.indexOf(b.state) > order.indexOf(a.state) ? b : a;
  const newer = b.savedAt > a.savedAt ? b : a;
  return { state, code, savedAt: newer.savedAt };
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
  const state = useSyncExternalStore(editor.subscribe, editor.shown);
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
export async function newDraft(road: Road, type = ''): Promise<string> {
  return takeUp(await drafts.create({ ...begin(road), type }));
}

// newDraftOf stores a draft that the program has begun with answers in it.
export async function newDraftOf(draft: Draft): Promise<string> {
  await begun(draft).editor.stored();
  return draft.id;
}

// takeUp opens a draft that the program has just made, and not stored.
export function takeUp(draft: Draft): string {
  return begun(draft).id;
}

function begun(draft: Draft): { id: string; editor: Editor } {
  const e = new Editor();
  e.dispatch({ kind: 'opened', draft });
  keep(draft.id, e);
  return { id: draft.id, editor: e };
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

// flushAll saves everything typed in every draft that is open and tells whether
// it is on the disk.
export async function flushAll(): Promise<boolean> {
  const saved = await Promise.all([...open.values(), ...savers].map((e) => e.flush()));
  return saved.every(Boolean);
}

// unsavedDraft is something that is typed and not on the disk: a draft, or what has a
// place of its own.
export function unsavedDraft(): { id: string; title: string; place?: string } | undefined {
  for (const [id, e] of open) {
    const s = e.snapshot();
    if (isWork(s) && dirty(s)) return { id, title: s.content.values.subject?.trim() ?? '' };
  }
  return savers.map((s) => s.unsaved()).find(Boolean);
}

// What somebody typed that was not on the disk when another person came: it is
// neither shown nor saved until they are back.
let aside: { person: string; id: string; editor: Editor }[] = [];

// passOn shows the next person nothing of who has left, and gives them back what
// was put aside for them. What is the PC's is theirs as well, and what nobody
// wrote in is nobody's.
export function passOn(left: string, next: string): void {
  for (const [id, editor] of left === '' ? [] : open) {
    const s = editor.snapshot();
    if (isEmpty(s)) continue;
    if (!dirty(s)) editor.drop();
    else if (isWork(s) && !s.shared) {
      editor.pause();
      open.delete(id);
      aside.push({ person: left, id, editor });
    }
  }
  const back = aside.filter((a) => a.person === next);
  aside = aside.filter((a) => a.person !== next);
  for (const { id, editor } of back) {
    const other = open.get(id);
    open.set(id, editor);
    other?.drop(); // whoever shows the draft shows this one
    void editor.resume();
  }
  for (const saver of savers) saver.passOn(left, next);
  update();
}

function isEmpty(s: State): boolean {
  return isWork(s) && s.sync.revision === 0 && s.sync.edits === 0;
}

// reopenAll reads every open draft anew after somebody came to the desk, but for
// those of which something is not on the disk.
export async function reopenAll(): Promise<void> {
  const still = [...open].filter(([, e]) => !isEmpty(e.snapshot()) && !dirty(e.snapshot()));
  await Promise.all(still.map(([id, e]) => e.open(id)));
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
  onEnding(() => void flushAll().finally(() => launch.saved().catch(() => {})));
}

async function close(): Promise<void> {
  void host.saving().catch(() => {}); // it waits a moment anyway
  const saved = (await flushAll()) && aside.length === 0 && !savers.some((s) => s.aside());
  if (!saved) setUnsaved(true);
  await host.flushed(saved);
}
