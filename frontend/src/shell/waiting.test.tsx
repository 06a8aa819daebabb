import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import type { Item, Person, Status } from '../bridge';
import { reads } from '../bridge';
import { program } from '../bridge/testing';
import { Reconnect } from '../outbox';
import { AskedLine } from '../outbox/AskedLine';
import { StatusChip } from '../request';
import type { Language } from '../text';
import { stage } from '../ui/testing';
import { useAsked } from '../who';
import {
  buttonNamed,
  claire,
  known,
  methods,
  nobody,
  press,
  readAll,
  status,
  text,
  Window,
} from '../who/testing';
import { Foot } from './Foot';

// What is told of requests that wait for a word or a sign-in of their sender.

vi.mock('../draft', () => ({
  flushAll: async () => true,
  reopenAll: async () => {},
  useSaveStatus: () => ({ state: 'none', savedAt: '', code: '' }),
}));

const root = stage();
const sent = vi.fn();
let asked: ReturnType<typeof useAsked>;

function Probe() {
  asked = useAsked();
  return null;
}

async function show(
  now: { person?: Person; status: Partial<Status> },
  { path = '/', lang = 'fr' as Language } = {},
): Promise<void> {
  const person = now.person ?? claire;
  program({
    ...methods({ person, people: [known(claire)], status: status(now.status) }),
    'Requests.Outbox': () => [],
    'Outbox.SendNow': sent,
  });
  await readAll();
  await act(() => reads.outbox.refresh());
  const { hook } = memoryLocation({ path });
  await act(async () =>
    root.render(
      <Router hook={hook}>
        <Window lang={lang}>
          <AskedLine />
          <Reconnect />
          <Foot />
          <Probe />
        </Window>
      </Router>,
    ),
  );
}
const foot = () => text(document.querySelector('footer') ?? document.body);
const out = { ...claire, signedIn: false };

beforeEach(() => sent.mockReset());

describe('requests that wait for nothing but a sign-in', () => {
  test('are counted with the one click that sends them', async () => {
    await show({ person: out, status: { connection: 'signed-out', waiting: 2 } });
    expect(document.querySelector('.banner')?.textContent).toContain('2\u00a0envois en attente');
    expect(foot()).toContain('Reconnectez-vous : 2 envois en attente');
    expect(foot()).not.toContain('Envoyer maintenant'); // it would do nothing
    await press('Se reconnecter');
    expect(asked).toEqual({ kind: 'sign-in', expected: 'claire' });
  });

  test('in English', async () => {
    await show({ person: out, status: { connection: 'signed-out', waiting: 1 } }, { lang: 'en' });
    expect(foot()).toContain('Sign in again: 1 item waiting');
  });

  test.each<[string, Person, Partial<Status>]>([
    ['nothing waits', out, { connection: 'signed-out', waiting: 0 }],
    ['the portal is what they wait for', claire, { connection: 'offline', waiting: 2 }],
    ['nobody is known', nobody, { connection: 'signed-out', waiting: 0 }],
  ])('are not spoken of when %s', async (_why, person, now) => {
    await show({ person, status: now });
    expect(text()).not.toContain('Reconnectez-vous');
  });
});

describe('requests that were queued before somebody else came', () => {
  test('leave when their sender says so', async () => {
    await show({ status: { connection: 'signed-out', waiting: 2, asking: 2 } });
    expect(text()).toContain(
      '2 envois étaient en attente avant qu’une autre personne utilise ce poste. Les laisser partir ?',
    );
    expect(document.querySelector('a')?.getAttribute('href')).toBe('/outbox');
    expect(sent).not.toHaveBeenCalled();
    await press('Envoyer');
    expect(sent).toHaveBeenCalledOnce();
  });

  test('are not led to where one is already', async () => {
    await show({ status: { waiting: 1, asking: 1 } }, { path: '/outbox' });
    expect(buttonNamed('Envoyer')).toBeDefined();
    expect(document.querySelector('a')).toBeNull();
  });

  test('are not asked about when there are none', async () => {
    await show({ status: { waiting: 2 } });
    expect(text()).not.toContain('attendaient');
  });
});

describe('the label of a request', () => {
  const life = { written: 'w', saved: 's', sent: '', received: '', answered: '' };
  const label = async (item: Partial<Item>, now: Partial<Status> = {}) => {
    program(methods({ person: claire, people: [], status: status(now) }));
    await readAll();
    await act(async () =>
      root.render(
        <Window>
          <StatusChip item={{ reason: '', portalStatus: '', life, ...item } as Item} />
        </Window>,
      ),
    );
    return text(document.querySelector('.chip') ?? document.body);
  };

  test.each<[string, Partial<Item>, Partial<Status>]>([
    ['À confier à un administrateur', { status: 'to-correct', reason: 'forbidden' }, {}],
    ['À corriger', { status: 'to-correct', reason: 'invalid' }, {}],
    ['À confirmer', { status: 'needs-sign-in' }, { asking: 1 }],
    ['À confirmer', { status: 'queued' }, { asking: 1 }],
    ['À reconnecter', { status: 'needs-sign-in' }, {}],
    ['Reçue', { status: 'received' }, { asking: 1 }],
  ])('is « %s »', async (wanted, item, now) => {
    expect(await label(item, now)).toBe(wanted);
  });
});
