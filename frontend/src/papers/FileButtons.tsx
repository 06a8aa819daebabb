import { useState } from 'react';
import { codeOf, papers, type StoredFile } from '../bridge';
import { useWords } from '../text';
import { Button, useToast } from '../ui';

// FileButtons show a file of a request in the system's own program, or save a copy
// of it. What is not on this PC comes from the portal, which may take a moment.
export function FileButtons({ request, file }: { request: string; file: StoredFile }) {
  const words = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState<'' | 'open' | 'save'>('');

  const run = async (what: 'open' | 'save', act: () => Promise<string | undefined>) => {
    if (busy) return;
    setBusy(what);
    try {
      const path = await act();
      if (path) toast((w) => w.t('papers.saved', { path }));
    } catch (reason) {
      const code = codeOf(reason);
      const { name } = file;
      toast((w) => {
        if (code === 'not-now') return w.t('papers.onlySave', { name });
        return code === 'offline' ? w.t('papers.notHere', { name }) : w.error(code);
      });
    } finally {
      setBusy('');
    }
  };
  const open = () => run('open', async () => (await papers.openFile(request, file.id)) ?? undefined);
  const save = () => run('save', () => papers.saveFile(request, file.id, words.t('papers.fileTitle')));
  const label = (key: 'papers.open' | 'papers.save') =>
    words.t('app.pair', { name: words.t(key), value: file.name });

  return (
    <>
      <Button small busy={busy === 'open'} aria-label={label('papers.open')} onPress={() => void open()}>
        {words.t('papers.open')}
      </Button>
      <Button small busy={busy === 'save'} aria-label={label('papers.save')} onPress={() => void save()}>
        {words.t('papers.save')}
      </Button>
    </>
  );
}
