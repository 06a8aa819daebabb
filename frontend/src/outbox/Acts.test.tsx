import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Item } from '../bridge';
import { type Language, Speak } from '../text';
import { stage } from '../ui/testing';
import { ActNotes } from './Acts';
import type { Acts } from './useActs';

const at = new Date(2026, 10, 25, 10, 42).toISOString();
const item = (status: string) =>
  ({
    id: 'r1',
    subject: 'Facture en double',
    status,
    reason: '',
    life: { written: at, saved: at, sent: '', received: '', answered: '' },
  }) as Item;
const idle: Acts = {
  doing: '',
  asking: false,
  exported: '',
  failure: '',
  edit() {},
  ask() {},
  cancel() {},
  save() {},
  settle() {},
};

const root = stage();

const show = (status: string, acts: Partial<Acts>, lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Speak lang={lang}>
        <ActNotes item={item(status)} acts={{ ...idle, ...acts }} />
      </Speak>,
    ),
  );
const text = () => document.body.textContent?.replace(/[\u202f\u00a0]/g, ' ') ?? '';

describe('the question whether a sending is to be cancelled', () => {
  test('closes when the request has arrived meanwhile', async () => {
    await show('queued', { asking: true });
    expect(document.querySelector('dialog, [role=dialog]')).not.toBeNull();
    await show('received', { asking: true });
    expect(document.querySelector('dialog, [role=dialog]')).toBeNull();
  });

  test.each([
    ['fr', '« Modifier » arrête aussi l’envoi : la demande redevient un brouillon'],
    ['en', '“Edit” stops the sending as well: the request becomes a draft again'],
  ] as const)('says what the other way does (%s)', async (lang, sentence) => {
    await show('queued', { asking: true }, lang);
    expect(text()).toContain(sentence);
  });
});

// Until the portal has answered, no word says that it does not leave.
test.each([
  [
    'fr',
    'sending',
    'est peut-être déjà arrivée : Guichet le demandera d’abord au portail',
    'redevient un brouillon',
  ],
  [
    'fr',
    'unknown',
    'est peut-être déjà arrivée : Guichet le demandera d’abord au portail',
    'redevient un brouillon',
  ],
  ['en', 'sending', 'may have arrived already: Guichet asks the portal first', 'becomes a draft again'],
] as const)('what may have left is not promised to stay (%s, %s)', async (lang, status, sentence, edit) => {
  await show(status, { asking: true }, lang);
  expect(text()).toContain(sentence);
  expect(text()).toContain(edit);
  expect(text()).not.toMatch(/ » ne partira pas|” will not leave/);
  await show(status, { doing: 'edit' }, lang);
  expect(text()).toContain(lang === 'fr' ? 'Guichet demande au portail' : 'Guichet asks the portal');
});

test('a copy is not called under way while the place for it is still asked for', async () => {
  await show('queued', { doing: 'export' });
  expect(text()).toBe(
    'Choisissez où enregistrer la copie : la demande et ses fichiers s’y écrivent ensuite.',
  );
});

test.each([
  ['fr', 'Le portail l’a reçue entre-temps : ne la remettez pas une seconde fois.'],
  ['en', 'The portal has received it meanwhile: do not hand it over a second time.'],
] as const)('a copy of what has arrived meanwhile is not to be handed over (%s)', async (lang, sentence) => {
  for (const status of ['queued', 'to-correct', 'cancelled']) {
    await show(status, { exported: '/dossier/Demande.zip' }, lang);
    expect(text()).toContain('/dossier/Demande.zip');
    expect(text()).not.toContain(sentence);
  }
  await show('received', { exported: '/dossier/Demande.zip' }, lang);
  expect(text()).toContain(sentence);
});
