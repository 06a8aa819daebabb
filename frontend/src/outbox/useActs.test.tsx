import { act, type ReactNode } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { CallError, type Draft, drafts, type Item, outbox, type Request, reads, requests } from '../bridge';
import { Words } from '../text/words';
import { Toasts } from '../ui';
import { stage } from '../ui/testing';
import { type Acts, useActs } from './useActs';

vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  drafts: { correct: vi.fn() },
  outbox: { cancel: vi.fn(), edit: vi.fn(), export: vi.fn() },
  requests: { open: vi.fn() },
}));

const fr = new Words('fr');
const text = (fr: string) => ({ fr, en: fr });

function item(change: Partial<Item> = {}): Item {
  const at = new Date(2026, 10, 25, 10, 42).toISOString();
  const life = { written: at, saved: at, sent: '', received: '', answered: '' };
  const labels = { typeLabel: text('Assistance'), categoryLabel: text('Facture'), practiceName: 'Tilleuls' };
  return {
    id: 'r1',
    subject: 'Facture 12/34',
    status: 'queued',
    reason: '',
    life,
    ...labels,
    ...change,
  } as Item;
}

const root = stage();
let acts: Acts;
let places: string[];
let hook: ReturnType<typeof memoryLocation>['hook'];

function Probe({ of }: { of: Item }) {
  acts = useActs(of);
  return <h1 tabIndex={-1}>Boîte d’envoi</h1>;
}

const page = (place: string, children: ReactNode) => (
  <Router hook={hook}>
    <Toasts words={fr} close="Fermer" place={place}>
      {children}
    </Toasts>
  </Router>
);
const show = (of: Item) => act(async () => root.render(page('/outbox', <Probe of={of} />)));
const toasts = () => document.querySelector('.toasts')?.textContent ?? '';

beforeEach(() => {
  vi.resetAllMocks();
  ({ hook, history: places } = memoryLocation({ path: '/outbox', record: true }));
  vi.mocked(requests.open).mockImplementation(
    async () => ({ item: item(), answers: [], files: [] }) as unknown as Request,
  );
});

const draft = (id: string, refused: Draft['refused'] = []) => ({ id, refused }) as Draft;

describe('« Exporter »', () => {
  test('hands over title, name and page, and tells where the file lies', async () => {
    await show(item());
    vi.mocked(outbox.export).mockResolvedValue('/dossier/Demande.zip');
    await act(async () => acts.save());
    const [id, title, name, page] = vi.mocked(outbox.export).mock.calls[0] ?? [];
    expect([id, title]).toEqual(['r1', 'Enregistrer la demande et ses fichiers']);
    expect(name).toBe('Demande 2026-11-25 Facture 12 34');
    expect(page).toContain('Facture 12/34');
    expect(acts).toMatchObject({ exported: '/dossier/Demande.zip', failure: '', doing: '' });
    await act(async () => acts.settle());
    expect(acts.exported).toBe('');
  });

  test('that is cancelled says nothing', async () => {
    await show(item());
    vi.mocked(outbox.export).mockResolvedValue('');
    await act(async () => acts.save());
    expect(acts).toMatchObject({ exported: '', failure: '', doing: '' });
  });

  test('says why there is no file', async () => {
    await show(item());
    vi.mocked(outbox.export).mockRejectedValue(new CallError('not-written'));
    await act(async () => acts.save());
    expect(acts.failure).toBe(fr.error('not-written'));
    const problem = { field: 'files', step: 'files', code: 'file-missing', max: 0, min: 0, actual: 0 };
    vi.mocked(outbox.export).mockRejectedValue(new CallError('invalid', [problem]));
    await act(async () => acts.save());
    expect(acts.failure).toMatch(/rien n’a été exporté\. Réessayez dans un instant\u202f; si cela dure,/);
  });
});

