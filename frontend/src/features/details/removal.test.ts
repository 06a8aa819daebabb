import { expect, test } from 'vitest';
import type { Request } from '../../bridge';
import { Words } from '../../text/words';
import { removable, removalText } from './RemovalDialog';

const file = (id: string) => ({ id, name: `${id}.pdf` });

test('what the practice has sent can be asked to be removed, and not what support has', () => {
  const request = {
    files: [file('devis')],
    messages: [
      { support: true, files: [file('mode d’emploi')] },
      { support: false, files: [file('scan')] },
    ],
  } as unknown as Request;
  expect(removable(request).map((f) => f.id)).toEqual(['devis', 'scan']);
});

test('the reply names the request, what it is about and why', () => {
  for (const lang of ['fr', 'en'] as const) {
    const text = removalText(
      new Words(lang),
      'G-2026-0101',
      ['devis.pdf', "l'accueil {x}.pdf"],
      'Mauvais <fichier> {y}',
    );
    expect(text).toContain('G-2026-0101');
    expect(text).toContain("- devis.pdf\n- l'accueil {x}.pdf\n");
    expect(text).toContain('Mauvais <fichier> {y}');
  }
});
