import './sent.css';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { type Item, type Request, reads, requests, type Status, useRead, useShared } from '../../bridge';
import { ActNotes, CorrectButton, GiveButton, refusalOf, useActs } from '../../outbox';
import { Empty, isEntrusted, LifeTimes, mayHaveArrived, PageHead, titleOf } from '../../request';
import { type Key, useWords } from '../../text';
import { buttonClass, Line, Status as Said } from '../../ui';

const MOMENT = 3000; // ms in which the portal usually answers

// Sent tells what became of « Envoyer », and goes on telling while it happens.
export function Sent({ id }: { id: string }) {
  const words = useWords();
  const { data: request, error } = useRead(() => requests.open(id), ['requests', 'status', 'session']);
  if (error && !request)
    return <Empty page title={words.t('request.notFound')} hint={words.error(error.code)} />;
  return request ? <Outcome request={request} /> : null;
}

function Outcome({ request: { item } }: { request: Request }) {
  const words = useWords();
  const acts = useActs(item);
  const { data: status } = useShared(reads.status);
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), MOMENT);
    return () => clearTimeout(timer);
  }, []);
  const { title, text } = outcomeOf(item, status, waited);
  const [first] = useState(title); // it is read with the heading
  const { why, remedy } = refusalOf(words, item.reason);
  const back = item.status === 'to-correct';
  const line = text ? words.t(text, { number: item.number }) : `${why} ${remedy}`;
  return (
    <div className="sent">
      <PageHead
        title={words.t(title)}
        line={
          <Said inline>
            <Line inline key={title + line}>
              {title !== first && <span className="sr">{words.t(title)}. </span>}
              {line}
            </Line>
          </Said>
        }
      />
      <section className="card sent-card" aria-label={words.t('life.label')}>
        <h2 className="sent-subject">{titleOf(words, item)}</h2>
        <LifeTimes item={item} />
      </section>
      <div className="page-acts">
        {back && <GiveButton item={item} />}
        {back && <CorrectButton item={item} acts={acts} />}
        <Link href={`/request/${item.id}`} className={buttonClass(back ? 'plain' : 'go')}>
          {words.t('sent.details')}
        </Link>
        <Link href="/dashboard" className={buttonClass()}>
          {words.t('sent.dashboard')}
        </Link>
        <Link href={`/new/${item.road === 'form' ? 'form' : 'assistant'}`} className={buttonClass('quiet')}>
          {words.t('sent.another')}
        </Link>
      </div>
      {back && <ActNotes item={item} acts={acts} />}
    </div>
  );
}

// outcomeOf is what to say: nothing is called sent before the portal has it.
// Without a text, why it came back is to be said.
export function outcomeOf(
  item: Item,
  status: Status | undefined,
  waited: boolean,
): { title: Key; text?: Key } {
  switch (item.status) {
    case 'received':
      return { title: 'sent.title.sent', text: 'sent.text.sent' };
    case 'to-correct':
      return { title: isEntrusted(item) ? 'item.to-entrust' : 'sent.title.toCorrect' };
    case 'needs-sign-in':
      return { title: 'sent.title.saved', text: 'sent.text.signIn' };
    case 'cancelled':
      return { title: 'item.cancelled', text: 'sent.text.cancelled' };
  }
  const connection = status?.connection;
  if (connection === 'signed-out') return { title: 'sent.title.saved', text: 'sent.text.signIn' };
  const online = connection === 'online';
  const away = connection === 'offline' || connection === 'no-network' || connection === 'foreign';
  // An attempt that has ended is over, however soon.
  const over = item.status === 'unknown' || (item.status === 'queued' && item.reason !== '');
  if (!away && !over && (!waited || (online && item.status === 'sending')))
    return { title: 'sent.title.saved', text: 'sent.text.sending' };
  if (item.status !== 'sending' && mayHaveArrived(item))
    return { title: 'sent.title.saved', text: 'sent.text.unknown' };
  if (online) return { title: 'sent.title.saved', text: 'sent.text.again' };
  return { title: 'sent.title.waiting', text: 'sent.text.waiting' };
}
