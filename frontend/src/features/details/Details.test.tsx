import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { CallError, type HistoryEntry, type Item, type Request, requests } from '../../bridge';
import { programEvents } from '../../bridge/testing';
import { type Language, Speak } from '../../text';
import { stage } from '../../ui/testing';
import { Details } from './Details';

const emit = programEvents();

vi.mock('../../bridge', async (original) => ({
  ...(await original<typeof import('../../bridge')>()),
  requests: { open: vi.fn() },
}));

const at = new Date(2026, 10, 25, 10, 42).toISOString();
const item = (status: string) =>
  ({
    id: 'r1',
    subject: 'Facture en double',
    status,
    reason: '',
    number: '',
    life: { written: at, saved: at, sent: '', received: '', answered: '' },
  }) as Item;

const root = stage();

async function show(of: Item, history: HistoryEntry[] = [], lang: Language = 'fr'): Promise<void> {
  const request = {
    item: of,
    answers: [],
    files: [],
    messages: [],
    problems: [],
    history,
    watchers: [],
    allowed: [],
  };
  vi.mocked(requests.open).mockResolvedValue(request as Request);
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
  expect(text()).toContain('Cette demande n’est pas ici');
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
