import './lists.css';
import { memo } from 'react';
import { Link } from 'wouter';
import { type Item, reads, useShared } from '../../bridge';
import {
  ActButtons,
  ActNotes,
  inTurn,
  Reconnect,
  Sending,
  SendNow,
  sinceOf,
  underWay,
  useActs,
  useNow,
  useTale,
  waits,
} from '../../outbox';
import { Empty, LifeDots, PageHead, StatusChip, titleOf } from '../../request';
import { useWords } from '../../text';
import { buttonClass } from '../../ui';

// OutboxList shows what waits to be sent and what came back to be corrected.
export function OutboxList() {
  const words = useWords();
  const now = useNow();
  const { data: items } = useShared(reads.items);
  const { data: status } = useShared(reads.status);
  const signedOut = status?.connection === 'signed-out';
  const back = inTurn(items?.filter((i) => i.status === 'to-correct') ?? []);
  const wait = inTurn(items?.filter(waits) ?? []);
  return (
    <>
      <PageHead title={words.t('list.outbox')}>
        {wait.length > 0 && !signedOut && <SendNow underWay={underWay(wait)} />}
      </PageHead>
      <Reconnect />
      {items && back.length + wait.length === 0 && (
        <Empty title={words.t('list.outboxNone')} hint={words.t('list.outboxNoneHint')} />
      )}
      {back.length > 0 && <Part title={words.t('list.toCorrect')} items={back} now={now} />}
      {wait.length > 0 && <Part title={words.t('list.waiting')} items={wait} now={now} />}
    </>
  );
}

function Part({ title, items, now }: { title: string; items: Item[]; now: number }) {
  return (
    <section className="card list-card" aria-label={title}>
      <h2 className="list-title">{title}</h2>
      <ul className="rows">
        {items.map((i) => (
          <OutboxRow key={i.id} item={i} now={now} />
        ))}
      </ul>
    </section>
  );
}

// The list is read anew with every change of one of its rows; the others stay as
// they are.
const OutboxRow = memo(
  function OutboxRow({ item, now }: { item: Item; now: number }) {
    const words = useWords();
    const acts = useActs(item);
    const { next, why, tries } = useTale(item, now);
    const title = titleOf(words, item);
    const line = [item.practiceName, sinceOf(words, item, now)];
    if (item.files > 0) line.push(words.t('item.files', { count: item.files }));
    return (
      <li className="outbox-row">
        <div className="outbox-what">
          <h3 className="outbox-title">
            <Link href={`/request/${item.id}`} className="row-title draft-title">
              {title}
            </Link>
          </h3>
          <p className="row-line">{line.filter(Boolean).join(', ')}</p>
        </div>
        <div className="outbox-where">
          <LifeDots item={item} />
          <StatusChip item={item} />
        </div>
        <div className="outbox-tale">
          {item.status === 'to-correct' && <p className="outbox-why">{why}</p>}
          <p>{next}</p>
          {item.status !== 'to-correct' && (why || tries) && (
            <p className="row-line">{[why, tries && `${tries}.`].filter(Boolean).join(' ')}</p>
          )}
          <Sending item={item} compact />
        </div>
        <div className="draft-acts">
          <ActButtons item={item} acts={acts} named>
            <Link href={`/request/${item.id}`} className={buttonClass('plain', true)}>
              {words.t('list.details')}
              <span className="sr"> {title}</span>
            </Link>
          </ActButtons>
        </div>
        <ActNotes item={item} acts={acts} />
      </li>
    );
  },
  (a, b) => a.now === b.now && sameItem(a.item, b.item),
);

function sameItem(a: Item, b: Item): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
