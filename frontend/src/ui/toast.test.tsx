import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stage } from './testing';
import { Toasts, useToast } from './toast';

const root = stage();
let toast: ReturnType<typeof useToast>;

function Page() {
  toast = useToast();
  return null;
}

const go = (place: string) =>
  act(async () =>
    root.render(
      <Toasts close="Fermer" place={place}>
        <Page />
      </Toasts>,
    ),
  );
const told = () => [...document.querySelectorAll('.toast > span:first-child')].map((e) => e.textContent);

beforeEach(async () => {
  vi.useFakeTimers();
  await go('/a');
});

afterEach(async () => {
  vi.useRealTimers();
});

test('what is told of a page goes with it, what is about more stays for its time', async () => {
  await act(async () => {
    toast('de cette page');
    toast('de plus que cela', { lasts: true });
  });
  expect(told()).toEqual(['de cette page', 'de plus que cela']);
  await go('/b');
  expect(told()).toEqual(['de plus que cela']);
  await act(async () => toast('de la page suivante'));
  expect(told()).toHaveLength(2);
  await act(async () => vi.advanceTimersByTime(12_000));
  expect(told()).toEqual([]);
});

test('what can be done about it is done once', async () => {
  const run = vi.fn();
  await act(async () => toast('retiré', { label: 'Annuler', run }));
  const undo = [...document.querySelectorAll('button')].find((b) => b.textContent === 'Annuler');
  await act(async () => undo?.click());
  expect(run).toHaveBeenCalledTimes(1);
  expect(told()).toEqual([]);
});
