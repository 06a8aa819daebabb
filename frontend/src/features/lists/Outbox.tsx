import './lists.css';
import { Link, useLocation } from 'wouter';
import { CallError, drafts, type Item, outbox, reads, requests, useRead, useShared } from '../../bridge';
import { Empty, LifeDots, mayCancel, PageHead, StatusChip, titleOf } from '../../request';
import { useWords } from '../../text';
import { Button, buttonClass, useToast } from '../../ui';

const waiting = ['queued', 'sending', 'unknown', 'needs-sign-in'];

// OutboxList shows what waits to be sent and what came back to be corrected.
export function OutboxList() {
  const words = useWords();
  const toast = useToast();
  const { data: items } = useShared(reads.items);
  const back = items?.filter((i) => i.status === 'to-correct') ?? [];
  const wait = items?.filter((i) => waiting.includes(i.status)) ?? [];
  const fail = (reason: unknown) =>
    toast(words.error(reason instanceof CallError ? reason.code : 'internal'));
  const sendNow = () => void outbox.sendNow().then(() => toast(words.t('list.sendStarted')), fail);
  return (
    <>
      <PageHead title={words.t('list.outbox')}>
        {wait.length > 0 && (
          <Button look="go" onPress={sendNow}>
            {words.t('status.sendNow')}
          </Button>
        )}
      </PageHead>
      {items && back.length + wait.length === 0 && (
        <Empty title={words.t('list.outboxNone')} hint={words.t('list.outboxNoneHint')} />
      )}
      {back.length > 0 && <Part title={words.t('list.toCorrect')} items={back} fail={fail} />}
      {wait.length > 0 && <Part title={words.t('list.waiting')} items={wait} fail={fail} />}
    </>
  );
}

function Part({ title, items, fail }: { title: string; items: Item[]; fail: (reason: unknown) => void }) {
  return (
    <section className="card list-card" aria-label={title}>
      <h2 className="list-title">{title}</h2>
      <ul className="rows">
        {items.map((i) => (
          // A request that has changed is read anew.
          <OutboxRow key={`${i.id} ${i.updatedAt}`} item={i} fail={fail} />
        ))}
      </ul>
    </section>
  );
}

function OutboxRow({ item, fail }: { item: Item; fail: (reason: unknown) => void }) {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const { data: request } = useRead(() => requests.open(item.id), ['requests']);
  const title = titleOf(words, item);
  const cancel = () =>
    void outbox.cancel(item.id).then(() => {
      document.querySelector<HTMLElement>('h1')?.focus();
      toast(words.t('list.cancelled'));
    }, fail);
  const correct = () => void drafts.correct(item.id).then((d) => go(`/draft/${d.id}`), fail);
  const next = request?.nextAttempt;
  return (
    <li className="outbox-row">
      <div className="row-text">
        <Link href={`/request/${item.id}`} className="row-title draft-title">
          {title}
        </Link>
        <span className="row-line">
          {item.reason
            ? words.coded('reason', item.reason, 'reason.other')
            : words.t('item.savedAt', { when: words.when(item.life.saved) })}
          {next &&
            item.status !== 'sending' &&
            ` (${words.t('list.nextAttempt', { when: words.when(next) })})`}
        </span>
      </div>
      <LifeDots item={item} />
      <StatusChip item={item} />
      <div className="draft-acts">
        {item.status === 'to-correct' && (
          <Button small look="go" aria-label={words.t('list.correctNamed', { title })} onPress={correct}>
            {words.t('list.correct')}
          </Button>
        )}
        <Link href={`/request/${item.id}`} className={buttonClass('plain', true)}>
          {words.t('list.details')}
          <span className="sr"> {title}</span>
        </Link>
        {mayCancel(item) && (
          <Button look="quiet" small aria-label={words.t('list.cancelNamed', { title })} onPress={cancel}>
            {words.t('list.cancel')}
          </Button>
        )}
      </div>
    </li>
  );
}
