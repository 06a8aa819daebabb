import { useMemo } from 'react';
import { fileProblems, type ReplyEditor, type ReplyState } from '../../acts';
import type { FileRules } from '../../bridge';
import { Attach, useAttaching } from '../../draft';

const SAYS = { place: 'acts.files', add: 'acts.attach', drop: 'acts.drop' } as const;

// ReplyFiles are the files of the reply that is being written, and where they are
// added. closed: no reply would be taken now, so that only what is there is shown.
// ready: files may be dropped and pasted.
export function ReplyFiles({
  editor,
  state,
  rules,
  closed,
  ready,
}: {
  editor: ReplyEditor;
  state: ReplyState;
  rules: FileRules;
  closed: boolean;
  ready: boolean;
}) {
  const holder = useMemo(
    () => ({ stored: () => editor.stored(), readFiles: () => editor.readFiles() }),
    [editor],
  );
  const attaching = useAttaching(holder, ready && !closed && !state.sending);
  return (
    <Attach
      id={state.id}
      files={state.files}
      rules={rules}
      problems={fileProblems(state, rules.maxCount)}
      attaching={attaching}
      says={SAYS}
      closed={closed}
    />
  );
}
