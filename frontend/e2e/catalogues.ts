import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

// Catalogues that a portal changes to: the one that comes with the program,
// with something else in it.

interface Field {
  key: string;
  label: { fr: string; en: string };
  [rule: string]: unknown;
}

interface Category {
  key: string;
  fields: Field[];
}

interface Catalogue {
  version: number;
  types: { key: string; categories: Category[] }[];
}

const own = resolve(import.meta.dirname, '../../internal/catalogue/default.json');

function changed(edit: (categories: Category[]) => Category[]): Catalogue {
  const catalogue = JSON.parse(readFileSync(own, 'utf8')) as Catalogue;
  catalogue.version++;
  for (const type of catalogue.types)
    if (type.key === 'administrative') type.categories = edit(type.categories);
  return catalogue;
}

// otherQuestions asks no reference any more for the dispute of an invoice, and
// asks what is expected.
export function otherQuestions(): Catalogue {
  return changed((categories) =>
    categories.map((c) => {
      if (c.key !== 'invoice-dispute') return c;
      const desired = {
        key: 'desired',
        label: { fr: 'Ce que vous attendez', en: 'What you expect' },
        hint: { fr: 'Un avoir, une explication', en: 'A credit note, an explanation' },
        kind: 'line',
        required: true,
        maxLength: 60,
      };
      return { ...c, fields: [...c.fields.filter((f) => f.key !== 'reference'), desired] };
    }),
  );
}

// noDisputes does not take disputes of invoices any more.
export function noDisputes(): Catalogue {
  return changed((categories) => categories.filter((c) => c.key !== 'invoice-dispute'));
}
