import type { Invoice } from '../bridge';
import { useWords, type Words } from '../text';
import { Button, Icon, useToast } from '../ui';
import type { Editor } from './editor';
import { useCatalogue } from './Questions';
import type { Work } from './reducer';

// The fields that numbers of documents go into, as catalogues call them.
const FIELDS = ['invoice', 'order', 'contract'] as const;

// SUGGESTED is the category of a request that comes with an invoice.
const SUGGESTED = 'invoice-question';

// numbersOf are the numbers that an invoice gives for a draft, by field.
export function numbersOf(invoice: Invoice): Partial<Record<(typeof FIELDS)[number], string>> {
  const all = { invoice: invoice.number, order: invoice.order, contract: invoice.contract };
  return Object.fromEntries(Object.entries(all).filter(([, number]) => number !== ''));
}

// offerText is « Facture FA-2017-0010 du 2 mars 2017, Au bon moulin : reprendre le
// numéro ? »; what was guessed says so.
export function offerText(words: Words, invoice: Invoice): string {
  const [field, number] = Object.entries(numbersOf(invoice))[0] ?? ['invoice', ''];
  const what =
    field === 'invoice'
      ? words.t(invoice.credit ? 'invoice.credit' : 'invoice.invoice')
      : words.t(field === 'order' ? 'invoice.order' : 'invoice.contract');
  if (!invoice.sure) return words.t('invoice.guess', { what, number });
  return words.t('invoice.offer', {
    what,
    number,
    date: invoice.date ? words.day(invoice.date) : 'none',
    seller: invoice.seller || 'none',
  });
}

// wanted tells whether an invoice has a number that the draft lacks.
export function wanted(invoice: Invoice, values: Record<string, string>): boolean {
  return Object.entries(numbersOf(invoice)).some(([field, number]) => values[field] !== number);
}

// InvoiceOffer offers the number of an invoice that was attached, in one quiet line.
export function InvoiceOffer({
  editor,
  work,
  invoices,
  onDecided,
}: {
  editor: Editor;
  work: Work;
  invoices: Invoice[];
  onDecided: (invoice: Invoice) => void;
}) {
  const words = useWords();
  const toast = useToast();
  const { type } = useCatalogue(work);
  const { content } = work;
  const take = (invoice: Invoice) => {
    const numbers = { ...numbersOf(invoice), numberKind: 'invoice' };
    const before = { category: content.category, values: { ...content.values } };
    const suggested = content.category ? undefined : type?.categories.find((c) => c.key === SUGGESTED);
    if (suggested) editor.change({ kind: 'category', value: suggested.key });
    for (const [field, value] of Object.entries(numbers)) editor.change({ kind: 'value', field, value });
    onDecided(invoice);
    const category = suggested ? words.label(suggested.label) : '';
    toast((w) => (suggested ? w.t('invoice.suggested', { category }) : w.t('invoice.taken')), {
      label: (w) => w.t('files.undo'),
      run: () => {
        if (suggested) editor.change({ kind: 'category', value: before.category });
        for (const field of Object.keys(numbers))
          editor.change({ kind: 'value', field, value: before.values[field] ?? '' });
      },
    });
  };
  const open = invoices.filter((i) => wanted(i, content.values));
  return open.map((invoice) => (
    <div key={JSON.stringify(numbersOf(invoice))} className="invoice-offer">
      <p className="seen-line">
        <Icon name="page" size={18} />
        {offerText(words, invoice)}
      </p>
      <span className="seen-ways">
        <Button small onPress={() => take(invoice)}>
          {words.t('invoice.take')}
        </Button>
        <Button look="quiet" small onPress={() => onDecided(invoice)}>
          {words.t('invoice.no')}
        </Button>
      </span>
    </div>
  ));
}
