import { act, useState, useSyncExternalStore } from 'react';
import { beforeEach, describe, expect, test } from 'vitest';
import { catalogueAt, type Field, type Invoice, type Item, type RequestType } from '../bridge';
import { program } from '../bridge/testing';
import { Speak } from '../text';
import { Words } from '../text/words';
import { afterDialog, Toasts } from '../ui';
import { stage } from '../ui/testing';
import { Editor } from './editor';
import { InvoiceOffer, suggestedOf } from './InvoiceOffer';
import { FieldQuestions } from './Questions';
import { isWork } from './reducer';
import { asWork, content, draft, FakeStore, problem, view } from './testing';

const root = stage();
let store: FakeStore;
let editor: Editor;

const label = { fr: '', en: '' };
const line = (key: string): Field => ({
  key,
  label: { fr: key, en: key },
  hint: label,
  kind: 'line',
  options: [],
  default: '',
  required: false,
  maxLength: 20,
});
const kind: Field = {
  ...line('numberKind'),
  kind: 'choice',
  default: 'invoice',
  options: ['invoice', 'order', 'document'].map((value) => ({ value, label })),
};
// What the categories of the catalogue ask for.
const asks: Record<string, (values: Record<string, string>) => Field[]> = {
  'invoice-dispute': (values) => [kind, line(values.numberKind || 'invoice'), line('subject')],
  'invoice-question': () => [line('invoice'), line('subject')],
  'contract-question': () => [line('contract'), line('subject')],
  both: () => [line('order'), line('invoice'), line('subject')],
  software: () => [line('subject')],
};

function offering(keys: string[]) {
  const categories = keys.map((key) => ({ key, label: { fr: key, en: key }, hint: label }));
  const type = { key: 'administrative', label, hint: label, allowed: true, categories };
  catalogueAt(0).set({ version: 0, types: [type] } as never);
}

const numbered = (over: Partial<Invoice>): Invoice => ({
  number: '',
  order: '',
  contract: '',
  date: '',
  seller: '',
  total: '',
  currency: '',
  credit: false,
  sure: true,
  ...over,
});
const FA = numbered({ number: 'FA-2026-0001' });
const CO = numbered({ order: 'CO-2026-0001', date: '2026-03-02' });

function Page({ invoices, fields = true, now }: { invoices: Invoice[]; fields?: boolean; now?: Invoice }) {
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  const [open, setOpen] = useState(invoices);
  const [wanted, setWanted] = useState(now);
  if (!isWork(state)) return null;
  return (
    <>
      {fields && <FieldQuestions editor={editor} work={state} />}
      <InvoiceOffer
        editor={editor}
        work={state}
        invoices={open}
        wanted={wanted}
        onWanted={() => setWanted(undefined)}
        onDecided={(decided) => setOpen((all) => all.filter((i) => i !== decided))}
        onUndecided={(decided) => setOpen((all) => [decided, ...all])}
      />
      <button type="button" id="field-files">
        Joindre
      </button>
    </>
  );
}

async function show(category: string, invoices: Invoice[], fields = true, values = {}, wanted?: Invoice) {
  const c = content({ road: 'form', type: 'administrative', category, values });
  store.disk.set('d1', draft({ content: c, view: store.look(c) }));
  editor = new Editor(store);
  await editor.open('d1');
  await act(async () =>
    root.render(
      <Speak lang="fr">
        <Toasts words={new Words('fr')} close="Fermer" place="/">
          <Page invoices={invoices} fields={fields} now={wanted} />
        </Toasts>
      </Speak>,
    ),
  );
}

const plain = (s: string | null | undefined) => (s ?? '').replace(/[\u202f\u00a0]/g, ' ');
const offers = () => [...document.querySelectorAll('.invoice-offer p')].map((p) => plain(p.textContent));
const now = () => asWork(editor.snapshot()).content;
const focused = () => document.activeElement?.id || plain(document.activeElement?.textContent);
async function press(name: string) {
  const found = [...document.querySelectorAll('button')].find((b) => plain(b.textContent) === name);
  if (!found) throw new Error(`no button ${name}`);
  await act(async () => {
    found.focus();
    found.click();
  });
  await act(async () => void (await editor.flush()));
}

