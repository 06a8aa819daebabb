// What a press means is what the person saw when they began it.

const ends = ['pointerup', 'pointercancel', 'dragstart'];
const waiting: (() => void)[] = [];
let down = false;

// AGAIN is how soon after a press another one at the same place is its second half: a
// double click, in milliseconds. Nobody reads a button and decides in that time.
export const AGAIN = 400;
const NEAR = 8; // pixels

let last: { button: Element; x: number; y: number; at: number } | undefined;

// followPresses has the presses of the window mean what was meant. A field that is left
// by pressing a button may change the page (a problem appears below it, another one
// goes), and the button moves away under the pointer before it is released: what leaving
// does waits for that. And a double click whose first half has put another button, or
// nothing, under the pointer has no second half.
export function followPresses(): () => void {
  const ending = new AbortController();
  last = undefined;
  const on = { capture: true, signal: ending.signal };
  const press = () => {
    down = true;
  };
  const release = () => {
    down = false;
    // After the click that comes with it.
    setTimeout(() => {
      for (const run of waiting.splice(0)) run();
    });
  };
  document.addEventListener('pointerdown', press, on);
  for (const kind of ends) document.addEventListener(kind, release, on);
  document.addEventListener('mousedown', (e) => strays(e) && e.preventDefault(), on); // the focus stays
  document.addEventListener('click', click, on);
  return () => ending.abort();
}

function click(e: MouseEvent): void {
  if (strays(e)) {
    e.preventDefault();
    e.stopImmediatePropagation();
    return;
  }
  const button = buttonAt(e);
  if (button && e.detail > 0) last = { button, x: e.clientX, y: e.clientY, at: e.timeStamp };
}

// strays tells whether it is the second half of a double click on what was pressed
// before. A press that is no pointer's has no place, and is never that.
function strays(e: MouseEvent): boolean {
  if (!last || e.detail === 0 || e.timeStamp - last.at > AGAIN) return false;
  if (Math.hypot(e.clientX - last.x, e.clientY - last.y) > NEAR) return false;
  return buttonAt(e) !== last.button;
}

const buttonAt = (e: MouseEvent) =>
  e.target instanceof Element ? e.target.closest('button, a[href]') : null;

// afterPress runs something once no button is being pressed.
export function afterPress(run: () => void): void {
  if (down) waiting.push(run);
  else run();
}
