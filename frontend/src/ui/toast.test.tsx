import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Language, Words } from '../text/words';
import { stage } from './testing';
import { Toasts, useToast } from './toast';

const root = stage();
let toast: ReturnType<typeof useToast>;

function Page() {
  toast = useToast();
  return null;
}

const go = (place: string, lang: Language = 'fr', who = 'claire') =>
  act(async () =>
    root.render(
      <Toasts words={new Words(lang)} close="Fermer" place={place} who={who}>
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
    toast(() => 'de cette page');
    toast(() => 'de plus que cela', { lasts: true });
  });
  expect(told()).toEqual(['de cette page', 'de plus que cela']);
  await go('/b');
  expect(told()).toEqual(['de plus que cela']);
  await act(async () => toast(() => 'de la page suivante'));
  expect(told()).toHaveLength(2);
  await act(async () => vi.advanceTimersByTime(12_000));
  expect(told()).toEqual([]);
});

test('what one person was told the next one does not read', async () => {
  await act(async () => toast(() => 'le titre de Claire', { lasts: true }));
  await go('/a', 'fr', 'marc');
  expect(told()).toEqual([]);
  await act(async () => toast(() => 'Bonjour Marc', { lasts: true }));
  expect(told()).toEqual(['Bonjour Marc']);
});

test('what is told of the page that comes next goes with that one', async () => {
  await act(async () => toast(() => 'un brouillon', { page: '/b' }));
  await go('/b');
  expect(told()).toEqual(['un brouillon']);
  await go('/c');
  expect(told()).toEqual([]);
});

test('the same is told once, for its whole time again', async () => {
  await act(async () => toast(() => 'rien ne part'));
  await act(async () => vi.advanceTimersByTime(8000));
  await act(async () => toast(() => 'rien ne part'));
  expect(told()).toEqual(['rien ne part']);
  await act(async () => vi.advanceTimersByTime(8000));
  expect(told()).toEqual(['rien ne part']);
});

test('what can be undone keeps its own way back, though it reads the same', async () => {
  const runs = [vi.fn(), vi.fn()];
  await act(async () => {
    for (const run of runs) toast(() => 'retiré', { label: () => 'Annuler', run });
  });
  expect(told()).toEqual(['retiré', 'retiré']);
});

test('what is told about the same takes the place of what was told before', async () => {
  await act(async () => toast(() => 'Bonjour', { about: 'session' }));
  await act(async () => toast(() => 'autre chose'));
  await act(async () => toast(() => 'Au revoir', { about: 'session' }));
  expect(told()).toEqual(['autre chose', 'Au revoir']);
});

test('what is not true any more goes, and nobody asks for it after that', async () => {
  let end = () => {};
  const stop = vi.fn();
  await act(async () =>
    toast(() => 'rien ne part', {
      ends: (it) => {
        end = it;
        return stop;
      },
    }),
  );
  expect(told()).toEqual(['rien ne part']);
  await act(async () => end());
  expect(told()).toEqual([]);
  expect(stop).toHaveBeenCalledTimes(1);
});

test('is told in the language of the window, which may change meanwhile', async () => {
  const label = (words: Words) => words.t('files.undo');
  await act(async () => toast((words) => words.t('outbox.cancelled'), { label, run: () => {} }));
  expect(told()).toEqual(['L’envoi est annulé.']);
  await go('/a', 'en');
  expect(told()).toEqual(['The sending is cancelled.']);
  expect(document.querySelector('.toast button')?.textContent).toBe('Undo');
});

test('what can be done about it is done once', async () => {
  const run = vi.fn();
  await act(async () => toast(() => 'retiré', { label: () => 'Annuler', run }));
  const undo = [...document.querySelectorAll('button')].find((b) => b.textContent === 'Annuler');
  await act(async () => undo?.click());
  expect(run).toHaveBeenCalledTimes(1);
  expect(told()).toEqual([]);
});
