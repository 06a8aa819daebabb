import { useState } from 'react';
import { codeOf, papers, type Query, reads, type Table, useShared } from '../../bridge';
import { dayOf } from '../../outbox/page';
import { priorities, states } from '../../request';
import { type Key, useWords, type Words } from '../../text';
import { Button, Status, useToast } from '../../ui';
import { chosen, nameOf } from './columns';
import { priorityName, stateName } from './filters';

const later = ['received', 'answered', 'closed']; // the life line, as dates

// tableOf is the list in a spreadsheet: the columns that are shown, and where the
// life line has dots, its dates.
export function tableOf(words: Words, keys: string[]): Table {
  const said: Record<string, string> = {};
  for (const s of states) said[`state.${s}`] = stateName(words, s);
  for (const p of priorities) said[`priority.${p}`] = priorityName(words, p);
  const shown = keys.filter((key) => key !== 'life').map((key) => ({ key, label: nameOf(words, key) }));
  const dates = later.map((key) => ({ key, label: words.t(`papers.column.${key}` as Key) }));
  return { lang: words.lang, columns: [...shown, ...dates], words: said };
}

// CsvButton saves all that was found for a spreadsheet. count is undefined as long
// as nobody knows.
export function CsvButton({ query, count }: { query: Query; count: number | undefined }) {
  const words = useWords();
  const toast = useToast();
  const { data: settings } = useShared(reads.settings);
  const { data: person } = useShared(reads.person);
  const [busy, setBusy] = useState(false);
  const none = count === 0;

  const save = async () => {
    if (none) return toast((w) => w.t('papers.csvNone'));
    if (count === undefined) return;
    setBusy(true);
    try {
      const keys = chosen(settings?.columns, person).map((c) => c.key);
      const name = words.t('papers.csvName', { date: dayOf(new Date()) });
      const path = await papers.csv(query, words.t('papers.csvTitle'), name, tableOf(words, keys));
      // Whoever goes on meanwhile is told there.
      if (path) toast((w) => w.t('papers.saved', { path }), { lasts: true });
    } catch (reason) {
      toast((w) => w.error(codeOf(reason)), { lasts: true });
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button
        look="quiet"
        small
        busy={busy}
        aria-disabled={none || count === undefined}
        title={none ? words.t('papers.csvNone') : undefined}
        onPress={() => void save()}
      >
        {words.t(busy ? 'papers.csvBusy' : 'papers.csv')}
      </Button>
      <Status className="sr">{busy && words.t('papers.csvHint')}</Status>
    </>
  );
}
