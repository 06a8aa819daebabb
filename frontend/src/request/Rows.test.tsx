import { act } from 'react';
import { expect, test } from 'vitest';
import type { Item } from '../bridge';
import { type Language, Speak } from '../text';
import { stage } from '../ui/testing';
import { text } from '../who/testing';
import { RequestRows } from './Rows';

const root = stage();

const item = {
  id: '1',
  draft: false,
  subject: 'Lecteur muet',
  number: 'AS-2026-000001',
  status: 'received',
  portalStatus: 'resolved',
  files: 1,
  unread: false,
  life: { written: '', saved: '', sent: '', received: '', taken: '', answered: '', closed: '' },
  updatedAt: new Date(2026, 2, 5, 1, 27).toISOString(),
} as Item;

// What parts of a row are apart for eyes are so for ears: a link is read as one.
test.each<[Language, RegExp]>([
  ['fr', /^Lecteur muet, AS-2026-000001, .+, 1 fichier, Étape \d sur 5 : \p{L}[^,]*, Résolue$/u],
  ['en', /^Lecteur muet, AS-2026-000001, .+, 1 file, Step \d of 5: \p{L}[^,]*, Resolved$/u],
])('a row is read with its parts apart (%s)', async (lang, read) => {
  await act(async () =>
    root.render(
      <Speak lang={lang}>
        <RequestRows items={[item]} />
      </Speak>,
    ),
  );
  const link = document.querySelector('a.row')?.cloneNode(true) as Element;
  for (const hidden of link.querySelectorAll('[aria-hidden=true]')) hidden.remove();
  expect(
    text(link)
      .replace(/[\u202f\u00a0]/g, ' ')
      .trim(),
  ).toMatch(read);
});
