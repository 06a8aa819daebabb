import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, type Item, outbox, reads, type Status } from '../bridge';
import { type Language, Speak } from '../text';
import { Words } from '../text/words';
import { Toasts } from '../ui';
import { stage } from '../ui/testing';
import { actsWait, underWay } from './outcome';
import { SendNow } from './SendNow';

process.env.TZ = 'Europe/Paris';

vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  outbox: { sendNow: vi.fn() },
}));

const root = stage();
const now = new Date(2026, 10, 25, 10, 40);
const at = (minute: number) => new Date(2026, 10, 25, 10, minute).toISOString();
const life = { written: at(30), saved: at(31), sent: '', received: '', taken: '', answered: '', closed: '' };

function item(status: string, change: Partial<Item> = {}): Item {
  return {
    id: 'r1',
    status,
    reason: '',
    attempts: 1,
    nextAttempt: '',
    life,
    updatedAt: at(35),
    ...change,
  } as Item;
}
const sent = { life: { ...life, sent: at(40) } };
const failed = (change: Partial<Item> = {}) =>
  item('queued', { reason: 'network', attempts: 2, nextAttempt: at(40), ...change });

// What has arrived leaves the outbox, unless something that was done later waits.
const list = (...items: Item[]) =>
  act(async () => reads.outbox.set(items.filter((i) => i.status !== 'received' || i.actsWaiting > 0)));
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

// show is the page of the outbox: there is no button when nothing waits.
const show = (items: Item[], lang: Language = 'fr', gone = false) =>
  act(async () =>
    root.render(
      <Speak lang={lang}>
        <Toasts words={new Words(lang)} close="Fermer" place="/outbox">
          <h1 tabIndex={-1}>Boîte d’envoi</h1>
          {!gone && <SendNow underWay={underWay(items) && !items.some(actsWait)} />}
        </Toasts>
      </Speak>,
    ),
  );

async function begin(connection: string, items: Item[], lang: Language = 'fr'): Promise<void> {
  reads.status.set({ connection } as Status);
  reads.outbox.set(items);
  await show(items, lang);
  await act(async () => {
    button().focus();
    button().click();
  });
  await pass(0);
}

const button = () => {
  const found = document.querySelector<HTMLButtonElement>('button.go');
  if (!found) throw new Error('no button');
  return found;
};
const told = () =>
  [...document.querySelectorAll('.toast > p')].map((e) =>
    (e.textContent ?? '').replace(/[\u202f\u00a0]/g, ' '),
  );
const shows = () => [button().textContent, button().getAttribute('aria-disabled')];
const WORKS = ['Envoi en cours…', 'true'];
const READY = ['Envoyer maintenant', null];

beforeEach(() => {
  vi.useFakeTimers({ now });
  vi.mocked(outbox.sendNow).mockReset().mockResolvedValue(undefined);
  // What the list says is what a test sets.
  vi.spyOn(reads.outbox, 'refresh').mockResolvedValue(undefined);
});

