import type { ReactNode } from 'react';
import { actWaits, canTakeBack, useActTale, whyRefused } from '../../acts';
import type { Act, Item, Message } from '../../bridge';
import { SendingReply, useNow } from '../../outbox';
import { FileButtons } from '../../papers';
import { FileCard } from '../../request';
import { Hypertext } from '../../request/Hypertext';
import { useWords } from '../../text';
import { Button, Chip } from '../../ui';

export interface KeptReplies {
  item: Item;
  replies: Act[]; // that wait, came back or are written elsewhere than in the editor
  busy: boolean;
  onResume: (act: Act) => void;
  onDiscard: (act: Act) => void;
}

// Conversation is what was said about a request since it was sent, the oldest first,
// with what the person has replied and the portal does not have yet.
export function Conversation({
  request,
  messages,
  kept,
  bare = false,
}: {
  request: string;
  messages: Message[];
  kept?: KeptReplies;
  bare?: boolean; // its files are nowhere any more
}) {
  const words = useWords();
  const replies = kept?.replies ?? [];
  if (messages.length + replies.length === 0)
    return <p className="page-line">{words.t('request.noMessages')}</p>;
  return (
    <ol className="messages">
      {messages.map((m) => (
        <li key={m.id} className={m.support ? 'message support' : 'message'}>
          <p className="message-head">
            <strong>{m.author || words.t(m.support ? 'request.support' : 'request.you')}</strong>
            {m.support && m.author ? ', ' : ' '}
            {m.support && m.author && <span className="row-line">{words.t('request.support')}, </span>}
            <time className="row-line" dateTime={m.at} data-full={words.whenFull(m.at)}>
              {words.when(m.at)}
            </time>
          </p>
          {m.html ? <Hypertext html={m.html} /> : <p className="message-text">{m.text}</p>}
          <Files request={request} files={m.files} bare={bare} />
        </li>
      ))}
      {kept && replies.map((a) => <KeptReply key={a.id} act={a} kept={kept} />)}
    </ol>
  );
}

function Files(props: { request: string; files: Message['files']; bare?: boolean }) {
  const { request, files, bare } = props;
  const words = useWords();
  if (files.length === 0) return null;
  return (
    <ul className="files" aria-label={words.t('request.messageFiles')}>
      {files.map((f) => (
        <FileCard key={f.id} file={f} acts={bare ? undefined : <FileButtons request={request} file={f} />} />
      ))}
    </ul>
  );
}

// KeptReply is a reply that is on this PC: on its way, or kept to be written on.
function KeptReply({ act, kept }: { act: Act; kept: KeptReplies }) {
  const words = useWords();
  const tale = useActTale(act, kept.item, useNow());
  const waits = actWaits(act);
  const resume = !waits || canTakeBack(act);
  const state = (): ReactNode => {
    if (act.status === 'sending') return <Chip tone="amber">{words.t('acts.onItsWay')}</Chip>;
    if (waits) return <Chip tone="amber">{words.t('acts.notSent')}</Chip>;
    if (act.reason) return <Chip tone="red">{words.t('acts.cameBack')}</Chip>;
    return <Chip tone="none">{words.t('acts.written')}</Chip>;
  };
  return (
    <li className="message pending">
      <p className="message-head">
        <strong>{words.t('request.you')}</strong> {state()}
        <time className="row-line" dateTime={act.savedAt}>
          {words.when(act.savedAt)}
        </time>
      </p>
      {act.text && <p className="message-text">{act.text}</p>}
      <Files request={act.request} files={act.files} />
      <SendingReply act={act} item={kept.item} />
      {waits && <p className="row-line">{tale}</p>}
      {!waits && act.reason && <p className="row-line">{whyRefused(words, act)}</p>}
      {resume && (
        <div className="message-acts">
          <Button
            small
            busy={kept.busy}
            aria-label={words.t('acts.resumeNamed')}
            onPress={() => kept.onResume(act)}
          >
            {words.t('acts.resume')}
          </Button>
          {!waits && (
            <Button
              small
              look="quiet"
              busy={kept.busy}
              aria-label={words.t('acts.discardNamed')}
              onPress={() => kept.onDiscard(act)}
            >
              {words.t('acts.discard')}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
