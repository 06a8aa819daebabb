import { useEffect, useRef } from 'react';
import { type Category, type Content, type Invoice, type Item, type RequestType, reads } from '../bridge';
import { useWords, type Words } from '../text';
import { afterDialog, Button, Icon, useToast } from '../ui';
import type { Editor } from './editor';
import { focusField } from './Notices';
import { useCatalogue } from './Questions';
import { isWork, type State, type Work } from './reducer';

// The fields that numbers of documents go into, as catalogues call them.
const FIELDS = ['invoice', 'order', 'contract'] as const;

// KIND is the choice that tells which of these fields is asked for.
const KIND = 'numberKind';

// What a request that comes with an invoice may be about, the usual one first.
const ABOUT = ['invoice-question', 'invoice-dispute'];

// suggestedOf is what the person's last request of that kind was about.
export function suggestedOf(latest: Item[], type: RequestType | undefined): Category | undefined {
  const known = ABOUT.filter((key) => type?.categories.some((c) => c.key === key));
  const last = latest.find((r) => r.author === '' && known.includes(r.category))?.category;
  return type?.categories.find((c) => c.key === (last ?? known[0]));
}

// wantsNumber tells whether a draft has no number of a document yet.
export function wantsNumber({ content }: Work): boolean {
  return FIELDS.every((field) => !content.values[field]);
}

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
    const category = suggestedOf(reads.latest.snapshot().data?.requests ?? [], type);
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

// isTaken tells whether the form takes what stands in some fields.
function isTaken(state: State, fields: string[]): boolean {
  return !isWork(state) || !state.view.problems.some((p) => fields.includes(p.field));
}

function takenText(words: Words, refused: boolean, category: Category | undefined): string {
  if (refused) return words.t('invoice.incomplete');
  if (category) return words.t('invoice.suggested', { category: words.label(category.label) });
  return words.t('invoice.taken');
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

// subjectOf is what a request about an invoice may be called.
function subjectOf(words: Words, { number, credit }: Invoice): string {
  return words.t('invoice.subject', { what: words.t(credit ? 'invoice.credit' : 'invoice.invoice'), number });
}

interface Props {
  editor: Editor;
  work: Work;
  invoices: Invoice[];
  wanted?: Invoice; // of these: to be taken at once, as was said in their pop-up
  onWanted?: () => void; // it is
  onDecided: (invoice: Invoice) => void;
  onUndecided: (invoice: Invoice) => void; // it is offered again
}

// InvoiceOffer offers the number of an invoice that was attached, in one quiet line.
export function InvoiceOffer(props: Props) {
  const { work, invoices, wanted, onWanted, onDecided } = props;
  const words = useWords();
  const { type } = useCatalogue(work);
  const goOn = useGoOn();
  const take = useTake(props, goOn);
  const open = invoices.map((i) => offerOf(i, work, type)).filter((offer) => lacks(work, offer));
  useEffect(() => {
    const offer = wanted && open.find((o) => o.invoice === wanted);
    if (!offer) return;
    onWanted?.();
    if (wantsNumber(work)) void take(offer, 0, subjectOf(words, offer.invoice));
  });
  return open.map((offer, at) => (
    <div key={JSON.stringify(numbersOf(offer.invoice))} className="invoice-offer">
      <p className="seen-line">
        <Icon name="page" size={18} />
        {offerText(words, offer)}
      </p>
      <span className="seen-ways">
        <Button small onPress={() => void take(offer, at)}>
          {words.t('invoice.take')}
        </Button>
        <Button
          look="quiet"
          small
          onPress={() => {
            goOn(at, '');
            onDecided(offer.invoice);
          }}
        >
          {words.t('invoice.no')}
        </Button>
      </span>
    </div>
  ));
}

// useTake puts what an invoice gives into its fields, and offers to take it back.
function useTake({ editor, work, onDecided, onUndecided }: Props, goOn: (at: number, field: string) => void) {
  const toast = useToast();
  const set = (field: string, value: string) => editor.change({ kind: 'value', field, value });
  return async (offer: Offer, at: number, subject = '') => {
    const { invoice, numbers, kind, category } = offer;
    const { values } = work.content;
    const named = subject !== '' && !values.subject ? subject : '';
    for (const [field, number] of numbers) set(field, number);
    if (kind) editor.choose(KIND, kind);
    if (category) editor.change({ kind: 'category', value: category.key });
    if (named) set('subject', named);
    if (subject) afterDialog(() => goOn(at, values.description ? 'subject' : 'description'));
    else goOn(at, numbers[0]?.[0] ?? '');
    onDecided(invoice);
    // What the form takes is known once it was looked at; a number that is offered is there
    // to be completed all the same.
    await editor.flush();
    const fields = numbers.map(([field]) => field as string);
    const refused = !isTaken(editor.snapshot(), fields);
    if (refused) for (const field of fields) editor.left(field);
    toast((w) => takenText(w, refused, category), {
      undo: () => {
        giveBack(editor, work.content, offer, named);
        onUndecided(invoice);
        return 'done';
      },
    });
  };
}

// giveBack has a draft be as it was before it took what was offered. What was written
// since stays, and so do the questions that it answers.
function giveBack(
  editor: Editor,
  before: Content,
  { numbers, kind, category }: Offer,
  subject: string,
): void {
  const state = editor.snapshot();
  if (!isWork(state)) return;
  const now = state.content;
  const old = (field: string) => before.values[field] ?? '';
  const set = (field: string, given: string) => {
    if (now.values[field] === given) editor.change({ kind: 'value', field, value: old(field) });
  };
  for (const [field, number] of numbers) set(field, number);
  if (subject) set('subject', subject);
  if (!numbers.every(([field, number]) => now.values[field] === number)) return;
  if (kind && now.values[KIND] === kind) editor.choose(KIND, old(KIND));
  if (category && now.category === category.key) editor.change({ kind: 'category', value: before.category });
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
