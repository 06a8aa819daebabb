import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { followPresses } from './press';

let stop: () => void;
let pressed: string[];

function put<T extends string[]>(...names: T): { [K in keyof T]: HTMLElement } {
  return names.map((name) => {
    const button = document.createElement('button');
    button.textContent = name;
    button.addEventListener('click', () => pressed.push(name));
    return document.body.appendChild(button);
  }) as { [K in keyof T]: HTMLElement };
}

// click presses at a place, some time after the page began; detail 0 is no pointer's.
function click(at: Element, x: number, time: number, detail = 1): boolean {
  const press = (kind: string) => {
    const event = new MouseEvent(kind, { bubbles: true, cancelable: true, clientX: x, clientY: 50, detail });
    Object.defineProperty(event, 'timeStamp', { value: time });
    return at.dispatchEvent(event);
  };
  const taken = press('mousedown');
  press('click');
  return taken;
}

beforeEach(() => {
  pressed = [];
  stop = followPresses();
});

afterEach(() => {
  stop();
  document.body.replaceChildren();
});

describe('the second half of a double click', () => {
  test('is none of another button that has come under the pointer', () => {
    const [confirm, cancel] = put('Confirmer', 'Annuler');
    click(confirm, 100, 1000);
    const focuses = click(cancel, 103, 1300);
    expect(pressed).toEqual(['Confirmer']);
    expect(focuses, 'the focus stays where it is').toBe(false);
  });

  test('takes the focus from nothing where the button has gone', () => {
    const [mask] = put('Masquer');
    click(mask, 100, 1000);
    mask.remove();
    expect(click(document.body, 100, 1200)).toBe(false);
  });

  test.each([
    ['later', 100, 1401, 1],
    ['elsewhere', 120, 1200, 1],
    ['by no pointer', 100, 1200, 0],
  ])('is meant when it comes %s', (_, x, time, detail) => {
    const [one, two] = put('Un', 'Deux');
    click(one, 100, 1000);
    click(two, x, time, detail);
    expect(pressed).toEqual(['Un', 'Deux']);
  });

  test('on the same button is meant', () => {
    const [next] = put('Suivant');
    click(next, 100, 1000);
    click(next, 100, 1100, 2);
    expect(pressed).toEqual(['Suivant', 'Suivant']);
  });
});
