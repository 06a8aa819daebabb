import { EventsOn, OnFileDrop, OnFileDropOff } from '../../wailsjs/runtime/runtime';
import type { Notice, Progress } from './types';

export type Topic =
  | 'drafts'
  | 'requests'
  | 'status'
  | 'session'
  | 'signing'
  | 'portal'
  | 'catalogue'
  | 'recovered'
  | 'keys'
  | 'notices'
  | 'text'
  | 'views'
  | 'contracts'
  | 'openings'
  | 'line'
  | 'updates';

const listeners = new Set<(topic: Topic) => void>();
let listening = false;

// onChanged tells which topic is to be read again. It returns how to stop.
export function onChanged(listener: (topic: Topic) => void): () => void {
  if (!listening && 'runtime' in window) {
    listening = true;
    EventsOn('changed', (topic: Topic) => {
      for (const l of [...listeners]) l(topic);
    });
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// onClosing is called when the program wants to close and waits for what was
// just typed.
export function onClosing(listener: () => void): void {
  if ('runtime' in window) EventsOn('closing', listener);
}

// onEnding is called when the PC sleeps or ends: what was just typed has to be saved at
// once.
export function onEnding(listener: () => void): void {
  if ('runtime' in window) EventsOn('save', listener);
}

// onParting is called when the window was to be closed while so many requests wait.
export function onParting(listener: (waiting: number) => void): () => void {
  return 'runtime' in window ? EventsOn('parting', listener) : () => {};
}

// onMask is called when the screen is locked: nothing is to be read on it when
// it comes back.
export function onMask(listener: () => void): () => void {
  return 'runtime' in window ? EventsOn('mask', listener) : () => {};
}

export function onProgress(listener: (progress: Progress) => void): () => void {
  return 'runtime' in window ? EventsOn('progress', listener) : () => {};
}

// onScreening tells how far the look into a file is, in pages or parts; total is 0
// where nobody knows.
export function onScreening(listener: (progress: Progress) => void): () => void {
  return 'runtime' in window ? EventsOn('screening', listener) : () => {};
}

// onTold is called when something has come for whoever is at the desk, so that the
// system can say so in the window's words.
export function onTold(listener: (notice: Notice) => void): () => void {
  return 'runtime' in window ? EventsOn('told', listener) : () => {};
}

// onNotified is called when one of the system's notifications was pressed; it leads
// to that request.
export function onNotified(listener: (request: string) => void): () => void {
  return 'runtime' in window ? EventsOn('notified', listener) : () => {};
}

// onPathsDropped gives the paths of files that were dropped on the program's
// own window.
export function onPathsDropped(listener: (paths: string[]) => void): () => void {
  if (!('runtime' in window)) return () => {};
  OnFileDrop((_x, _y, paths) => listener(paths), false);
  return OnFileDropOff;
}
