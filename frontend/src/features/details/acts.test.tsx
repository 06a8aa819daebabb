import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aFile, anAct } from '../../acts/testing';
import { type Act, type Item, type Request, reads } from '../../bridge';
import { program, programEvents, programTells, refuse } from '../../bridge/testing';
import { passOn } from '../../draft';
import { findIn } from '../../guard/testing';
import { followUploads } from '../../outbox/uploads';
import type { Language } from '../../text';
import { stage } from '../../ui/testing';
import { buttonNamed, claire, frame, methods, press, status, text, Window } from '../../who/testing';
import { Details } from './Details';
import { followersOf } from './WatchersDialog';

// What can be done with a request on its page, and what is told of it.

const root = stage();
const changed = programEvents();
const at = '2026-11-25T10:42:00.000Z';
let request: Request;
let calls: unknown[][];
let ids: string[]; // of the acts that were done
let fault: string; // of the next act
let found: string; // what the guard keeps back, empty if nothing
let hold: Promise<void> | undefined; // until which the program keeps its answer
let connection: string;
let n = 0;

const item = (over: Partial<Item> = {}) =>
  ({
    id: `r${n}`,
    subject: 'Facture en double',
    status: 'received',
    reason: '',
    number: 'AS-1',
    portalStatus: 'in-progress',
    practice: 'p1',
    practiceName: 'Cabinet des Tilleuls',
    unread: false,
    watching: false,
    author: '',
    priority: '',
    updatedAt: at,
    life: { written: at, saved: at, sent: at, received: at, taken: at, answered: '', closed: '' },
    ...over,
  }) as Item;

async function show(over: Partial<Request> = {}, lang: Language = 'fr'): Promise<void> {
  request = {
    item: item(),
    answers: [],
    files: [],
    messages: [],
    problems: [],
    history: [],
    watchers: [],
    allowed: ['reply', 'withdraw', 'close', 'watch', 'unwatch', 'watchers'],
    acts: [],
    rules: { maxCount: 10, maxBytes: 1 << 20, extensions: ['pdf'] },
    ...over,
  };
  await act(async () => reads.status.refresh());
  await act(async () =>
    root.render(
      <Window lang={lang}>
        <Details id={request.item.id} />
      </Window>,
    ),
  );
}

const queue = (kind: string, id: string, said: string) => {
  request = { ...request, acts: [...request.acts, anAct({ id, kind, text: said })] };
};
const without = (id: string) => {
  request = { ...request, acts: request.acts.filter((a) => a.id !== id) };
};
const box = () => document.querySelector<HTMLTextAreaElement>('.reply textarea');
const direct = () =>
  [...document.querySelectorAll('.acts-direct > button')]
    .map((b) => text(b))
    .filter((t) => t !== 'Plus d’actions');
// named presses the button with that accessible name.
async function named(name: string): Promise<void> {
  const plain = (b: Element) => (b.getAttribute('aria-label') ?? '').replace(/\u202f/g, ' ');
  const found = [...document.querySelectorAll('button')].find((b) => plain(b) === name);
  if (!found) throw new Error(`no button ${name}`);
  await act(async () => found.click());
}
const dialog = () => document.querySelector('[role=dialog]');
const doings = () => calls.filter(([name]) => name === 'do');

