import { useRef } from 'react';
import { codeOf, type Item, papers } from '../bridge';
import { useWords } from '../text';
import { type MenuEntry, useCommands, useToast } from '../ui';
import { paperName, wordsOf } from './paper';

type Entry = Extract<MenuEntry, { kind: 'act' }>;

// usePaper is how a request is saved as a PDF, or its page printed: also one that
// waits, of which the paper then says that it proves nothing.
export function usePaper(item: Item): Entry[] {
  const words = useWords();
  const toast = useToast();
  const busy = useRef(false);

  const save = async () => {
    if (busy.current) return;
    busy.current = true;
    try {
      const title = words.t('papers.pdfTitle');
      const path = await papers.pdf(item.id, title, paperName(words, item), wordsOf(words, item));
      if (path) toast((w) => w.t('papers.saved', { path }));
    } catch (reason) {
      toast((w) => w.error(codeOf(reason)));
    } finally {
      busy.current = false;
    }
  };
  const print = () => {
    papers.print().catch((reason) => toast((w) => w.error(codeOf(reason))));
  };
  // The web view of the program has no such key.
  useCommands([{ id: 'print', label: words.t('papers.print'), keys: 'mod+p', run: print, page: true }]);

  const pdf: Entry = { kind: 'act', id: 'pdf', label: words.t('papers.pdf'), run: () => void save() };
  const paper: Entry = {
    kind: 'act',
    id: 'print',
    label: words.t('papers.print'),
    keys: words.keys('mod+p'),
    run: print,
  };
  return [pdf, paper];
}
