import { useEffect, useRef } from 'react';
import type { Category, Invoice, RequestType } from '../bridge';
import { useWords, type Words } from '../text';
import { Button, Icon, useToast } from '../ui';
import type { Editor } from './editor';
import { focusField } from './Notices';
import { useCatalogue } from './Questions';
import type { Work } from './reducer';

// The fields that numbers of documents go into, as catalogues call them.
const FIELDS = ['invoice', 'order', 'contract'] as const;

// KIND is the choice that tells which of these fields is asked for.
const KIND = 'numberKind';

// SUGGESTED is the category of a request that comes with an invoice.
const SUGGESTED = 'invoice-question';

type Given = [field: (typeof FIELDS)[number], number: string];

// Offer is what an invoice gives for a draft, and what makes its fields be asked for.
interface Offer {
  invoice: Invoice;
  numbers: Given[];
  kind?: string;
  category?: Category;
}

function numbersOf(invoice: Invoice): Given[] {
  const all = { invoice: invoice.number, order: invoice.order, contract: invoice.contract };
  return FIELDS.map((field): Given => [field, all[field]]).filter(([, number]) => number !== '');
}

// offerOf has no number that no field is there for.
function offerOf(invoice: Invoice, { content, view }: Work, type: RequestType | undefined): Offer {
  const all = numbersOf(invoice);
  if (content.category === '') {
    const category = type?.categories.find((c) => c.key === SUGGESTED);
    return { invoice, numbers: all.filter(([field]) => category && field === 'invoice'), category };
  }
  const shown = all.filter(([field]) => view.fields.some((f) => f.key === field));
  if (shown.length > 0) return { invoice, numbers: shown };
  const kinds = view.fields.find((f) => f.key === KIND)?.options.map((o) => o.value);
  const numbers = all.filter(([field]) => kinds?.includes(field)).slice(0, 1);
  return { invoice, numbers, kind: numbers[0]?.[0] };
}

// lacks tells whether one of the numbers does not stand in a field to be seen.
function lacks({ content, view }: Work, { numbers }: Offer): boolean {
  const seen = new Set(view.fields.map((f) => f.key));
  return numbers.some(([field, number]) => !seen.has(field) || content.values[field] !== number);
}

// offerText is « Facture FA-2017-0010 du 2 mars 2017, Au bon moulin : reprendre le
// numéro ? »; what was guessed says so. The date is the invoice's alone.
function offerText(words: Words, { invoice, numbers }: Offer): string {
  const [field, number] = numbers[0] ?? ['invoice', ''];
  const own = field === 'invoice';
  const what = words.t(`invoice.${own && invoice.credit ? 'credit' : field}`);
  if (!invoice.sure) return words.t('invoice.guess', { what, number });
  return words.t('invoice.offer', {
    what,
    number,
    date: own && invoice.date ? words.day(invoice.date) : 'none',
    seller: invoice.seller || 'none',
  });
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
  const goOn = useGoOn();
  const decide = (invoice: Invoice, at: number, field = '') => {
    goOn(at, field);
    onDecided(invoice);
  };
  const take = ({ invoice, numbers, kind, category }: Offer, at: number) => {
    const { values, category: before } = work.content;
    const set = (field: string, value: string) => editor.change({ kind: 'value', field, value });
    for (const [field, number] of numbers) set(field, number);
    if (kind) editor.choose(KIND, kind);
    if (category) editor.change({ kind: 'category', value: category.key });
    decide(invoice, at, numbers[0]?.[0]);
    const label = category ? words.label(category.label) : '';
    toast((w) => (category ? w.t('invoice.suggested', { category: label }) : w.t('invoice.taken')), {
      label: (w) => w.t('files.undo'),
      run: () => {
        for (const [field] of numbers) set(field, values[field] ?? '');
        if (kind) editor.choose(KIND, values[KIND] ?? '');
        if (category) editor.change({ kind: 'category', value: before });
      },
    });
  };
  const open = invoices.map((i) => offerOf(i, work, type)).filter((offer) => lacks(work, offer));
  return open.map((offer, at) => (
    <div key={JSON.stringify(numbersOf(offer.invoice))} className="invoice-offer">
      <p className="seen-line">
        <Icon name="page" size={18} />
        {offerText(words, offer)}
      </p>
      <span className="seen-ways">
        <Button small onPress={() => take(offer, at)}>
          {words.t('invoice.take')}
        </Button>
        <Button look="quiet" small onPress={() => decide(offer.invoice, at)}>
          {words.t('invoice.no')}
        </Button>
      </span>
    </div>
  ));
}

// useGoOn keeps the focus when the offer that was pressed goes: on the next one or the
// files, and on the field that was filled as soon as it is there. Who has gone
// elsewhere meanwhile is left there.
function useGoOn(): (at: number, field: string) => void {
  const going = useRef<{ at: number; field: string; from: Element | null }>(undefined);
  useEffect(() => {
    if (!going.current) return;
    const { at, field, from } = going.current;
    const here = document.activeElement;
    const lost = here === null || here === document.body;
    if (field && (lost || here === from) && document.getElementById(`field-${field}`)) {
      focusField(field);
      going.current = undefined;
      return;
    }
    if (lost) {
      const offers = document.querySelectorAll('.invoice-offer');
      const next = offers[Math.min(at, offers.length - 1)]?.querySelector('button');
      if (next) next.focus();
      else focusField('files');
    }
    const waits = field !== '' && (lost || here === from);
    going.current = waits ? { at, field, from: document.activeElement } : undefined;
  });
  return (at, field) => {
    going.current = { at, field, from: document.activeElement };
  };
}
