// A field that is left by pressing a button may change the page (a problem
// appears below it, another one goes), and the button moves away under the
// pointer before it is released. What leaving does waits for that.
const ends = ['pointerup', 'pointercancel', 'dragstart'];
const waiting: (() => void)[] = [];
let down = false;

export function followPresses(): void {
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
  document.addEventListener('pointerdown', press, true);
  for (const kind of ends) document.addEventListener(kind, release, true);
}

// afterPress runs something once no button is being pressed.
export function afterPress(run: () => void): void {
  if (down) waiting.push(run);
  else run();
}
