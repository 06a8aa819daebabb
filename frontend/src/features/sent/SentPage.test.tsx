import { act } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { CallError, type Draft, drafts, type Item, type Request, requests } from '../../bridge';
import { programEvents } from '../../bridge/testing';
import { type Language, Speak } from '../../text';
import { stage } from '../../ui/testing';
import { Sent } from './Sent';

const emit = programEvents();

vi.mock('../../bridge', async (original) => ({
  ...(await original<typeof import('../../bridge')>()),
  drafts: { correct: vi.fn() },
  requests: { open: vi.fn() },
}));

const at = new Date(2026, 10, 25, 10, 42).toISOString();
const item = (status: string, reason = '') =>
  ({
    id: 'r1',
    subject: 'Facture en double',
    status,
    reason,
    number: '',
    life: { written: at, saved: at, sent: '', received: '', answered: '' },
  }) as Item;

const root = stage();
let places: string[];

async function show(of: Item, lang: Language = 'fr'): Promise<void> {
  vi.mocked(requests.open).mockResolvedValue({ item: of } as Request);
  const { hook, history } = memoryLocation({ path: '/sent/r1', record: true });
  places = history;
  await act(async () =>
    root.render(
      <Router hook={hook}>
        <Speak lang={lang}>
          <Sent id="r1" />
        </Speak>
      </Router>,
    ),
  );
}
const text = () => document.body.textContent ?? '';
const acts = () => [...document.querySelectorAll<HTMLElement>('.page-acts a, .page-acts button')];

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

describe('a request that came back', () => {
  test.each([
    ['fr', 'La copie d’un fichier manque ou a changé. Retirez ce fichier, joignez-le de nouveau', 'Corriger'],
    ['en', 'The copy of a file is missing or has changed. Remove that file, attach it again', 'Correct'],
  ] as const)('says why and what to do, and leads there first (%s)', async (lang, sentence, correct) => {
    await show(item('to-correct', 'file-missing'), lang);
    expect(document.querySelector('[role=status]')?.textContent).toContain(sentence);
    expect(acts()[0]?.textContent).toBe(correct);
    vi.mocked(drafts.correct).mockResolvedValue({ id: 'r1' } as Draft);
    await act(async () => acts()[0]?.click());
    expect(places.at(-1)).toBe('/draft/r1');
  });

  test('and no other is offered that', async () => {
    await show(item('queued'));
    expect(acts()[0]?.textContent).toBe('Détails de la demande');
  });
});
