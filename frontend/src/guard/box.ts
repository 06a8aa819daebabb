import type { Span } from './findings';

// The box that a text is typed in, as the page has it.

type Box = HTMLTextAreaElement | HTMLInputElement;

export function boxOf(id: string): Box | undefined {
  const found = document.getElementById(id);
  return found instanceof HTMLTextAreaElement || found instanceof HTMLInputElement ? found : undefined;
}

// showIn selects a passage and brings it into sight.
export function showIn(box: Box, { start, end }: Span): void {
  box.setSelectionRange(start, end);
  box.focus({ preventScroll: true });
  if (box instanceof HTMLTextAreaElement) box.scrollTop = depthOf(box, start) - box.clientHeight / 2;
  box.scrollIntoView({ block: 'center' });
}

// depthOf is how far below the beginning of a text an offset stands, in pixels: as
// high as the same box is with what stands before it.
function depthOf(box: HTMLTextAreaElement, offset: number): number {
  const twin = document.createElement('textarea');
  twin.className = box.className;
  twin.setAttribute('aria-hidden', 'true');
  Object.assign(twin.style, {
    position: 'absolute',
    visibility: 'hidden',
    width: `${box.offsetWidth}px`,
    height: '0',
    minHeight: '0',
  });
  twin.value = box.value.slice(0, offset);
  box.after(twin);
  const depth = twin.scrollHeight;
  twin.remove();
  return depth;
}

// writeIn replaces a passage as typing does, so that it can be undone as typing is. It
// tells whether the text is the one that was wanted.
export function writeIn(box: Box, { start, end }: Span, by: string): boolean {
  const wanted = box.value.slice(0, start) + by + box.value.slice(end);
  box.focus({ preventScroll: true });
  box.setSelectionRange(start, end);
  document.execCommand?.('insertText', false, by); // nothing else keeps the history of undo
  return box.value === wanted;
}