afterEach(async () => {
  await pass(60_000); // whatever was begun is over
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('« Envoyer maintenant »', () => {
  test('works as long as its attempt, keeps the focus, and says what came of it', async () => {
    await begin('offline', [item('queued')]);
    expect(shows()).toEqual(WORKS);
    await list(item('sending', { ...sent, attempts: 2 }));
    await pass(30_000); // however long it takes
    expect(shows()).toEqual(WORKS);
    expect(told()).toEqual([]);
    await act(async () => button().click());
    expect(outbox.sendNow).toHaveBeenCalledTimes(1);
    await list(failed());
    await pass(1000);
    expect(shows()).toEqual(READY);
    expect(document.activeElement).toBe(button());
    expect(told()).toEqual([
      'Rien n’est parti. Le portail n’a pas pu être joint. Prochain essai d’ici une minute.',
    ]);
  });

  test('is not over between two batches', async () => {
    await begin('online', [item('queued'), item('queued', { id: 'r2' })]);
    await list(item('received'), item('queued', { id: 'r2' }));
    await pass(500);
    await list(item('received'), item('sending', { id: 'r2', attempts: 2 }));
    await pass(5000);
    expect(shows()).toEqual(WORKS);
    await list(item('received'), item('received', { id: 'r2' }));
    await pass(1000);
    expect(told()).toEqual([]); // the list tells it
  });

  test('ends even if no attempt begins, and promises no time', async () => {
    await begin('online', [item('queued')]);
    await pass(9000);
    expect(shows()).toEqual(WORKS);
    await pass(1000);
    expect(shows()).toEqual(READY);
    expect(told()).toEqual(['Rien n’est parti. Un nouvel essai suivra tout seul.']);
  });

  test('says so when everything is on its way already', async () => {
    await show([item('sending')]);
    expect(shows()).toEqual(WORKS);
    await act(async () => button().click());
    expect(outbox.sendNow).not.toHaveBeenCalled();
    await show([item('sending'), item('queued', { id: 'r2' })]);
    expect(shows()).toEqual(READY);
  });

  test('gives the focus to the page when it goes', async () => {
    await begin('online', [item('queued')]);
    await list(item('received'));
    await show([], 'fr', true);
    expect(document.activeElement?.tagName).toBe('H1');
  });

  test('that fails says so', async () => {
    vi.mocked(outbox.sendNow).mockRejectedValue(new CallError('disk-full'));
    await begin('online', [item('queued')]);
    expect(shows()).toEqual(READY);
    expect(told()[0]).toContain('Le disque de ce poste est plein.');
  });
});

describe('what it came to', () => {
  const later = { reason: 'portal-busy', nextAttempt: at(52) };

  test.each([
    ['fr', [failed(later)], 'Rien n’est parti. Le portail est très occupé. Prochain essai vers 10:52.'],
    ['en', [failed(later)], 'Nothing has left. The portal is very busy. Next try about 10:52.'],
    [
      'fr',
      [item('unknown', { ...sent, reason: 'timeout', attempts: 2 })],
      'Le portail n’a confirmé aucune arrivée. Le portail n’a pas répondu à temps. Prochain essai d’ici une minute.',
    ],
    [
      'fr',
      [item('received'), failed({ ...later, id: 'r2' })],
      '1 demande n’est pas encore arrivée. Le portail est très occupé. Prochain essai vers 10:52.',
    ],
    ['fr', [item('to-correct', { reason: 'forbidden' })], '1 demande est à corriger.'],
    [
      'fr',
      [item('needs-sign-in', { reason: 'sign-in', attempts: 2 })],
      'Rien ne peut partir pour l’instant : connectez-vous, et tout partira.',
    ],
  ] as [Language, Item[], string][])('is told (%s, %#)', async (lang, items, sentence) => {
    await begin(
      'online',
      items.map((i) => item('queued', { id: i.id })),
      lang,
    );
    await list(...items);
    await pass(1000);
    expect(told()).toEqual([sentence]);
  });

  test.each([
    ['fr', 'no-network', 'Ce poste n’a pas de réseau : tout partira dès qu’il en aura un.'],
    ['fr', 'signed-out', 'Rien ne peut partir pour l’instant : connectez-vous, et tout partira.'],
    ['en', 'signed-out', 'Nothing can leave until you are signed in: sign in, and everything leaves.'],
  ] as [Language, string, string][])(
    'is told at once where nothing is tried (%s, %s)',
    async (lang, c, sentence) => {
      await begin(c, [item('queued')], lang);
      expect(told()).toEqual([sentence]);
    },
  );

  test.each([
    ['the next attempt begins', item('sending', { attempts: 3, ...sent })],
    ['it has been tried again', failed({ attempts: 3 })],
    ['it has arrived', item('received')],
  ])('is told no longer once %s', async (_what, next) => {
    await begin('offline', [item('queued')]);
    await list(failed());
    await pass(1000);
    expect(told()).toHaveLength(1);
    await list(failed()); // read again, and nothing new
    expect(told()).toHaveLength(1);
    await list(next);
    expect(told()).toEqual([]);
  });

  describe('of what was done with requests that the portal has', () => {
    const acts = (actsWaiting: number) => item('received', { actsWaiting });

    test('is nothing to tell once all of it has left', async () => {
      await begin('online', [acts(2)]);
      await list(acts(0));
      await pass(1000);
      expect(told()).toEqual([]);
    });

    test('is told when something of it waits yet', async () => {
      await begin('online', [acts(2)]);
      await list(acts(1));
      await pass(1000);
      expect(told()).toEqual(['1 action attend encore.']);
    });

    test('is told where nothing is tried', async () => {
      await begin('no-network', [acts(1)]);
      expect(told()).toEqual(['Ce poste n’a pas de réseau : tout partira dès qu’il en aura un.']);
    });
  });
});
