import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { type Item, lists, useRead } from '../bridge';
import { placeOf, statusOf } from '../request';
import { useWords, type Words } from '../text';
import { Status } from '../ui';
import type { Work } from './reducer';

// What a request is about by a number of the vendor's, as catalogues call the fields.
const NUMBERS = ['invoice', 'order', 'contract', 'documentReference'];

export const isNumber = (field: string): boolean => NUMBERS.includes(field);

const ENDED = ['resolved', 'closed', 'withdrawn'];

// twinText is « Facture FA-2026-0012 déjà signalée le 3 mars », and linkText leads to
// where: « demande n° G-2026-0101 ». What has ended says so.
export function twinText(words: Words, field: string, number: string, item: Item): string {
  if (item.draft) return words.t('twins.draft', { field, number, when: words.whenShort(item.updatedAt) });
  const at = item.life.saved || item.life.written || item.updatedAt;
  return words.t('twins.told', { field, number, when: words.whenShort(at) });
}

export function linkText(words: Words, item: Item): string {
  if (item.draft) return words.t('twins.openDraft');
  const name = item.number ? words.t('twins.request', { number: item.number }) : words.t('twins.waiting');
  const ended = ENDED.includes(item.portalStatus) || item.status === 'cancelled';
  return ended || !item.number ? `${name} (${statusOf(words, item)})` : name;
}

// Twins tells, below a field, which drafts and requests name the same number for the
// same practice. Whoever is still typing is not told: a part of a number may be one.
export function Twins({ field, value, work }: { field: string; value: string; work: Work }) {
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const input = document.getElementById(`field-${field}`);
    const settle = () => setAsked(value.trim());
    if (!input || document.activeElement !== input) return settle();
    input.addEventListener('blur', settle, { once: true });
    return () => input.removeEventListener('blur', settle);
  }, [field, value]);
  const { practice } = work.view;
  const given = { field, practice, draft: work.id, number: asked };
  return (
    <Status>
      {asked && asked === value.trim() && <Lines key={`${work.id} ${practice} ${asked}`} {...given} />}
    </Status>
  );
}

function Lines(props: { field: string; draft: string; practice: string; number: string }) {
  const words = useWords();
  const { field, draft, practice, number } = props;
  const { data } = useRead(() => lists.same(draft, practice, number), ['text', 'requests']);
  if (!data || data.items.length === 0) return null;
  return (
    <ul className="twins">
      {data.items.map((item) => (
        <li key={item.id}>
          {twinText(words, field, number.toUpperCase(), item)}
          {', '}
          <Link href={placeOf(item)} className="textlink">
            {linkText(words, item)}
          </Link>
        </li>
      ))}
      {data.more && <li>{words.t('twins.more')}</li>}
    </ul>
  );
}
