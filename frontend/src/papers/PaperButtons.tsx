import { useEffect, useState } from 'react';
import { codeOf, type Item, papers } from '../bridge';
import { useWords } from '../text';
import { ActionMenu, Button, Icon, useToast } from '../ui';
import { paperName, wordsOf } from './paper';

// PaperButtons save a request as a PDF, or print its page: also one that waits, of
// which the paper then says that it proves nothing.
export function PaperButtons({ item }: { item: Item }) {
  const words = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState(false);

  const save = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const title = words.t('papers.pdfTitle');
      const path = await papers.pdf(item.id, title, paperName(words, item), wordsOf(words, item));
      if (path) toast((w) => w.t('papers.saved', { path }));
    } catch (reason) {
      toast((w) => w.error(codeOf(reason)));
    } finally {
      setBusy(false);
    }
  };
  const print = () => {
    papers.print().catch((reason) => toast((w) => w.error(codeOf(reason))));
  };
  usePrintKey(print);

  return (
    <>
      <span className="paper-buttons">
        <Button busy={busy} onPress={() => void save()}>
          {words.t('papers.pdf')}
        </Button>
        <Button onPress={print}>{words.t('papers.print')}</Button>
      </span>
      <span className="paper-menu">
        <ActionMenu
          label={words.t('papers.menu')}
          look="button plain"
          entries={[
            { kind: 'act', id: 'pdf', label: words.t('papers.pdf'), run: () => void save() },
            { kind: 'act', id: 'print', label: words.t('papers.print'), run: print },
          ]}
        >
          {words.t('papers.menu')}
          <Icon name="down" size={14} />
        </ActionMenu>
      </span>
    </>
  );
}

// usePrintKey has Ctrl P print: the web view of the program has no such key.
function usePrintKey(print: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (event.key.toLowerCase() !== 'p') return;
      event.preventDefault();
      if (!event.repeat && !document.querySelector('[role=dialog], [role=alertdialog], dialog[open]'))
        print();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
