import { act, useState } from 'react';
import { expect, test, vi } from 'vitest';
import { Dialog } from './dialog';
import { stage } from './testing';

const root = stage();
const closed = vi.fn();
const frame = () => act(async () => new Promise<void>((done) => requestAnimationFrame(() => done())));
const dialog = () => document.querySelector('[role=dialog]') as HTMLElement;
const focused = () => dialog().contains(document.activeElement);
const press = (key: string) =>
  act(async () =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
    ),
  );

function Asks({ locked }: { locked?: boolean }) {
  const [there, setThere] = useState(true);
  return (
    <Dialog title="Question" foot={null} onClose={closed} locked={locked}>
      {there && (
        <button type="button" onClick={() => setThere(false)}>
          Une fois
        </button>
      )}
    </Dialog>
  );
}

async function lose(): Promise<void> {
  const button = dialog().querySelector('button') as HTMLElement;
  button.focus();
  await act(async () => button.click());
  (document.activeElement as HTMLElement | null)?.blur(); // as a browser does, without a word
}

test('the focus comes back to a dialog that it was lost in', async () => {
  await act(async () => root.render(<Asks />));
  expect(focused()).toBe(true);
  await lose();
  await frame();
  expect(focused()).toBe(true);
});

test.each([
  [false, 1],
  [true, 0],
])('Escape is heard from where the focus was lost, unless it is locked: %s', async (locked, times) => {
  closed.mockClear();
  await act(async () => root.render(<Asks locked={locked} />));
  await lose();
  await press('Escape');
  expect(closed).toHaveBeenCalledTimes(times);
});

test('a dialog that the page was told of too late is within reach', async () => {
  await act(async () => root.render(<Asks />));
  const veil = document.querySelector('.veil') as HTMLElement;
  veil.inert = true;
  await press('Tab');
  expect(veil.inert).toBe(false);
});

test('what is left out of reach when the last dialog goes is not left so', async () => {
  const page = document.createElement('main');
  page.inert = true; // by a dialog that did not take it back
  document.body.append(page);
  await act(async () => root.render(<Asks />));
  await act(async () => root.render(null));
  await frame();
  expect(page.inert).toBe(false);
});