async function fill(field: Element | null | undefined, value: string): Promise<void> {
  if (!(field instanceof HTMLTextAreaElement)) throw new Error('no text area');
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

// choose does what stands in the menu « Plus d’actions ».
async function choose(entry: string): Promise<void> {
  await act(async () => new Promise((done) => setTimeout(done, 60))); // the menu itself comes later
  const more = [...document.querySelectorAll<HTMLElement>('.acts-direct button')].at(-1);
  await act(async () => more?.click());
  const found = [...document.querySelectorAll('[role=menuitem]')].find((m) => text(m) === entry);
  if (!(found instanceof HTMLElement)) throw new Error(`no ${entry} in the menu`);
  await act(async () => found.click());
}

beforeEach(() => {
  n++;
  calls = [];
  ids = [];
  fault = '';
  found = '';
  hold = undefined;
  connection = 'offline';
  const call = async (...said: unknown[]) => {
    calls.push(said);
    await hold;
    const code = fault;
    fault = '';
    if (code) refuse(code);
  };
  program({
    ...methods({ person: claire, people: [] }),
    'Outbox.State': () => status({ connection }),
    'Requests.Open': () => request,
    'Requests.Seen': () => {},
    'Acts.SaveReply': async (_r: string, id: string, said: string) => {
      await call('save', said);
      return id;
    },
    'Acts.Do': async (_r: string, id: string, kind: string, said: string, watchers: string[]) => {
      ids.push(id);
      const field = kind === 'reply' ? 'text' : 'reason';
      if (found && said.includes(found))
        refuse('invalid', [{ field, step: 'details', code: 'health-number' }]);
      await call('do', kind, said, watchers);
      queue(kind, id, said);
      return id;
    },
    'Guard.Texts': async (_item: string, texts: Record<string, string>) => findIn(texts),
    'Guard.Answer': async () => {
      found = '';
    },
    'Acts.TakeBack': async (id: string) => {
      await call('takeBack', id);
      const taken = request.acts.find((a) => a.id === id);
      without(id);
      if (taken?.kind === 'reply')
        request = { ...request, acts: [...request.acts, { ...taken, status: 'draft' }] };
    },
    'Acts.Drop': async (id: string) => {
      await call('drop', id);
      without(id);
    },
    'Acts.Members': async () => {
      await call('members');
      return [
        { id: 'c', name: 'Claire' },
        { id: 's', name: 'Sophie' },
      ];
    },
  });
});

afterEach(async () => {
  await act(async () => passOn('claire', 'nobody'));
});

describe('a button of an act', () => {
  test('does it once, however often it is pressed, and says that it waits', async () => {
    await show();
    expect(direct()).toEqual(['Clore', 'Suivre']);
    let answer = () => {};
    hold = new Promise((done) => (answer = done));
    await press('Clore');
    await press('Clore');
    await press('Suivre');
    await act(async () => answer());
    expect(doings()).toEqual([['do', 'close', '', []]]);
    expect(direct()).toEqual(['Clôture en attente d’envoi', 'Suivre']);
    await press('Clôture en attente d’envoi');
    expect(doings()).toHaveLength(1);
    expect(text(document.querySelector('.details-line') as Element)).toContain('Clôture en attente d’envoi');
  });

  test('keeps the focus while it becomes its opposite', async () => {
    connection = 'online';
    await show();
    for (const [name, waits, over] of [
      ['Suivre', 'Suivi en attente d’envoi', { item: item({ watching: true }) }],
      ['Clore', 'Clôture en attente d’envoi', { allowed: ['reopen'] }],
    ] as const) {
      buttonNamed(name).focus();
      await press(name);
      expect(text(document.activeElement as Element)).toBe(waits);
      request = { ...request, ...over, acts: [] } as Request;
      await act(async () => changed('requests'));
    }
    expect(text(document.activeElement as Element)).toBe('Rouvrir…');
  });

  test('shows what waits until it is taken back', async () => {
    await show();
    await press('Clore');
    const banner = () => text(document.querySelector('.details-told') as Element);
    expect(banner()).toContain('Partira dès que le portail répondra.');
    expect(text(document.querySelector('.toasts') as Element)).toContain('La clôture partira');
    await named('Annuler : Clôture en attente d’envoi');
    expect(banner()).toBe('');
    expect(direct()).toEqual(['Clore', 'Suivre']);
  });

  test('is undone by what is told of it', async () => {
    await show();
    await press('Suivre');
    const undo = document.querySelector<HTMLElement>('.toasts .toast-acts button');
    await act(async () => undo?.click());
    expect(calls.at(-1)?.[0]).toBe('takeBack');
  });

  test('does not say that something waits which leaves in a moment', async () => {
    connection = 'online';
    await show();
    await press('Clore');
    expect(text(document.querySelector('.details-told') as Element)).toBe('');
    expect(text(document.querySelector('.toasts') as Element)).toBe('');
    expect(direct()[0]).toBe('Clôture en attente d’envoi');
  });

  test('that could not be done says why, and can be pressed again', async () => {
    await show();
    fault = 'disk-full';
    await press('Clore');
    expect(text()).toContain('Le disque de ce poste est plein.');
    await press('Clore');
    expect(direct()[0]).toBe('Clôture en attente d’envoi');
    expect(text()).not.toContain('Le disque de ce poste est plein.');
  });

  test('of which no answer came is asked for again under the same id', async () => {
    await show();
    fault = 'timeout';
    await press('Clore');
    expect(doings()).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('that is too late to be taken back says so', async () => {
    await show({ acts: [anAct({ kind: 'close' })] });
    fault = 'not-now';
    await named('Annuler : Clôture en attente d’envoi');
    expect(text()).toContain('C’est déjà parti');
  });
});

describe('what came back', () => {
  test.each([
    ['not-now', 'La demande a changé entre-temps'],
    ['forbidden', 'Votre rôle ne le permet plus'],
    ['gone', 'Le portail n’a plus cette demande'],
    ['what-is-this', 'Le portail ne l’a pas pris'],
  ])('says why until it is understood: %s', async (reason, why) => {
    await show({ acts: [anAct({ kind: 'withdraw', status: 'to-correct', reason, text: 'Réglé' })] });
    expect(text()).toContain('Le retrait n’a pas été accepté');
    expect(text()).toContain(why);
    expect(text()).toContain('Votre motif : Réglé');
    await named('Compris : Le retrait n’a pas été accepté');
    expect(calls).toEqual([['drop', 'a1']]);
    expect(text()).not.toContain('Le retrait n’a pas été accepté');
    expect(document.activeElement?.tagName).toBe('H1');
  });

  test.each([
    ['not-now', 'la demande est close ou retirée'],
    ['forbidden', 'votre rôle ne permet plus de répondre'],
    ['gone', 'le portail n’a plus cette demande'],
  ])('of replies keeps the text, and says what to do: %s', async (reason, why) => {
    await show({
      item: item({ portalStatus: 'closed' }),
      allowed: ['reopen'],
      acts: [anAct({ status: 'draft', reason, text: 'Ma réponse' })],
    });
    expect(text()).toContain(why);
    expect(box()?.value).toBe('Ma réponse');
    expect([...document.querySelectorAll('.reply button')].map((b) => text(b))).toEqual([
      'Rouvrir…',
      'Jeter',
    ]);
  });
});

describe('a dialog', () => {
  test('asks for a reason, and withdraws with it once', async () => {
    await show();
    await choose('Retirer la demande…');
    expect(text(dialog() as Element)).toContain('une demande retirée ne se rouvre pas');
    buttonNamed('Retirer la demande').focus();
    await press('Retirer la demande');
    expect(text(dialog() as Element)).toContain('Donnez un motif');
    await frame();
    expect(document.activeElement).toBe(dialog()?.querySelector('textarea'));
    expect(doings()).toEqual([]);
    await fill(dialog()?.querySelector('textarea'), 'x'.repeat(1001));
    expect(text(dialog() as Element)).toContain('pour 1 000 au plus. Raccourcissez.');
    await press('Retirer la demande');
    expect(doings()).toEqual([]);
    await fill(dialog()?.querySelector('textarea'), '  Réglé  ');
    await act(async () => {
      buttonNamed('Retirer la demande').click();
      buttonNamed('Retirer la demande').click();
    });
    expect(doings()).toEqual([['do', 'withdraw', 'Réglé', []]]);
    expect(dialog()).toBeNull();
    expect(document.activeElement?.tagName).toBe('H1');
  });

  test('about what was sent by mistake has the focus go to what is missing', async () => {
    await show({ files: [aFile('f1'), aFile('f2')] });
    await choose('Demander la suppression…');
    buttonNamed('Préparer la réponse').focus();
    await press('Préparer la réponse');
    const [first] = document.querySelectorAll<HTMLInputElement>('.removal-what input');
    expect(document.activeElement).toBe(first);
    await act(async () => first?.click());
    await press('Préparer la réponse');
    await frame();
    expect(document.activeElement).toBe(dialog()?.querySelector('textarea'));
  });

  test('stays with what was typed when it could not be done', async () => {
    await show();
    await choose('Retirer la demande…');
    await fill(dialog()?.querySelector('textarea'), 'Réglé');
    fault = 'disk-full';
    await press('Retirer la demande');
    expect(text(dialog() as Element)).toContain('Le disque de ce poste est plein.');
    expect(dialog()?.querySelector('textarea')?.value).toBe('Réglé');
  });

  test('has the followers ticked, and sends who is ticked', async () => {
    await show({ watchers: [{ id: 's', name: 'Sophie' }] });
    await choose('Modifier les personnes qui suivent…');
    const boxes = [...document.querySelectorAll<HTMLInputElement>('.members input')];
    expect(boxes.map((b) => b.checked)).toEqual([false, true]);
    await act(async () => boxes[0]?.click());
    await press('Enregistrer');
    expect(doings()).toEqual([['do', 'watchers', '', ['s', 'c']]]);
  });

  test('says that the list of people needs the portal', async () => {
    await show();
    fault = 'offline';
    await choose('Modifier les personnes qui suivent…');
    expect(text(dialog() as Element)).toContain('La liste des personnes du cabinet vient du portail');
    await press('Réessayer');
    expect(document.querySelectorAll('.members input')).toHaveLength(2);
  });

  test('does not take somebody for somebody else of that name', () => {
    const members = [
      { id: '1', name: 'Anne' },
      { id: '2', name: 'Anne' },
      { id: '3', name: 'Luc' },
    ];
    const watchers = [
      { id: '2', name: 'Anne' },
      { id: '3', name: 'Luc' },
      { id: '9', name: 'Zoé' },
    ];
    expect(followersOf(watchers, members)).toEqual({ ids: ['2', '3'], lost: ['Zoé'] });
  });
});

describe('a reply', () => {
  const kept = () => [...document.querySelectorAll('.message.pending')].map((m) => text(m));

  test('is kept while it is written, and stands in the conversation when it was sent', async () => {
    await show();
    await fill(box(), 'Bonjour');
    await press('Envoyer');
    expect(doings()).toEqual([['do', 'reply', 'Bonjour', []]]);
    expect(box()?.value).toBe('');
    expect(kept()).toHaveLength(1);
    expect(kept()[0]).toContain('Pas encore envoyée');
    expect(kept()[0]).toContain('Partira dès que le portail répondra.');
    expect(text()).toContain('La réponse attend d’être envoyée.');
  });

  test('is told of until it has arrived, and only what is known', async () => {
    connection = 'online';
    await show();
    await fill(box(), 'Bonjour');
    await press('Envoyer');
    const id = String(ids[0]);
    const told = () => text(document.querySelector('.reply-foot [role=status]') as Element);
    request = { ...request, acts: [anAct({ id, status: 'sending' })] };
    await act(async () => changed('requests'));
    expect(told()).toBe('La réponse est en route vers le portail.');
    request = { ...request, acts: [] };
    await act(async () => changed('requests'));
    expect(told()).toBe('');
    const message = { id, author: 'Claire', support: false, text: 'Bonjour', at, files: [] };
    request = { ...request, messages: [message as unknown as Request['messages'][number]] };
    await act(async () => changed('requests'));
    expect(told()).toBe('La réponse est arrivée au portail.');
  });

  test('is taken back into the editor, whatever stands there', async () => {
    await show({ acts: [anAct({ text: 'Partie' })] });
    await fill(box(), 'Une autre');
    await press('Reprendre');
    expect(box()?.value).toBe('Partie');
    expect(document.activeElement).toBe(box());
    expect(calls).toEqual([
      ['takeBack', 'a1'],
      ['save', 'Une autre'],
    ]);
  });

  test('cannot be taken back once it may have arrived', async () => {
    for (const state of ['sending', 'unknown']) {
      await show({ acts: [anAct({ status: state })] });
      expect(kept()).toHaveLength(1);
      expect(text()).not.toContain('Reprendre');
      await act(async () => root.render(null));
    }
  });

  test('without a word, or too long, is not sent', async () => {
    await show();
    await fill(box(), '  ');
    await press('Envoyer');
    expect(text()).toContain('Écrivez d’abord votre réponse.');
    await fill(box(), 'x'.repeat(3201));
    expect(text()).toContain('799 caractères restants');
    await fill(box(), 'x'.repeat(4001));
    await press('Envoyer');
    expect(text()).toContain('C’est trop long');
    expect(doings()).toEqual([]);
  });

  test('where there is none says why, and what is left', async () => {
    await show({ item: item({ portalStatus: 'closed' }), allowed: ['reopen'] });
    expect(box()).toBeNull();
    expect(text()).toContain('La demande est close : on n’y répond plus. Rouvrez-la pour répondre.');
    await act(async () => root.render(null));
    await show({ item: item({ portalStatus: 'withdrawn' }), allowed: [] });
    expect(text()).toContain(
      'La demande est retirée : on n’y répond plus. Pour reprendre le sujet, dupliquez-la.',
    );
    await act(async () => root.render(null));
    await show({ allowed: [], acts: [] });
    expect(document.querySelector('.reply-none')).toBeNull(); // nobody would look for it
  });

  test('asks for what is missing when it is the person’s turn', async () => {
    await show({ item: item({ portalStatus: 'waiting' }) });
    expect(text()).toContain('Compléter la demande');
  });

  test('of others that are kept can be resumed or thrown away', async () => {
    const back: Act = anAct({ id: 'a2', status: 'draft', reason: 'invalid', text: 'Revenue', savedAt: at });
    await show({
      acts: [anAct({ status: 'draft', text: 'Ici', savedAt: '2026-11-25T11:00:00.000Z' }), back],
    });
    expect(box()?.value).toBe('Ici');
    expect(kept()[0]).toContain('Non acceptée');
    expect(kept()[0]).toContain('le portail demande de la revoir');
    await act(async () => document.querySelector<HTMLElement>('.pending [aria-label^="Jeter"]')?.click());
    expect(calls).toEqual([['drop', 'a2']]);
    expect(kept()).toEqual([]);
    expect(box()?.value).toBe('Ici');
  });
});

describe('files of a reply', () => {
  const region = () => document.querySelector('.attach');

  test('that waits are told of while they travel', async () => {
    followUploads();
    const files = [aFile('f1'), aFile('f2')];
    await show({ acts: [anAct({ status: 'sending', files })] });
    expect(document.querySelector('.sending')).toBeNull();
    const moved = { token: '', request: 'a1', file: 'f2', done: 5, total: 10 };
    await act(async () => programTells('progress', moved));
    expect(text(document.querySelector('.sending') as Element)).toContain('75 %');
  });

  test('that came back are named where they are the reason, as long as they are there', async () => {
    const problems = [
      { field: 'files', step: 'files', code: 'file-missing', max: 0, min: 0, actual: 0, file: 'f1' },
    ];
    const back = anAct({ status: 'draft', reason: 'file-missing', problems, files: [aFile('f1')] });
    await show({ acts: [back] });
    expect(text()).toContain('la copie d’un fichier manque ou a changé');
    expect(text(region() as Element)).toContain('f1.pdf');
    expect(text(region()?.querySelector('.field-error') as Element)).toContain('f1.pdf');
    await act(async () => root.render(null));
    await show({ acts: [{ ...back, files: [aFile('f2')] }] });
    expect(region()?.querySelector('.field-error')).toBeNull();
  });

  test('can be taken away, and none added, where no reply would be taken', async () => {
    const closed = { item: item({ portalStatus: 'closed' }), allowed: ['reopen'] };
    await show({ ...closed, acts: [anAct({ status: 'draft', files: [aFile('f1')] })] });
    expect(text(region() as Element)).toContain('f1.pdf');
    expect(region()?.querySelector('[aria-label^="Retirer"]')).not.toBeNull();
    expect(document.querySelector('.attach-add')).toBeNull();
    await act(async () => root.render(null));
    await show({ ...closed, acts: [anAct({ status: 'draft', text: '', files: [aFile('f1')] })] });
    expect(text(region() as Element)).toContain('f1.pdf'); // a file alone is something
  });
});

describe('what the guard keeps back', () => {
  const kept = 'Un numéro de sécurité sociale s’y trouve.';
  const looked = () => act(async () => new Promise((done) => setTimeout(done, 320)));

  test('of a reply is told below it, until it is masked', async () => {
    found = 'N1234';
    await show();
    await fill(box(), 'Le N1234');
    await press('Envoyer');
    await act(async () => new Promise((done) => setTimeout(done, 400))); // what was typed is saved meanwhile
    expect(text(document.querySelector('.reply .field-error') as Element)).toContain(kept);
    expect(document.activeElement).toBe(box());
    expect(text(document.querySelector('.guard-line') as Element)).toContain('••• 1234');
    await press('Masquer');
    expect(box()?.value).toBe('Le •••34');
    expect(document.querySelector('.reply .field-error')).toBeNull();
    await press('Envoyer');
    expect(doings()).toEqual([['do', 'reply', 'Le •••34', []]]);
  });

  test('of a reply is told no more once somebody has said what it is', async () => {
    found = 'N1234';
    await show();
    await fill(box(), 'Le N1234');
    await press('Envoyer');
    await looked();
    await press('Ce n’en est pas un…');
    await fill(dialog()?.querySelector('textarea'), 'un numéro de série');
    await press('Confirmer');
    expect(document.querySelector('.reply .field-error')).toBeNull();
    await press('Envoyer');
    expect(doings()).toEqual([['do', 'reply', 'Le N1234', []]]);
  });

  test('of a reason is told in its dialog, with the ways on', async () => {
    found = 'N1234';
    await show();
    await choose('Retirer la demande…');
    const reason = () => dialog()?.querySelector('textarea');
    await fill(reason(), 'Le N1234');
    const go = [...(dialog()?.querySelectorAll('button') ?? [])].at(-1);
    await act(async () => go?.focus());
    await act(async () => go?.click()); // before anybody has looked
    expect(document.activeElement).toBe(reason());
    await looked();
    expect(text(dialog()?.querySelector('[role=alert]') as Element)).toContain(kept);
    expect(document.activeElement).toBe(reason());
    await press('Masquer');
    expect(text(dialog()?.querySelector('[role=alert]') as Element)).toBe('');
    await press('Retirer la demande');
    expect(dialog()).toBeNull();
    expect(doings()).toEqual([['do', 'withdraw', 'Le •••34', []]]);
  });

  test('a file that a reply only speaks of is asked for once, and is not needed', async () => {
    await show();
    await fill(box(), 'Voir la pièce jointe');
    await press('Envoyer');
    expect(doings()).toEqual([]);
    expect(text(document.querySelector('.reply [role=alert]') as Element)).toContain(
      'aucun fichier n’est joint',
    );
    await press('Envoyer sans fichier');
    expect(doings()).toEqual([['do', 'reply', 'Voir la pièce jointe', []]]);
  });
});

test('a colleague’s request says whose it is', async () => {
  await show({ item: item({ author: 'Marc Diallo' }) });
  expect(text(document.querySelector('.details-line') as Element)).toContain('de Marc Diallo');
});
