import { afterEach, beforeEach, expect, test } from 'vitest';
import { focusBack } from './after';

let title: HTMLElement;
let button: HTMLElement;

beforeEach(() => {
  document.body.innerHTML =
    '<header><button>Menu</button></header><main><h1 tabindex="-1">Accueil</h1></main>';
  title = document.querySelector('h1') as HTMLElement;
  button = document.querySelector('button') as HTMLElement;
});
afterEach(() => document.body.replaceChildren());

test('the focus goes back to what had it', () => {
  focusBack(button);
  expect(document.activeElement).toBe(button);
});

test.each([
  ['has gone', () => button.remove()],
  ['was nowhere', () => {}],
])('where that %s, it goes to the page', (how, happens) => {
  const from = how === 'was nowhere' ? document.body : button;
  happens();
  focusBack(from);
  expect(document.activeElement).toBe(title);
});
