import { useEffect, useRef } from 'react';
import { inBrowser, onPathsDropped } from '../bridge';
import { isTyping } from '../ui';
import { type Incoming, lookAtPaths, offer, pastedFiles } from './incoming';

// Look has the program look at files on their way to what is to hold them.
export type Look = (holder: string) => Promise<Incoming>;

type Take = (look: Look) => void;

// Whoever takes files that are dropped anywhere on the window, or pasted; the last one.
const takers: { current: Take }[] = [];

const take = (look: Look) => takers.at(-1)?.current(look);

// useDrops takes them as long as its part of the window is there; otherwise: where
// nothing else does.
export function useDrops(taker: Take, otherwise = false): void {
  const current = useRef(taker);
  useEffect(() => {
    current.current = taker;
  });
  useEffect(() => {
    if (otherwise) takers.unshift(current);
    else takers.push(current);
    if (takers.length === 1) stop = follow();
    return () => {
      takers.splice(takers.indexOf(current), 1);
      if (takers.length === 0) stop();
    };
  }, [otherwise]);
}

let stop = () => {};

// follow has one listener for all of them: the program's own window knows no more.
function follow(): () => void {
  const onPaste = (event: ClipboardEvent) => {
    const pasted = pastedFiles(event.clipboardData);
    if (pasted.length === 0 || (isTyping(event.target) && isText(event.clipboardData))) return;
    event.preventDefault();
    take((id) => offer(id, pasted));
  };
  const onDrop = (event: DragEvent) => {
    const dropped = event.dataTransfer ? [...event.dataTransfer.files] : [];
    if (dropped.length > 0) take((id) => offer(id, dropped));
  };
  document.addEventListener('paste', onPaste);
  const browser = inBrowser();
  if (browser) window.addEventListener('drop', onDrop);
  const stopPaths = browser
    ? undefined
    : onPathsDropped((paths) => paths.length > 0 && take((id) => lookAtPaths(id, paths)));
  return () => {
    document.removeEventListener('paste', onPaste);
    window.removeEventListener('drop', onDrop);
    stopPaths?.();
  };
}

// isText tells whether files only picture the text that they come with: office programs
// give both, and whoever types means the text. The name that comes with a file of a folder
// is not HTML.
function isText(data: DataTransfer | null): boolean {
  return data !== null && data.getData('text/plain') !== '' && data.types.includes('text/html');
}

// Files that a draft begins with, until its page is there.
const brought = new Map<string, Look>();

// bring has a draft that was just begun take files once its page is there.
export function bring(draft: string, look: Look): void {
  brought.set(draft, look);
}

// broughtTo are the files that a draft begins with; they are given once.
export function broughtTo(draft: string): Look | undefined {
  const look = brought.get(draft);
  brought.delete(draft);
  return look;
}
