import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ActionMenu } from './menu';

// A menu is loaded after the first paint; nobody may notice.

const PATIENCE = 10_000; // ms, since the library behind a menu is large

let root: Root;
let place: HTMLElement;

beforeEach(() => {
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});

afterEach(() => {
  root.unmount();
  document.body.replaceChildren();
});

// show draws a menu and waits for its button, or for that of its stand-in.
async function show(): Promise<HTMLButtonElement> {
  root.render(
    <ActionMenu
      label="Nouvelle"
      entries={[{ kind: 'act', id: 'form', label: 'Créer une demande', run() {} }]}
    >
      Nouvelle demande
    </ActionMenu>,
  );
  await vi.waitFor(() => expect(button()).not.toBeNull());
  return button() as HTMLButtonElement;
}

const button = () => place.querySelector('button');
const loaded = () => button()?.hasAttribute('data-rac') ?? false;
const items = () => [...document.querySelectorAll('[role=menuitem]')].map((e) => e.textContent ?? '');

describe('a menu that is not loaded yet', () => {
  // Only the first test meets the stand-in: later the menu is there at once.
  test('has a stand-in of the same name, and opens if a press began on that', async () => {
    const standIn = await show();
    expect(loaded()).toBe(false);
    expect(standIn.textContent).toBe('Nouvelle demande');
    expect(standIn.getAttribute('aria-haspopup')).toBe('true');
    standIn.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await vi.waitFor(() => expect(items()).toEqual(['Créer une demande']), PATIENCE);
    expect(loaded()).toBe(true);
  });

  test('stays closed if nobody pressed its stand-in', async () => {
    await show();
    await vi.waitFor(() => expect(loaded()).toBe(true), PATIENCE);
    expect(items()).toEqual([]);
  });
});
