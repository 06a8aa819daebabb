import { act } from 'react';
import { expect, test } from 'vitest';
import { Banner, Button } from './button';
import { stage } from './testing';

const root = stage();

const show = (there: boolean, dialog = false) =>
  act(async () =>
    root.render(
      <>
        <h1 tabIndex={-1}>Brouillon</h1>
        <input />
        <div role={dialog ? 'dialog' : undefined}>
          {there && (
            <Banner title="Ce brouillon a changé ailleurs." acts={<Button>Garder ma version</Button>} />
          )}
        </div>
      </>,
    ),
  );
const focus = (what: string) => act(async () => document.querySelector<HTMLElement>(what)?.focus());
const focused = () => document.activeElement?.tagName;

test('a banner that goes with the button that was pressed leaves the focus on the page', async () => {
  await show(true);
  await focus('button');
  await show(false);
  expect(focused()).toBe('H1');
});

test('whoever is elsewhere is left there', async () => {
  await show(true);
  await focus('input');
  await show(false);
  expect(focused()).toBe('INPUT');
});

test('in a dialog, which keeps the focus, it does not lead out of it', async () => {
  await show(true, true);
  await focus('button');
  await show(false, true);
  expect(focused()).toBe('BODY');
});
