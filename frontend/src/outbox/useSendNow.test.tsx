import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { outbox, reads, type Status } from '../bridge';
import { type Language, Speak } from '../text';
import { Toasts } from '../ui';
import { stage } from '../ui/testing';
import { useSendNow } from './useSendNow';

vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  outbox: { sendNow: vi.fn() },
}));

const root = stage();
let sendNow: () => void;

function Probe() {
  sendNow = useSendNow();
  return null;
}

beforeEach(() => {
  vi.mocked(outbox.sendNow).mockResolvedValue(undefined);
});

test.each([
  ['fr', 'online', 'Envoi lancé.'],
  ['fr', 'no-network', 'Ce poste n’a pas de réseau : tout partira dès qu’il en aura un.'],
  [
    'fr',
    'signed-out',
    'Rien ne peut partir tant que vous n’êtes pas connecté : connectez-vous, et tout partira.',
  ],
  ['en', 'online', 'Sending has begun.'],
  ['en', 'signed-out', 'Nothing can leave until you are signed in: sign in, and everything leaves.'],
] as [Language, string, string][])('says what is true (%s, %s)', async (lang, connection, sentence) => {
  reads.status.set({ connection } as Status);
  await act(async () =>
    root.render(
      <Speak lang={lang}>
        <Toasts close="Fermer" place="/outbox">
          <Probe />
        </Toasts>
      </Speak>,
    ),
  );
  await act(async () => sendNow());
  const told = document.querySelector('.toast > span')?.textContent ?? '';
  expect(told.replace(/\u202f/g, ' ')).toBe(sentence);
});
