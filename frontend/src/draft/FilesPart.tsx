import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { FileRules } from '../bridge';
import { Attach, type Attaching, useAttaching } from './Attach';
import { bring, broughtTo, type Look } from './drops';
import type { Editor } from './editor';
import { InvoiceOffer } from './InvoiceOffer';
import { problemsShown } from './problems';
import type { Work } from './reducer';
import { Vouch } from './Vouch';

// useIncoming takes files from wherever they come while a draft is open. What it was begun
// with waits for its page again when that goes before anybody has answered.
export function useIncoming(editor: Editor, draft: string, ready: boolean): Attaching {
  const holder = useMemo(
    () => ({
      // Files hang on a draft that is on the disk.
      stored: async () => ((await editor.stored()) ? draft : ''),
      readFiles: () => editor.readFiles(),
    }),
    [editor, draft],
  );
  const attaching = useAttaching(holder, ready);
  const { take, done } = attaching;
  const open = useRef<Look>(undefined); // at files of which nothing was said yet
  useEffect(() => {
    if (!ready) return;
    const look = broughtTo(draft);
    if (!look) return;
    open.current = look;
    void take(look);
  }, [ready, draft, take]);
  useEffect(
    () => () => {
      if (open.current) bring(draft, open.current);
    },
    [draft],
  );
  const answered = useCallback<Attaching['done']>(
    (...said) => {
      open.current = undefined;
      done(...said);
    },
    [done],
  );
  return { ...attaching, done: answered };
}

// FilesPart is the part of both roads where files are added and taken away. The page has
// their pop-up: files come at every step.
export function FilesPart({
  editor,
  work,
  rules,
  incoming,
}: {
  editor: Editor;
  work: Work;
  rules: FileRules | undefined;
  incoming: Attaching;
}) {
  return (
    <Attach
      id={work.id}
      files={work.files}
      rules={rules}
      problems={problemsShown(work).filter((p) => p.field === 'files')}
      attaching={incoming}
      apart
    >
      <InvoiceOffer
        editor={editor}
        work={work}
        invoices={incoming.invoices}
        wanted={incoming.wanted}
        onWanted={() => incoming.setWanted(undefined)}
        onDecided={(decided) => incoming.setInvoices((all) => all.filter((i) => i !== decided))}
        onUndecided={(decided) => incoming.setInvoices((all) => [decided, ...all])}
      />
      <Vouch editor={editor} work={work} />
    </Attach>
  );
}
