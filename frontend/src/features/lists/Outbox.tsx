import './lists.css';
import { memo, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { actWaits, canTakeBack, useActTale, useDoing, whyRefused } from '../../acts';
import { type Act, type Item, reads, requests, useRead, useShared } from '../../bridge';
import {
  ActButtons,
  ActNotes,
  actsWait,
  inTurn,
  Reconnect,
  Sending,
  SendNow,
  sinceOf,
  underWay,
  useActs,
  useNow,
  useTale,
  waits as waitsToGo,
} from '../../outbox';
import { Empty, LifeDots, PageHead, StatusChip, titleOf } from '../../request';
import { useWords } from '../../text';
import { Button, buttonClass, Chip, focusPage } from '../../ui';

// OutboxList shows what waits to be sent and what came back to be corrected.
export function OutboxList() {
  const words = useWords();
  const now = useNow();
  const { data: items } = useShared(reads.outbox);
  const { data: status } = useShared(reads.status);
  const signedOut = status?.connection === 'signed-out';
  const back = inTurn(items?.filter((i) => i.status === 'to-correct') ?? []);
  const wait = inTurn(items?.filter(waitsToGo) ?? []);
  const held = items?.filter((i) => i.status === 'received') ?? [];
  const actsBack = held.filter((i) => i.actsBack > 0);
  const acts = held.filter((i) => actsWait(i) && i.actsBack === 0);
  const waits = wait.length > 0 || held.some(actsWait);
  return (
    <>
      <PageHead title={words.t('list.outbox')}>
        {waits && !signedOut && <SendNow underWay={underWay(wait) && !held.some(actsWait)} />}
      </PageHead>
      <Reconnect />
      {items && back.length + actsBack.length === 0 && !waits && (
        <Empty title={words.t('list.outboxNone')} hint={words.t('list.outboxNoneHint')} />
      )}
      <Part title={words.t('list.toCorrect')} items={back} held={actsBack} now={now} />
      <Part title={words.t('list.waiting')} items={wait} held={acts} now={now} />
    </>
  );
}

// Part lists requests, and after them those that the portal has and of which acts
// wait: held.
function Part(props: { title: string; items: Item[]; held: Item[]; now: number }) {
  const { title, items, held, now } = props;
  if (items.length + held.length === 0) return null;
  return (
    <section className="card list-card" aria-label={title}>
      <h2 className="list-title">{title}</h2>
      <ul className="rows outbox-rows">
        {items.map((i) => (
          <OutboxRow key={i.id} item={i} now={now} />
        ))}
        {held.map((i) => (
          <ActsRow key={i.id} item={i} now={now} />
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
          <span className="outbox-chips">
            <StatusChip item={item} />
          </span>
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

// ActsRow is a request that the portal has, with what the person has done with it and
// the portal does not have, or did not take.
function ActsRow({ item, now }: { item: Item; now: number }) {
  const words = useWords();
  const { data: request, refresh } = useRead(() => requests.open(item.id), ['requests', 'session']);
  const title = titleOf(words, item);
  const acts = request?.acts.filter((a) => actWaits(a) || a.reason !== '') ?? [];
  const details = (
    <Link href={`/request/${item.id}`} className={buttonClass('plain', true)}>
      {words.t('list.details')}
      <span className="sr"> {title}</span>
    </Link>
  );
  const alone = acts.length === 1; // what can be done stands in one row
  return (
    <li className="outbox-row">
      <div className="outbox-what">
        <h3 className="outbox-title">
          <Link href={`/request/${item.id}`} className="row-title draft-title">
            {title}
          </Link>
        </h3>
        <p className="row-line">{[item.number, item.practiceName].filter(Boolean).join(', ')}</p>
      </div>
      <div className="outbox-where">
        <LifeDots item={item} />
        <span className="outbox-chips">
          {item.actsBack > 0 && <Chip tone="red">{words.t('acts.backCount', { count: item.actsBack })}</Chip>}
          {item.actsWaiting > 0 && (
            <Chip tone="amber">{words.t('acts.waitsCount', { count: item.actsWaiting })}</Chip>
          )}
        </span>
      </div>
      <ul className="outbox-tale outbox-acts">
        {acts.map((a) => (
          <ActLine key={a.id} act={a} item={item} now={now} shown={refresh}>
            {alone && details}
          </ActLine>
        ))}
      </ul>
      {!alone && <div className="draft-acts">{details}</div>}
    </li>
  );
}

function ActLine(props: {
  act: Act;
  item: Item;
  now: number;
  shown: () => Promise<void>;
  children: ReactNode;
}) {
  const { act, item, now, shown } = props;
  const words = useWords();
  const doing = useDoing(item.id, shown);
  const tale = useActTale(act, item, now);
  const [, go] = useLocation();
  const waits = actWaits(act);
  const reply = act.kind === 'reply'; // it is written on
  const takeBack = async () => {
    if ((await doing.takeBack(act.id)) && reply) go(`/request/${item.id}`);
  };
  const what = waits
    ? words.coded('acts.waits', act.kind, 'acts.waits.other')
    : words.coded('acts.refused', act.kind, 'acts.refused.other');
  return (
    <li className="act-row">
      <span>
        <strong>{what}</strong>
        <span className="row-line outbox-act">{waits ? tale : whyRefused(words, act)}</span>
        {doing.failure && <span role="alert">{doing.failure}</span>}
      </span>
      <span className="draft-acts">
        {waits && canTakeBack(act) && (
          <Button
            small
            busy={doing.busy !== ''}
            aria-label={words.t(reply ? 'acts.resumeReplyTo' : 'acts.takeBackNamed', {
              what: `${what}, ${titleOf(words, item)}`,
              title: titleOf(words, item),
            })}
            onPress={() => {
              focusPage(); // the line goes
              void takeBack();
            }}
          >
            {words.t(reply ? 'acts.resume' : 'acts.takeBack')}
          </Button>
        )}
        {props.children}
      </span>
    </li>
  );
}
