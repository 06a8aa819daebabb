import { useMemo } from 'react';
import { actWaits, isBlank, type Thrown, useReply } from '../../acts';
import { type Act, codeOf, type Request } from '../../bridge';
import { isMissing, titleOf } from '../../request';
import { useWords } from '../../text';
import { focusPage, undoing, useToast } from '../../ui';
import { Conversation } from './Conversation';
import { isBare } from './erased';
import { Reply } from './Reply';
import type { Dossier } from './useDossier';

// Exchange is what was said about a request, and where the person writes on.
export function Exchange(props: { request: Request; refresh: () => Promise<void>; dossier: Dossier }) {
  const { request, refresh, dossier } = props;
  const { item, acts } = request;
  const words = useWords();
  const toast = useToast();
  const kept = useMemo(() => acts.filter((a) => a.kind === 'reply' && a.status === 'draft'), [acts]);
  const { editor, state } = useReply(item.id, titleOf(words, item), kept);
  const others = acts.filter(
    (a) => a.kind === 'reply' && (actWaits(a) || (a.id !== state.id && !isBlank(a))),
  );
  const { doing } = dossier;

  const resume = async (act: Act) => {
    if (actWaits(act) && !(await doing.takeBack(act.id))) return;
    const opened = await editor.open({ ...act, status: 'draft', reason: actWaits(act) ? '' : act.reason });
    if (!opened) return;
    document.querySelector<HTMLElement>('.reply textarea')?.focus();
  };
  const discard = async (act: Act) => {
    if (!(await doing.drop(act.id))) return;
    focusPage();
    toast((w) => w.t('acts.discarded'), {
      undo: () => restore(act),
    });
  };
  const restore = (thrown: Thrown) =>
    undoing(
      editor.restore(thrown).then(() => void refresh()),
      (reason) => toast((w) => w.error(codeOf(reason))),
    );
  const here = item.status === 'received' && !isMissing(item);
  return (
    <>
      <Conversation
        request={request.item.id}
        messages={request.messages}
        bare={isBare(request)}
        kept={{
          item,
          replies: others,
          busy: doing.busy !== '' || state.sending,
          onResume: (act) => void resume(act),
          onDiscard: (act) => void discard(act),
        }}
      />
      {(here || !isBlank(state)) && (
        <Reply
          request={request}
          editor={editor}
          state={state}
          offered={dossier.offered}
          asking={dossier.asking !== ''}
          shown={refresh}
          onRestore={restore}
          onReopen={() => dossier.act('reopen')}
          onDuplicate={dossier.onDuplicate}
        />
      )}
    </>
  );
}
