import './details.css';
import { Link, useLocation } from 'wouter';
import {
  CallError,
  drafts,
  type HistoryEntry,
  type Message,
  outbox,
  type Request,
  requests,
  useRead,
} from '../../bridge';
import {
  Empty,
  FileCard,
  LifeTimes,
  mayCancel,
  PageHead,
  Sheet,
  StatusChip,
  sentenceOf,
  titleOf,
} from '../../request';
import { useWords, type Words } from '../../text';
import { Banner, Button, buttonClass, useToast } from '../../ui';

// Details shows one request with everything known of it.
export function Details({ id }: { id: string }) {
  const words = useWords();
  const { data: request, error } = useRead(() => requests.open(id), ['requests', 'session']);
  if (!request) {
    if (!error) return null;
    return (
      <Empty title={words.t('request.notFound')} hint={words.error(error.code)}>
        <Link href="/requests" className={buttonClass()}>
          {words.t('list.requests')}
        </Link>
      </Empty>
    );
  }
  const { item } = request;
  return (
    <div className="details">
      <PageHead
        title={titleOf(words, item)}
        line={
          <span className="details-line">
            {item.number && <span className="figures">{item.number}</span>}
            <StatusChip item={item} />
          </span>
        }
      >
        <Acts request={request} />
      </PageHead>
      <State request={request} />
      <section className="card details-card" aria-labelledby="life">
        <h2 id="life">{words.t('request.life')}</h2>
        <LifeTimes item={item} />
      </section>
      <div className="details-columns">
        <div className="details-main">
          <section className="card details-card" aria-labelledby="conversation">
            <h2 id="conversation">{words.t('request.conversation')}</h2>
            <Conversation messages={request.messages} />
          </section>
          <section className="card details-card" aria-labelledby="answers">
            <h2 id="answers">{words.t('request.answers')}</h2>
            <Sheet
              rows={[
                [words.t('request.type'), words.label(item.typeLabel)],
                [words.t('request.practice'), item.practiceName],
                [words.t('request.category'), words.label(item.categoryLabel)],
              ]}
              answers={request.answers}
            />
          </section>
        </div>
        <div className="details-side">
          <section className="card details-card" aria-labelledby="files">
            <h2 id="files">{words.t('request.files')}</h2>
            {request.files.length === 0 ? (
              <p className="page-line">{words.t('request.noFiles')}</p>
            ) : (
              <ul className="files">
                {request.files.map((f) => (
                  <FileCard key={f.id} file={f} />
                ))}
              </ul>
            )}
          </section>
          <section className="card details-card" aria-labelledby="history">
            <h2 id="history">{words.t('request.history')}</h2>
            <ol className="history">
              {[...request.history].reverse().map((h) => (
                <li key={`${h.at} ${h.what}`}>
                  <span>{happened(words, h)}</span>
                  <span className="row-line">{words.when(h.at)}</span>
                </li>
              ))}
            </ol>
          </section>
        </div>
      </div>
    </div>
  );
}

function Acts({ request: { item } }: { request: Request }) {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const fail = (reason: unknown) =>
    toast(words.error(reason instanceof CallError ? reason.code : 'internal'));
  const mayPush = ['queued', 'unknown'].includes(item.status);
  return (
    <>
      {item.status === 'to-correct' && (
        <Button
          look="go"
          onPress={() => void drafts.correct(item.id).then((d) => go(`/draft/${d.id}`), fail)}
        >
          {words.t('list.correct')}
        </Button>
      )}
      {mayPush && (
        <Button onPress={() => void outbox.sendNow().then(() => toast(words.t('list.sendStarted')), fail)}>
          {words.t('status.sendNow')}
        </Button>
      )}
      {mayCancel(item) && (
        <Button
          look="quiet"
          onPress={() => void outbox.cancel(item.id).then(() => toast(words.t('list.cancelled')), fail)}
        >
          {words.t('list.cancel')}
        </Button>
      )}
    </>
  );
}

// State says why a request has not arrived yet.
function State({ request }: { request: Request }) {
  const words = useWords();
  const { item, problems, nextAttempt, attempts, answers } = request;
  if (item.status === 'received' || item.status === 'cancelled' || !item.reason) return null;
  const labelOf = (field: string) => words.label(answers.find((a) => a.key === field)?.label);
  return (
    <Banner
      tone={item.status === 'to-correct' ? 'red' : 'amber'}
      title={words.coded('reason', item.reason, 'reason.other')}
    >
      {problems.length > 0 && (
        <ul>
          {problems.map((p) => (
            <li key={`${p.field} ${p.code}`}>
              {labelOf(p.field)
                ? words.t('app.pair', {
                    name: labelOf(p.field),
                    value: sentenceOf(words, p, labelOf(p.field)),
                  })
                : sentenceOf(words, p)}
            </li>
          ))}
        </ul>
      )}
      {item.status !== 'to-correct' && attempts > 0 && (
        <p>
          {words.t('request.attempts', { count: attempts })}
          {nextAttempt &&
            item.status !== 'sending' &&
            `, ${words.t('list.nextAttempt', { when: words.when(nextAttempt) })}`}
        </p>
      )}
    </Banner>
  );
}

function Conversation({ messages }: { messages: Message[] }) {
  const words = useWords();
  if (messages.length === 0) return <p className="page-line">{words.t('request.noMessages')}</p>;
  return (
    <ol className="messages">
      {messages.map((m) => (
        <li key={m.id} className={m.support ? 'message support' : 'message'}>
          <p className="message-head">
            <strong>{m.author || words.t('request.support')}</strong>{' '}
            {m.support && m.author && <span className="row-line">{words.t('request.support')}, </span>}
            <span className="row-line">{words.when(m.at)}</span>
          </p>
          <p className="message-text">{m.text}</p>
        </li>
      ))}
    </ol>
  );
}

function happened(words: Words, h: HistoryEntry): string {
  if (h.what.startsWith('portal.')) {
    const status = words.coded('portal', h.what.slice('portal.'.length), 'history.other');
    return words.t('history.portal', { status });
  }
  return words.coded('history', h.what, 'history.other');
}