beforeEach(() => {
  store = new FakeStore();
  store.look = (c) => view({ fields: asks[c.category]?.(c.values) ?? [] });
  program({ 'Guard.Texts': () => [], 'Lists.Same': () => ({ items: [], more: false, read: 0, of: 0 }) });
  offering(Object.keys(asks));
});

test('an order goes to the field of orders, which is asked for from then on', async () => {
  await show('invoice-dispute', [CO]);
  expect(offers()).toEqual(['Commande CO-2026-0001 : reprendre le numéro ?']);
  await press('Reprendre');
  expect(now().values).toEqual({ numberKind: 'order', order: 'CO-2026-0001' });
  expect(focused()).toBe('field-order');
  await press('Annuler');
  expect(now().values).toEqual({ numberKind: '', order: '' });
  expect(document.getElementById('field-invoice')).not.toBeNull();
});

test('of two numbers where one is asked for, it is the one in sight', async () => {
  const two = { ...FA, order: 'CO-2026-0001' };
  await show('invoice-dispute', [two]);
  expect(offers()).toEqual(['Facture FA-2026-0001 : reprendre le numéro ?']);
  await press('Reprendre');
  expect(now().values).toEqual({ invoice: 'FA-2026-0001' });
  await act(async () => root.render(null));
  await show('invoice-dispute', [two], true, { numberKind: 'order' });
  expect(offers()).toEqual(['Commande CO-2026-0001 : reprendre le numéro ?']);
  await press('Reprendre');
  expect(now().values).toEqual({ numberKind: 'order', order: 'CO-2026-0001' });
});

test('what was taken and given back is offered again', async () => {
  await show('invoice-question', [FA]);
  await press('Reprendre');
  expect(offers()).toEqual([]);
  await press('Annuler');
  expect(offers()).toEqual(['Facture FA-2026-0001 : reprendre le numéro ?']);
});

test('what was written after a number was taken is not taken back with it', async () => {
  await show('', [FA], true, {}, FA);
  await act(async () => void (await editor.flush()));
  const write = (field: string, value: string) =>
    act(async () => editor.change({ kind: 'value', field, value }));
  await write('invoice', 'FA-2026-0002');
  await write('subject', 'Facture FA-2026-0002 payée deux fois');
  await act(async () => editor.change({ kind: 'category', value: 'invoice-dispute' }));
  await press('Annuler');
  expect(now()).toMatchObject({
    category: 'invoice-dispute',
    values: { invoice: 'FA-2026-0002', subject: 'Facture FA-2026-0002 payée deux fois' },
  });
});

test('a number that the form does not take is said to be completed', async () => {
  store.look = (c) =>
    view({
      fields: asks[c.category]?.(c.values) ?? [],
      problems: /^FA-/.test(c.values.invoice ?? '') ? [] : [problem('invoice', 'details', 'pattern')],
    });
  await show('invoice-question', [numbered({ number: '471102' })]);
  await press('Reprendre');
  expect(now().values.invoice).toBe('471102');
  expect(plain(document.querySelector('.toast')?.textContent)).toContain('à compléter');
  await act(async () => root.render(null));
  await show('invoice-question', [FA]);
  await press('Reprendre');
  expect(plain(document.querySelector('.toast')?.textContent)).toContain('Le numéro est repris.');
});

test('every number that has a field is taken, and no other', async () => {
  await show('both', [{ ...FA, order: 'CO-2026-0001', contract: 'CT-20417' }]);
  await press('Reprendre');
  expect(now().values).toEqual({ invoice: 'FA-2026-0001', order: 'CO-2026-0001' });
  expect(focused()).toBe('field-invoice');
});

test('nothing is offered that has no field, or stands in it', async () => {
  await show('software', [FA, CO]);
  expect(offers()).toEqual([]);
  await act(async () => root.render(null));
  await show('contract-question', [FA, CO]);
  expect(offers()).toEqual([]);
  await act(async () => root.render(null));
  await show('invoice-question', [FA], true, { invoice: 'FA-2026-0001' });
  expect(offers()).toEqual([]);
});

