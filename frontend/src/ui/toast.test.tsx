import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Language, Words } from '../text/words';
import { followKeys } from './commands';
import { stage } from './testing';
import { Toasts, type Undone, useToast } from './toast';

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
const told = () => [...document.querySelectorAll('.toast > p')].map((e) => e.textContent);

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

test('what is told below a dialog is there for its whole time once that has closed', async () => {
  const undo = vi.fn(() => 'done' as const);
  const dialog = document.body.appendChild(document.createElement('div'));
  dialog.setAttribute('role', 'dialog');
  await act(async () => toast(() => 'retiré', { undo }));
  await act(async () => vi.advanceTimersByTime(60_000));
  dialog.remove();
  await act(async () => vi.advanceTimersByTime(11_000));
  expect(told()).toEqual(['retiré']);
  await act(async () => vi.advanceTimersByTime(1000));
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

test('the focus goes back from what was undone to where it was', async () => {
  const field = document.body.appendChild(document.createElement('input'));
  field.focus();
  await act(async () => toast(() => 'retiré', { label: () => 'Annuler', run: () => {} }));
  const undo = document.querySelector('.toast button') as HTMLElement;
  await act(async () => undo.focus());
  await act(async () => undo.click());
  expect(told()).toEqual([]);
  expect(document.activeElement).toBe(field);
});

test.each([
  ['ends', (end: () => void) => end()],
  [
    'makes room',
    () => {
      for (const n of [1, 2, 3]) toast(() => `n° ${n}`);
    },
  ],
])('a message that %s while it has the focus gives it back', async (_, happens) => {
  const field = document.body.appendChild(document.createElement('input'));
  field.focus();
  let end = () => {};
  const ends = (it: () => void) => {
    end = it;
    return () => {};
  };
  await act(async () => toast(() => 'rien ne part', { ends }));
  await act(async () => document.querySelector<HTMLElement>('.toast button')?.focus());
  await act(async () => happens(end));
  expect(told()).not.toContain('rien ne part');
  expect(document.activeElement).toBe(field);
});

test('a message that is pointed at stays, also once the focus has left it', async () => {
  await act(async () => toast(() => 'rien ne part'));
  const box = document.querySelector('.toast') as HTMLElement;
  const button = box.querySelector('button') as HTMLElement;
  await act(async () => box.dispatchEvent(new PointerEvent('pointerover', { bubbles: true })));
  await act(async () => button.focus());
  await act(async () => button.blur());
  await act(async () => vi.advanceTimersByTime(60_000));
  expect(told()).toEqual(['rien ne part']);
});

describe('what can be taken back', () => {
  let stop = () => {};
  beforeEach(() => {
    stop = followKeys();
  });
  afterEach(() => stop());
  const back = () =>
    act(async () => {
      dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, cancelable: true }));
    });

  const noted = <T,>(undone: T[], what: T): Undone => {
    undone.push(what);
    return 'done';
  };

  test('is taken back by Ctrl Z too, the last one first, also once its message has gone', async () => {
    const undone: string[] = [];
    await act(async () => {
      for (const what of ['A', 'B']) toast(() => `${what} est supprimé`, { undo: () => noted(undone, what) });
    });
    await act(async () => vi.advanceTimersByTime(12_000));
    expect(told()).toEqual([]);
    await back();
    expect(undone).toEqual(['B']);
    expect(told()).toEqual(['C’est annulé.']);
    await back();
    await back();
    expect(undone).toEqual(['B', 'A']);
  });

  test('is not once it is not true any more, or the page has gone', async () => {
    const undo = vi.fn((): Undone => 'done');
    let end = () => {};
    await act(async () =>
      toast(() => 'en attente', {
        undo,
        ends: (over) => {
          end = over;
          return () => {};
        },
      }),
    );
    await act(async () => vi.advanceTimersByTime(12_000));
    await act(async () => end());
    await back();
    await act(async () => toast(() => 'de cette page', { undo }));
    await go('/b');
    await back();
    expect(undo).not.toHaveBeenCalled();
  });

  test('keeps no more than three messages in sight, and loses none of what can be taken back', async () => {
    const undone: number[] = [];
    await act(async () => {
      for (const n of [1, 2, 3, 4, 5]) toast(() => `n° ${n}`, { undo: () => noted(undone, n) });
    });
    expect(told()).toEqual(['n° 3', 'n° 4', 'n° 5']);
    for (let i = 0; i < 5; i++) await back();
    expect(undone).toEqual([5, 4, 3, 2, 1]);
  });

  test('is said to be only once it is', async () => {
    let done = (_: Undone) => {};
    await act(async () =>
      toast(() => 'A est supprimé', {
        undo: () =>
          new Promise((end) => {
            done = end;
          }),
      }),
    );
    await back();
    expect(told()).toEqual([]);
    await act(async () => done('done'));
    expect(told()).toEqual(['C’est annulé.']);
  });

  test.each(['Annuler', 'Ctrl Z'])('can be again when it could not be now (%s)', async (by) => {
    const undo = vi.fn(async (): Promise<Undone> => 'later');
    await act(async () => toast(() => 'A est supprimé', { undo }));
    const take = by === 'Ctrl Z' ? back : () => act(async () => document.querySelector('button')?.click());
    await take();
    expect(told()).toEqual(['A est supprimé']);
    undo.mockResolvedValue('done');
    await take();
    expect(undo).toHaveBeenCalledTimes(2);
    expect(told()).not.toContain('A est supprimé');
  });

  test.each([
    ['the page has gone', () => go('/b')],
    ['somebody else has come', () => go('/a', 'fr', 'marc')],
  ])('does not come back where it could not be and %s', async (_, happens) => {
    let done = (_: Undone) => {};
    await act(async () =>
      toast(() => 'A est supprimé', {
        undo: () =>
          new Promise((end) => {
            done = end;
          }),
      }),
    );
    await back();
    await happens();
    await act(async () => done('later'));
    expect(told()).toEqual([]);
  });

  test('is not said to be when it never can', async () => {
    await act(async () => toast(() => 'la demande est close', { undo: () => 'never' }));
    await back();
    expect(told()).toEqual([]);
  });
});
