import { useMemo } from 'react';
import type { FileRules } from '../bridge';
import { Attach, type Attaching, useAttaching } from './Attach';
import type { Editor } from './editor';
import { InvoiceOffer } from './InvoiceOffer';
import { problemsShown } from './problems';
import type { Work } from './reducer';
import { Vouch } from './Vouch';

// useIncoming takes files from wherever they come while a draft is open.
export function useIncoming(editor: Editor, draft: string, ready: boolean): Attaching {
  const holder = useMemo(
    () => ({
      // Files hang on a draft that is on the disk.
      stored: async () => ((await editor.stored()) ? draft : ''),
      readFiles: () => editor.readFiles(),
    }),
    [editor, draft],
  );
  return useAttaching(holder, ready);
}

// FilesPart is the part of both roads where files are added and taken away.
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
    >
      <InvoiceOffer
        editor={editor}
        work={work}
        invoices={incoming.invoices}
        onDecided={(decided) => incoming.setInvoices((all) => all.filter((i) => i !== decided))}
      />
      <Vouch editor={editor} work={work} />
    </Attach>
  );
}