test('a number in a field that nobody sees is offered all the same', async () => {
  await show('invoice-dispute', [CO], true, { order: 'CO-2026-0001' });
  await press('Reprendre');
  expect(now().values.numberKind).toBe('order');
});

test('before a category is chosen, one is suggested to an invoice alone', async () => {
  await show('', [{ ...FA, order: 'CO-2026-0001' }, CO]);
  expect(offers()).toEqual(['Facture FA-2026-0001 : reprendre le numéro ?']);
  await press('Reprendre');
  expect(now()).toMatchObject({ category: 'invoice-question', values: { invoice: 'FA-2026-0001' } });
  expect(now().values).toEqual({ invoice: 'FA-2026-0001' });
  expect(focused()).toBe('field-invoice');
  await press('Annuler');
  expect(now()).toMatchObject({ category: '', values: { invoice: '' } });
});

test('nothing is offered before a category is chosen where none can be suggested', async () => {
  offering(['software']);
  await show('', [FA]);
  expect(offers()).toEqual([]);
});

test('the focus goes on to the next offer, and then to the files', async () => {
  await show('both', [FA, CO], false);
  await press('Non merci');
  expect(document.activeElement?.closest('.invoice-offer')?.textContent).toContain('CO-2026-0001');
  await press('Reprendre');
  expect(focused()).toBe('field-files');
});

test('somebody who has gone elsewhere is left there', async () => {
  let saved = () => {};
  store.gate = new Promise((done) => {
    saved = done;
  });
  await show('invoice-dispute', [CO]);
  await act(async () => {
    const take = [...document.querySelectorAll('button')].find((b) => b.textContent === 'Reprendre');
    take?.focus();
    take?.click();
  });
  expect(focused()).toBe('field-files');
  await act(async () => document.getElementById('field-subject')?.focus());
  saved();
  await act(async () => void (await editor.flush()));
  expect(document.getElementById('field-order')).not.toBeNull();
  expect(focused()).toBe('field-subject');
});

describe('a number that was wanted in the pop-up', () => {
  const frames = () => act(() => new Promise<void>((done) => afterDialog(done)));

  test('is in its field at once, with a subject, and the focus where one goes on', async () => {
    await show('', [FA], true, {}, FA);
    await frames();
    await act(async () => void (await editor.flush()));
    expect(now()).toMatchObject({
      category: 'invoice-question',
      values: { invoice: 'FA-2026-0001', subject: 'Facture FA-2026-0001' },
    });
    expect(offers()).toEqual([]);
    await press('Annuler');
    expect(now()).toMatchObject({ category: '', values: { invoice: '', subject: '' } });
    expect(offers()).toHaveLength(1); // and is not taken once more
  });

  test('leaves what was written as it is', async () => {
    await show('invoice-question', [FA], true, { subject: 'Deux fois la même' }, FA);
    await frames();
    expect(now().values).toEqual({ invoice: 'FA-2026-0001', subject: 'Deux fois la même' });
    await act(async () => root.render(null));
    await show('invoice-question', [FA], true, { invoice: 'FA-2026-0009' }, FA);
    await frames();
    expect(now().values).toEqual({ invoice: 'FA-2026-0009' });
  });
});

test('what is suggested is what the person asked last about an invoice', () => {
  const type = { categories: ['invoice-question', 'invoice-dispute', 'software'].map((key) => ({ key })) };
  const sent = (category: string, author = '') => ({ category, author }) as Item;
  const of = (...latest: Item[]) => suggestedOf(latest, type as RequestType)?.key;
  expect(of()).toBe('invoice-question');
  expect(of(sent('software'), sent('invoice-dispute'), sent('invoice-question'))).toBe('invoice-dispute');
  expect(of(sent('invoice-dispute', 'Marc'), sent('invoice-question'))).toBe('invoice-question');
  expect(suggestedOf([], { categories: [] } as unknown as RequestType)).toBeUndefined();
});
