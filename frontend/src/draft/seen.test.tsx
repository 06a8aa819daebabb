import { act } from 'react';
import { expect, test } from 'vitest';
import type { Finding, Screened } from '../bridge';
import { Speak } from '../text';
import { Words } from '../text/words';
import { stage } from '../ui/testing';
import { Seen, type Ways } from './Seen';
import { findingText, unreadOf } from './seen';

const root = stage();
const plain = (s: string | null) => (s ?? '').replace(/[\u202f\u00a0]/g, ' ');

const finding = (kind: string, tail = '1234'): Finding => ({
  kind,
  tail,
  member: '',
  page: 2,
  line: 0,
  part: '',
  must: !['iban', 'card'].includes(kind),
});

async function show(...findings: Finding[]) {
  const screened = {
    token: 'a',
    findings,
    unread: [],
    scans: [],
    changes: [],
    drawn: true,
  } as unknown as Screened;
  await act(async () =>
    root.render(
      <Speak lang="fr">
        <Seen
          look={{ phase: 'seen', screened } as never}
          ways={{ reasons: {}, drawn: [] as number[] } as Ways}
        />
      </Speak>,
    ),
  );
}
const hints = () => [...document.querySelectorAll('.seen-quiet')].map((p) => plain(p.textContent));

test('what is in a file has the name that it has in a text, and where it stands', () => {
  const words = new Words('fr');
  const named = ['nir', 'ins', 'iban', 'card'].map((kind) => [
    plain(findingText(words, finding(kind))),
    plain(words.coded('guard.found', kind, 'guard.found.other', { tail: '1234' })),
  ]);
  for (const [name, inText] of named) expect(name).toBe(`${inText}, page 2`);
  expect(findingText(words, finding('medical', ''))).toBe('Cela ressemble à un document médical, page 2');
  expect(findingText(words, finding('location', ''))).toBe('le lieu de prise de vue, page 2');
  expect(findingText(words, finding('something new', ''))).toBe('Passage à vérifier, page 2');
});

test('of a bank account it warns of the fraud, and of a card that nobody needs it', async () => {
  await show(finding('iban'));
  expect(hints()).toEqual([
    'Les faux changements de compte sont une fraude courante : n’envoyez un IBAN qu’après l’avoir vérifié de vive voix.',
  ]);
  await show(finding('card'));
  expect(hints()).toEqual(['Personne n’a besoin d’un numéro de carte pour traiter votre demande.']);
  await show(finding('nir'), finding('ins'));
  expect(hints()).toEqual([]);
});

test('of more pages of pictures than are read, it says how many are', () => {
  const words = new Words('fr');
  const scans = [21, 22, 23, 24, 25];
  const rest = { unread: [], scans } as unknown as Screened;
  expect(unreadOf(words, rest, true).map(plain)).toEqual([
    'Non vérifié : 5 pages sont des images (21, 22, 23, 24, 25) ; Guichet ne lit que les 20 premières pages d’images.',
  ]);
  expect(unreadOf(words, rest).map(plain)).toEqual([
    'Non vérifié : 5 pages sont des images (21, 22, 23, 24, 25)',
  ]);
});
