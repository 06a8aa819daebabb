import type { Message } from '../../bridge';
import { FileCard } from '../../request';
import { Hypertext } from '../../request/Hypertext';
import { useWords } from '../../text';

// Conversation is what was said about a request since it was sent, the oldest first.
export function Conversation({ messages }: { messages: Message[] }) {
  const words = useWords();
  if (messages.length === 0) return <p className="page-line">{words.t('request.noMessages')}</p>;
  return (
    <ol className="messages">
      {messages.map((m) => (
        <li key={m.id} className={m.support ? 'message support' : 'message'}>
          <p className="message-head">
            <strong>{m.author || words.t(m.support ? 'request.support' : 'request.you')}</strong>{' '}
            {m.support && m.author && <span className="row-line">{words.t('request.support')}, </span>}
            <time className="row-line" dateTime={m.at}>
              {words.when(m.at)}
            </time>
          </p>
          {m.html ? <Hypertext html={m.html} /> : <p className="message-text">{m.text}</p>}
          {m.files.length > 0 && (
            <ul className="files" aria-label={words.t('request.messageFiles')}>
              {m.files.map((f) => (
                <FileCard key={f.id} file={f} />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}
