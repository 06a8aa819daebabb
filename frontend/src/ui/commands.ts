import { useLayoutEffect, useRef } from 'react';

// What can be done by keyboard: parts of the window offer their commands while they are
// there, one listener hears the keys, and the palette lists what is offered.

// Combination is what is pressed together, in the order in which it is told:
// "mod+shift+n", "mod+enter", "f1". Mod is Ctrl, or Command on a Mac.
export type Combination = string;

export interface Command {
  id: string;
  label: string; // what it does, in the person's language
  keys?: Combination;
  run: () => void;
  page?: boolean; // it belongs to the page that is open: the palette has it first
  above?: boolean; // it works too while a dialog stands above the page
  typing?: false; // whoever types means the text by these keys
  quiet?: boolean; // not in the palette
}

const offers: { current: Command[] }[] = [];

// useCommands offers commands as long as its part of the window is there. Of two with
// the same keys, the one that came last counts.
export function useCommands(commands: Command[]): void {
  const offer = useRef(commands);
  useLayoutEffect(() => {
    offer.current = commands;
  });
  useLayoutEffect(() => {
    offers.push(offer);
    return () => void offers.splice(offers.indexOf(offer), 1);
  }, []);
}

// commandsNow is what can be done now, what belongs to the page first; what stands
// behind another of the same id is left out.
export function commandsNow(): Command[] {
  const all = new Map<string, Command>();
  for (const c of offers.flatMap((o) => o.current)) all.set(c.id, c);
  return [...all.values()].sort((a, b) => Number(b.page ?? false) - Number(a.page ?? false));
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

// isPressed tells whether just that is pressed. Alt Gr, which French keyboards write @
// with, is Ctrl and Alt.
export function isPressed(keys: Combination, e: Pressed): boolean {
  const parts = keys.split('+');
  return (
    e.key.toLowerCase() === parts.at(-1) &&
    parts.includes('mod') === (e.ctrlKey || e.metaKey) &&
    parts.includes('shift') === e.shiftKey &&
    !e.altKey
  );
}

// ariaKeys is a combination as aria-keyshortcuts has it.
export function ariaKeys(keys: Combination): string {
  const named: Record<string, string> = { mod: 'Control', shift: 'Shift', enter: 'Enter' };
  return keys
    .split('+')
    .map((k) => named[k] ?? k.toUpperCase())
    .join('+');
}

const ABOVE = '[role=dialog]:not([aria-modal=false]), [role=alertdialog]';
const COVER = 'dialog[open]'; // nothing behind it can be done

// isCovered tells whether something stands above the page that has to be answered first.
export function isCovered(): boolean {
  return document.querySelector(`${ABOVE}, ${COVER}`) !== null;
}

const TEXT = 'textarea, input:not([type=checkbox], [type=radio], [type=file])';

// isTyping tells whether what has the focus there is a text that is written.
export function isTyping(at: EventTarget | null): boolean {
  return at instanceof HTMLElement && (at.isContentEditable || at.matches(TEXT));
}

// followKeys hears the keys from now on, and returns how to stop. Whatever the web view
// means by the keys of a command, as printing or looking for a word, does not happen.
export function followKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const wanted = offers
      .flatMap((o) => o.current)
      .filter((c) => c.keys && isPressed(c.keys, event))
      .at(-1);
    if (!wanted || (wanted.typing === false && isTyping(event.target))) return;
    event.preventDefault();
    if (event.repeat || (wanted.above ? document.querySelector(COVER) : isCovered())) return;
    event.stopPropagation(); // or Enter presses as well what has the focus
    wanted.run();
  };
  // Before whatever has the focus: parts of the library keep keys to themselves.
  addEventListener('keydown', onKey, true);
  return () => removeEventListener('keydown', onKey, true);
}
