import { useState } from 'react';
import { flushSync } from 'react-dom';
import { useLocation } from 'wouter';
import { CallError, codeOf, drafts, type Item, outbox, reads, requests } from '../bridge';
import { sentenceOf } from '../request';
import { type Key, useWords, type Words } from '../text';
import { focusPage, useToast } from '../ui';
import { nameOf, pageOf } from './page';
import { mend } from './waiting';

type Say = (words: Words) => string;

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
  const [failure, setFailure] = useState<Say>();

  const run = async (what: Doing, act: () => Promise<void>) => {
    if (doing) return;
    setDoing(what);
    setFailure(undefined);
    try {
      await act();
    } catch (reason) {
      if (what === 'export') return setFailure(() => notExported(reason));
      const why = await notTaken(item.id, reason);
      // What is told in its row would go with the row.
      if (why.late) toast(why.say, { about: item.id, ends: why.ends });
      else setFailure(() => why.say);
    } finally {
      setDoing('');
    }
  };

  return {
    doing,
    asking,
    exported,
    failure: (item.status !== 'received' && failure?.(words)) || '', // what has arrived meanwhile needs no remedy
    ask: setAsking,
    settle: () => {
      setExported('');
      setFailure(undefined);
    },
    edit: () =>
      void run('edit', async () => {
        const draft = await (mend(item) === 'correct' ? drafts.correct(item.id) : outbox.edit(item.id));
        const page = `/draft/${draft.id}`;
        go(page);
        if (item.status !== 'to-correct') toast((w) => w.t('outbox.edited'), { page });
      }),
    cancel: () =>
      void run('cancel', async () => {
        try {
          await outbox.cancel(item.id);
        } finally {
          flushSync(() => setAsking(false)); // the question keeps the focus as long as it is there
        }
        focusPage();
        toast((w) => w.t('outbox.cancelled'));
      }),
    save: () =>
      void run('export', async () => {
        setExported('');
        const request = await requests.open(item.id);
        const title = words.t('export.title');
        const asker = reads.person.snapshot().data?.name ?? '';
        setExported(await outbox.export(item.id, title, nameOf(words, item), pageOf(words, request, asker)));
      }),
  };
}

const sentences: Record<string, Key> = {
  offline: 'takeback.offline',
  timeout: 'takeback.timeout',
  'sign-in': 'takeback.sign-in',
};

interface NotTaken {
  say: Say;
  late?: boolean; // it may have left the list meanwhile
  ends?: (end: () => void) => () => void;
}

// notTaken says why a request could not be taken back.
async function notTaken(id: string, reason: unknown): Promise<NotTaken> {
  const code = codeOf(reason);
  const known = sentences[code];
  const now = await requests.open(id).catch(() => undefined);
  if (now?.item.status === 'received') return { say: (w) => w.t('takeback.received'), late: true };
  if (code !== 'not-now') return { say: (w) => (known ? w.t(known) : w.error(code)) };
  if (now?.item.status !== 'sending') return { say: (w) => w.t('takeback.received'), late: true };
  const ends = (end: () => void) =>
    reads.outbox.subscribe(() => {
      const { data } = reads.outbox.snapshot();
      if (data && data.find((i) => i.id === id)?.status !== 'sending') end();
    });
  return { say: (w) => w.t('takeback.sending'), late: true, ends };
}

// notExported says why there is no file.
function notExported(reason: unknown): Say {
  if (!(reason instanceof CallError)) return (w) => w.error('internal');
  const [problem] = reason.problems;
  if (problem?.code === 'file-missing') return (w) => w.t('export.fileMissing');
  return (w) => (problem ? sentenceOf(w, problem) : w.error(reason.code));
}