describe('« Modifier » and « Corriger »', () => {
  test('go to the draft that was made of it, which may have another id', async () => {
    await show(item());
    vi.mocked(outbox.edit).mockResolvedValue(draft('d9'));
    await act(async () => acts.edit());
    expect(places.at(-1)).toBe('/draft/d9');
    expect(toasts()).toContain('elle ne partira que si vous l’envoyez');
    await act(async () => root.render(page('/draft/d9', null)));
    expect(toasts()).toContain('elle ne partira que si vous l’envoyez');
    await act(async () => root.render(page('/sent/d9', null))); // it has been sent
    expect(toasts()).toBe('');
  });

  test('are one at a time', async () => {
    await show(item());
    let answer: (d: Draft) => void = () => {};
    vi.mocked(outbox.edit).mockReturnValue(new Promise((done) => (answer = done)));
    await act(async () => acts.edit());
    expect(acts.doing).toBe('edit');
    await act(async () => {
      acts.edit();
      acts.save();
      acts.cancel();
    });
    expect(outbox.edit).toHaveBeenCalledTimes(1);
    expect(outbox.export).not.toHaveBeenCalled();
    expect(outbox.cancel).not.toHaveBeenCalled();
    await act(async () => answer(draft('d9')));
    expect(acts.doing).toBe('');
  });

  test('correct what came back', async () => {
    await show(item({ status: 'to-correct', reason: 'forbidden' }));
    vi.mocked(drafts.correct).mockResolvedValue(draft('d1'));
    await act(async () => acts.edit());
    expect(places.at(-1)).toBe('/draft/d1');
    expect(outbox.edit).not.toHaveBeenCalled();
  });

  test('take back what the portal takes no more under its id', async () => {
    await show(item({ status: 'to-correct', reason: 'gone' }));
    vi.mocked(outbox.edit).mockResolvedValue(draft('d3'));
    await act(async () => acts.edit());
    expect(drafts.correct).not.toHaveBeenCalled();
    expect(places.at(-1)).toBe('/draft/d3');
  });
});

describe('« Annuler l’envoi »', () => {
  test('says that it is cancelled, and gives the focus to the page', async () => {
    await show(item());
    await act(async () => acts.ask(true));
    expect(acts.asking).toBe(true);
    vi.mocked(outbox.cancel).mockResolvedValue(undefined);
    await act(async () => acts.cancel());
    expect(acts.asking).toBe(false);
    expect(toasts()).toContain('L’envoi est annulé.');
    expect(document.activeElement?.tagName).toBe('H1');
  });

  test.each([
    ['offline', 'takeback.offline'],
    ['timeout', 'takeback.timeout'],
    ['sign-in', 'takeback.sign-in'],
    ['not-found', 'error.not-found'],
    ['internal', 'error.internal'],
  ] as const)('that cannot be (%s) says why, and the request stays', async (code, key) => {
    await show(item());
    await act(async () => acts.ask(true));
    vi.mocked(outbox.cancel).mockRejectedValue(new CallError(code));
    await act(async () => acts.cancel());
    expect(acts).toMatchObject({ asking: false, failure: fr.t(key), doing: '' });
    expect(toasts()).toBe('');
  });

  test('that finds no portal, while the request arrives, says that it has arrived', async () => {
    await show(item());
    vi.mocked(outbox.cancel).mockRejectedValue(new CallError('offline'));
    vi.mocked(requests.open).mockResolvedValue({ item: item({ status: 'received' }) } as unknown as Request);
    await act(async () => acts.cancel());
    expect(acts.failure).toBe('');
    expect(toasts()).toContain(fr.t('takeback.received'));
  });

  test('that could not be is told until the request arrives', async () => {
    await show(item());
    vi.mocked(outbox.cancel).mockRejectedValue(new CallError('offline'));
    await act(async () => acts.cancel());
    expect(acts.failure).toBe(fr.t('takeback.offline'));
    await show(item({ status: 'received' }));
    expect(acts.failure).toBe('');
  });

  test.each([
    ['sending', 'takeback.sending'],
    ['received', 'takeback.received'],
    ['to-correct', 'takeback.received'],
  ] as const)(
    'that comes too late tells apart what is leaving from what has arrived (%s)',
    async (status, key) => {
      await show(item());
      vi.mocked(outbox.cancel).mockRejectedValue(new CallError('not-now'));
      vi.mocked(requests.open).mockResolvedValue({ item: item({ status }) } as unknown as Request);
      await act(async () => acts.cancel());
      // It outlives the row of the list that the request has just left.
      await act(async () => root.render(page('/outbox', null)));
      expect(acts.failure).toBe('');
      expect(toasts()).toContain(fr.t(key));
    },
  );

  test('that comes too late is told as long as the attempt lasts', async () => {
    await show(item());
    vi.mocked(outbox.cancel).mockRejectedValue(new CallError('not-now'));
    vi.mocked(requests.open).mockResolvedValue({ item: item({ status: 'sending' }) } as unknown as Request);
    await act(async () => acts.cancel());
    await act(async () => reads.outbox.set([item({ status: 'sending' })]));
    expect(toasts()).toContain(fr.t('takeback.sending'));
    await act(async () => reads.outbox.set([item({ status: 'queued' })]));
    expect(toasts()).toBe('');
  });
});
