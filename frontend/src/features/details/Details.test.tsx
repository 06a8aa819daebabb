import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, type HistoryEntry, type Item, type Message, type Request, requests } from '../../bridge';
import { programEvents } from '../../bridge/testing';
import { type Language, Speak } from '../../text';
import { stage } from '../../ui/testing';
import { Details } from './Details';

const emit = programEvents();

vi.mock('../../bridge', async (original) => ({
  ...(await original<typeof import('../../bridge')>()),
  requests: { open: vi.fn(), seen: vi.fn() },
}));

const at = new Date(2026, 10, 25, 10, 42).toISOString();
const item = (status: string) =>
  ({
    id: 'r1',
    subject: 'Facture en double',
    status,
    reason: '',
    number: '',
    portalStatus: '',
    unread: false,
    author: '',
    priority: '',
    life: { written: at, saved: at, sent: '', received: '', taken: '', answered: '', closed: '' },
  }) as Item;

const root = stage();
beforeEach(() => {
  vi.mocked(requests.seen).mockReset().mockResolvedValue();
});

async function show(
  of: Item,
  history: HistoryEntry[] = [],
  lang: Language = 'fr',
  more: Partial<Request> = {},
): Promise<void> {
  const request: Request = {
    item: of,
    answers: [],
    files: [],
    messages: [],
    problems: [],
    history,
    watchers: [],
    allowed: [],
    acts: [],
    rules: { maxCount: 10, maxBytes: 1 << 20, extensions: ['pdf'] },
    ...more,
  };
  vi.mocked(requests.open).mockResolvedValue(request);
  await act(async () =>
    root.render(
      <Speak lang={lang}>
        <Details id="r1" />
      </Speak>,
    ),
  );
}
const text = () => document.body.textContent?.replace(/[\u202f\u00a0]/g, ' ') ?? '';

test('somebody else at the desk sees nothing of the request', async () => {
  await show(item('queued'));
  expect(text()).toContain('Facture en double');
  vi.mocked(requests.open).mockRejectedValue(new CallError('not-found'));
  await act(async () => emit('session'));
  expect(text()).not.toContain('Facture en double');
  expect(text()).toContain('Demande introuvable');
});

test('a reading that fails otherwise takes nothing away', async () => {
  await show(item('queued'));
  vi.mocked(requests.open).mockRejectedValue(new CallError('timeout'));
  await act(async () => emit('requests'));
  expect(text()).toContain('Facture en double');
});

test.each([
  ['fr', 'L’envoi a été annulé : cette demande ne partira plus. « Exporter » en garde une copie.'],
  ['en', 'The sending was cancelled: this request will not leave. “Export” keeps a copy of it.'],
] as const)('what was cancelled says so (%s)', async (lang, sentence) => {
  await show(item('queued'), [], lang);
  expect(text()).not.toContain(sentence);
  await act(async () => root.render(null));
  await show(item('cancelled'), [], lang);
  expect(text()).toContain(sentence);
});

test.each([
  ['fr', 'À corriger : La copie d’un fichier manque ou a changé', 'À corriger : Le portail n’accepte plus'],
  [
    'en',
    'To correct: The copy of a file is missing or has changed',
    'To correct: The portal no longer accepts',
  ],
] as const)(
  'the history says who stopped a request: not always the portal (%s)',
  async (lang, file, gone) => {
    const history = ['file-missing', 'gone'].map((code, i) => ({
      at: new Date(2026, 10, 25, 11, i).toISOString(),
      what: 'to-correct',
      code,
    }));
    await show(item('queued'), history, lang);
    const lines = [...document.querySelectorAll('.history li')].map((e) => e.firstChild?.textContent ?? '');
    const plain = lines.map((l) => l.replace(/\u202f/g, ' '));
    expect(plain[1]).toBe(file);
    expect(plain[0]).toContain(gone);
  },
);

test.each([
  [
    'fr',
    [
      'Liaison rompue, arrivée à vérifier',
      'Portail très occupé, remise en attente',
      'Portail injoignable, remise en attente',
      'Premier essai d’envoi',
      'Enregistrée de nouveau pour l’envoi',
      'Portail injoignable, remise en attente',
      'Premier essai d’envoi',
      'Enregistrée pour l’envoi',
    ],
  ],
  [
    'en',
    [
      'Connection broken, arrival to be checked',
      'Portal very busy, waiting again',
      'Portal out of reach, waiting again',
      'First attempt to send',
      'Saved for sending again',
      'Portal out of reach, waiting again',
      'First attempt to send',
      'Saved for sending',
    ],
  ],
] as const)(
  'the history says what each attempt met and what became of the request (%s)',
  async (lang, told) => {
    const entries: [string, string][] = [
      ['queued', ''],
      ['sending', ''], // given back before it began
      ['sending', ''],
      ['queued', 'network'],
      ['queued', ''], // edited and sent again
      ['sending', ''],
      ['queued', 'network'],
      ['queued', 'portal-busy'],
      ['unknown', 'network'],
    ];
    await show(
      item('unknown'),
      entries.map(([what, code]) => ({ at, what, code })),
      lang,
    );
    const lines = [...document.querySelectorAll('.history li')].map((e) => e.firstChild?.textContent ?? '');
    expect(lines).toEqual(told);
  },
);

