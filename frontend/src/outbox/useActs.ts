import { useState } from 'react';
import { flushSync } from 'react-dom';
import { useLocation } from 'wouter';
import { CallError, drafts, type Item, outbox, requests } from '../bridge';
import { sentenceOf } from '../request';
import { type Key, useWords, type Words } from '../text';
import { useToast } from '../ui';
import { nameOf, pageOf } from './page';
import { mend } from './waiting';

export type Doing = '' | 'edit' | 'cancel' | 'export';

// Acts is what can be done with a request that has not arrived, and how far that
// is.
export interface Acts {
  doing: Doing;
  asking: boolean; // whether its sending is really to be cancelled
  exported: string; // where to, empty before
  failure: string; // a sentence
  edit: () => void;
  ask: (asking: boolean) => void;
  cancel: () => void;
  save: () => void;
  settle: () => void; // what was told has been read
}

export function useActs(item: Item): Acts {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const [doing, setDoing] = useState<Doing>('');
  const [asking, setAsking] = useState(false);
  const [exported, setExported] = useState('');
  const [failure, setFailure] = useState('');

  const run = async (what: Doing, act: () => Promise<void>) => {
    if (doing) return;
    setDoing(what);
    setFailure('');
    try {
      await act();
    } catch (reason) {
      if (what === 'export') return setFailure(notExported(words, reason));
      const { told, late } = await notTaken(words, item.id, reason);
      if (late) toast(told, { lasts: true });
      else setFailure(told);
    } finally {
      setDoing('');
    }
  };

  return {
    doing,
    asking,
    exported,
    failure,
    ask: setAsking,
    settle: () => {
      setExported('');
      setFailure('');
    },
    edit: () =>
      void run('edit', async () => {
        const draft = await (mend(item) === 'correct' ? drafts.correct(item.id) : outbox.edit(item.id));
        go(`/draft/${draft.id}`);
        if (item.status !== 'to-correct') toast(words.t('outbox.edited'), { lasts: true });
      }),
    cancel: () =>
      void run('cancel', async () => {
        try {
          await outbox.cancel(item.id);
        } finally {
          flushSync(() => setAsking(false)); // the question keeps the focus as long as it is there
        }
        document.querySelector<HTMLElement>('h1')?.focus();
        toast(words.t('outbox.cancelled'));
      }),
    save: () =>
      void run('export', async () => {
        setExported('');
        const request = await requests.open(item.id);
        const title = words.t('export.title');
        setExported(await outbox.export(item.id, title, nameOf(words, item), pageOf(words, request)));
      }),
  };
}

const sentences: Record<string, Key> = {
  offline: 'takeback.offline',
  timeout: 'takeback.timeout',
  'sign-in': 'takeback.sign-in',
};

// notTaken says why a request could not be taken back. late: it may have left the
// list meanwhile, and what is told in its row would go with it.
async function notTaken(words: Words, id: string, reason: unknown): Promise<{ told: string; late: boolean }> {
  const code = reason instanceof CallError ? reason.code : 'internal';
  if (code !== 'not-now')
    return { told: sentences[code] ? words.t(sentences[code]) : words.error(code), late: false };
  const now = await requests.open(id).catch(() => undefined);
  const sending = now?.item.status === 'sending';
  return { told: words.t(sending ? 'takeback.sending' : 'takeback.received'), late: true };
}

// notExported says why there is no file.
function notExported(words: Words, reason: unknown): string {
  if (!(reason instanceof CallError)) return words.error('internal');
  const [problem] = reason.problems;
  if (problem?.code === 'file-missing') return words.t('export.fileMissing');
  return problem ? sentenceOf(words, problem) : words.error(reason.code);
}