const received = (over: Partial<Item> = {}): Item => ({
  ...item('received'),
  portalStatus: 'in-progress',
  number: 'AS-2026-000012',
  life: { written: at, saved: at, sent: at, received: at, taken: at, answered: '', closed: '' },
  ...over,
});

test('the life line has seven points with their times, and the number that it was received under', async () => {
  await show(received());
  const points = [...document.querySelectorAll('.life-point')].map((e) =>
    (e.textContent ?? '').replace(/[\u202f\u00a0]/g, ' '),
  );
  expect(points).toEqual([
    'écrite',
    'enregistrée',
    'partie',
    'reçue sous le n° AS-2026-000012',
    'prise en charge',
    'réponse',
    'close',
  ]);
  expect(document.querySelectorAll('.life-time.reached')).toHaveLength(5);
  expect(document.querySelector('[aria-current=step]')?.textContent).toContain('prise en charge');
});

test('what the portal knows no more says so, and what to do', async () => {
  await show(received({ reason: 'missing' }));
  expect(text()).toContain('Le portail ne connaît plus cette demande (AS-2026-000012)');
  expect(text()).toContain('écrivez une nouvelle demande');
  await act(async () => root.render(null));
  await show(received());
  expect(text()).not.toContain('ne connaît plus');
});

describe('a request that is shown', () => {
  test('has been seen, and again when news comes to it', async () => {
    await show(received({ unread: true }));
    expect(vi.mocked(requests.seen).mock.calls).toEqual([['r1']]);
    expect(text()).toContain('Nouveau');
    vi.mocked(requests.open).mockResolvedValue({
      ...(await requests.open('r1')),
      item: received({ unread: false }),
    });
    await act(async () => emit('requests'));
    expect(text()).not.toContain('Nouveau');
    const before = vi.mocked(requests.seen).mock.calls.length;
    vi.mocked(requests.open).mockResolvedValue({
      ...(await requests.open('r1')),
      item: received({ unread: true }),
    });
    await act(async () => emit('requests'));
    expect(vi.mocked(requests.seen).mock.calls.length).toBe(before + 1);
  });

  test('in a window that nobody can see has not been seen', async () => {
    const state = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await show(received({ unread: true }));
    expect(requests.seen).not.toHaveBeenCalled();
    state.mockReturnValue('visible');
    await act(async () => document.dispatchEvent(new Event('visibilitychange')));
    expect(requests.seen).toHaveBeenCalledTimes(1);
  });

  test('that could not be read has not been seen', async () => {
    vi.mocked(requests.open).mockRejectedValue(new CallError('not-found'));
    await act(async () =>
      root.render(
        <Speak lang="fr">
          <Details id="r1" />
        </Speak>,
      ),
    );
    expect(requests.seen).not.toHaveBeenCalled();
  });
});

test('the conversation says who wrote what and when, with its HTML and its files', async () => {
  const message = (over: Partial<Message>): Message => ({
    id: '',
    author: '',
    support: true,
    text: '',
    html: '',
    files: [],
    at,
    ...over,
  });
  const file = { name: 'avoir.pdf', size: 2048, media: 'application/pdf', thumb: false };
  await show(received(), [], 'fr', {
    messages: [
      message({ id: 'm1', text: 'Deux lignes\nde texte' }),
      message({
        id: 'm2',
        author: 'Hélène',
        html: '<p>Voici <strong>votre avoir</strong></p>',
        text: 'sans',
      }),
      message({
        id: 'm3',
        support: false,
        text: 'Merci',
        files: [{ id: 'f1', ...file, confirmedBy: '', confirmedAt: '', releasedAt: '' }],
      }),
    ],
  });
  const said = [...document.querySelectorAll('.message')].map((e) =>
    (e.textContent ?? '').replace(/[\u202f\u00a0]/g, ' '),
  );
  expect(said[0]).toMatch(/^Assistance .*10:42Deux lignes\nde texte$/);
  expect(said[1]).toContain('Voici votre avoir');
  expect(said[1]).not.toContain('sans');
  expect(document.querySelector('.hypertext strong')?.textContent).toBe('votre avoir');
  expect(said[2]).toMatch(/^Vous .*10:42Merci/);
  expect(said[2]).toContain('avoir.pdf');
});

test('it names who wrote it and who follows it', async () => {
  await show(received({ author: 'Marc Diallo', priority: 'high' }), [], 'fr', {
    watchers: [
      { id: 'c', name: 'Claire' },
      { id: 's', name: 'Sophie' },
    ],
  });
  expect(text()).toContain('Écrite parMarc Diallo');
  expect([...document.querySelectorAll('.details-side dd li')].map((e) => e.textContent)).toEqual([
    'Claire',
    'Sophie',
  ]);
  expect(text()).toContain('Priorité haute');
});
