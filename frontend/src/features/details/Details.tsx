import './details.css';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { actWaits, mayReply } from '../../acts';
import {
  type HistoryEntry,
  type Member,
  type Request,
  reads,
  requests,
  useRead,
  useShared,
} from '../../bridge';
import { ActButtons, ActNotes, Sending, useActs, useNow, useTale, waits } from '../../outbox';
import { FileButtons, Letterhead } from '../../papers';
import {
  FileCard,
  isMissing,
  LifeTimes,
  PageHead,
  PriorityChip,
  reasonOf,
  Sheet,
  StatusChip,
  sentenceOf,
  titleOf,
  UnreadMark,
} from '../../request';
import { useWords, type Words } from '../../text';
import { Banner, buttonClass } from '../../ui';
import { Exchange } from './Exchange';
import { erasedAt, isBare } from './erased';
import { HeadActs } from './HeadActs';
import { Pending, PendingChips } from './Pending';
import { ReasonDialog } from './ReasonDialog';
import { RemovalDialog } from './RemovalDialog';
import { useDossier } from './useDossier';
import { useSeen } from './useSeen';
import { WatchersDialog } from './WatchersDialog';

// Details shows one request with everything known of it.
export function Details({ id }: { id: string }) {
  const words = useWords();
  const { data: request, error, refresh } = useRead(() => requests.open(id), ['requests', 'session']);
  if (!request) {
    if (!error) return null;
    return (
      <>
        <PageHead title={words.t('request.notFound')} line={words.error(error.code)} />
        <Link href="/requests" className={buttonClass()}>
          {words.t('list.requests')}
        </Link>
      </>
    );
  }
  return <Dossier request={request} refresh={refresh} />;
}

function Dossier({ request, refresh }: { request: Request; refresh: () => Promise<void> }) {
  const words = useWords();
  const { item } = request;
  const acts = useActs(item);
  const dossier = useDossier(request, refresh);
  const told = useRef<HTMLDivElement>(null);
  const [removing, setRemoving] = useState(false);
  const answers = item.status === 'received' && !isMissing(item) && mayReply(request.allowed, request.acts);
  const bare = isBare(request);
  useSeen(item);
  return (
    <div className="details">
      <PageHead
        title={titleOf(words, item)}
        line={
          <span className="details-line">
            {item.number && <span className="figures">{item.number}</span>}
            <StatusChip item={item} />
            <PriorityChip item={item} />
            <PendingChips acts={request.acts.filter((a) => a.kind !== 'reply' && actWaits(a))} />
            <UnreadMark item={item} />
            {item.author && <span>{words.t('list.by', { name: item.author })}</span>}
          </span>
        }
      >
        <ActButtons item={item} acts={acts} />
        <HeadActs
          {...dossier}
          item={item}
          onAct={dossier.act}
          onWaiting={() => told.current?.focus()}
          onDuplicate={bare ? undefined : dossier.onDuplicate}
          onRemoval={answers ? () => setRemoving(true) : undefined}
        />
      </PageHead>
      <Letterhead item={item} />
      <ActNotes item={item} acts={acts} />
      <State request={request} />
      <div className="details-told" ref={told} tabIndex={-1}>
        <Pending request={request} doing={dossier.doing} />
      </div>
      {(dossier.asking === 'withdraw' || dossier.asking === 'reopen') && (
        <ReasonDialog {...dossier} request={item.id} kind={dossier.asking} />
      )}
      {removing && answers && <RemovalDialog request={request} onClose={() => setRemoving(false)} />}
      {dossier.asking === 'watchers' && <WatchersDialog {...dossier} request={request} />}
      <section className="card details-card" aria-labelledby="life">
        <h2 id="life">{words.t('request.life')}</h2>
        <LifeTimes item={item} />
      </section>
      <div className="details-columns">
        <div className="details-main">
          <section className="card details-card" aria-labelledby="conversation">
            <h2 id="conversation">{words.t('request.conversation')}</h2>
            <Exchange request={request} refresh={refresh} dossier={dossier} />
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
                  <FileCard
                    key={f.id}
                    file={f}
                    acts={bare ? undefined : <FileButtons request={item.id} file={f} />}
                  />
                ))}
              </ul>
            )}
          </section>
          <People request={request} />
          <section className="card details-card" aria-labelledby="history">
            <h2 id="history">{words.t('request.history')}</h2>
            <ol className="history">
              {toldOf(words, request.history).map(({ at, told, key }) => (
                <li key={key}>
                  <span>{told}</span>
                  <span className="row-line" data-full={words.whenFull(at)}>
                    {words.when(at)}
                  </span>
                </li>
              ))}
            </ol>
          </section>
        </div>
      </div>
    </div>
  );
}

// State says why a request has not arrived, and what happens next; or what has become of it.
function State({ request }: { request: Request }) {
  const { item, problems, answers, files } = request;
  const words = useWords();
  const { next, why, tries } = useTale(item, useNow());
  if (isMissing(item))
    return (
      <Banner
        tone="red"
        title={words.t('request.missing', { number: item.number || words.t('request.noNumber') })}
      >
        <p>{words.t('request.missingHint')}</p>
      </Banner>
    );
  if (item.status === 'cancelled') return <Banner tone="blue" title={words.t('request.cancelled')} />;
  const erased = erasedAt(request);
  if (erased)
    return (
      <Banner tone="blue" title={words.t('request.erased', { day: words.day(erased) })}>
        <p>{words.t(isBare(request) ? 'request.erasedLeft' : 'request.erasedHere')}</p>
      </Banner>
    );
  const back = item.status === 'to-correct';
  if (!back && !waits(item)) return null;
  const labelOf = (field: string) =>
    words.label(answers.find((a) => a.key === field)?.label) ||
    (field === 'files' ? words.t('field.files') : '');
  return (
    <Banner tone={back ? 'red' : 'amber'} title={back ? why : next}>
      {problems.length > 0 && (
        <ul>
          {problems.map((p) => {
            const name = labelOf(p.field);
            const value = sentenceOf(words, p, name, false, files);
            return (
              <li key={`${p.field} ${p.code}`}>{name ? words.t('app.pair', { name, value }) : value}</li>
            );
          })}
        </ul>
      )}
      {back && <p>{next}</p>}
      {!back && (why || tries) && <p>{[why, tries && `${tries}.`].filter(Boolean).join(' ')}</p>}
      <Sending item={item} />
    </Banner>
  );
}

// People are who wrote a request and who follows it.
function People({ request: { item, watchers } }: { request: Request }) {
  const words = useWords();
  const { data: person } = useShared(reads.person);
  return (
    <section className="card details-card" aria-labelledby="people">
      <h2 id="people">{words.t('request.people')}</h2>
      <Sheet
        rows={[
          [words.t('request.author'), item.author || authorOf(words, person?.name)],
          [words.t('request.watchers'), watchers.length > 0 && <Names members={watchers} />],
        ]}
        answers={[]}
        empty={words.t('request.noWatchers')}
      />
    </section>
  );
}

function authorOf(words: Words, name = ''): string {
  return name ? words.t('request.authorYou', { name }) : words.t('request.you');
}

function Names({ members }: { members: Member[] }) {
  return (
    <ul>
      {members.map((m) => (
        <li key={m.id}>{m.name}</li>
      ))}
    </ul>
  );
}

interface Line {
  key: number;
  at: string;
  told: string;
}

// toldOf tells the history, the last line first. An attempt that was given back
// before it began is none.
export function toldOf(words: Words, history: HistoryEntry[]): Line[] {
  const saved = history.findIndex(isSaved);
  return history
    .map((h, i): Line | undefined => {
      if (h.what === 'sending' && history[i + 1]?.what === 'sending') return undefined;
      const again = isSaved(h) && i > saved;
      return { key: i, at: h.at, told: again ? words.t('history.queuedAgain') : happened(words, h) };
    })
    .filter((line) => line !== undefined)
    .reverse();
}

// isSaved tells « Envoyer » from an attempt after which a request waits again.
function isSaved(h: HistoryEntry): boolean {
  return h.what === 'queued' && h.code === '';
}

// happened says one line of the history. Not only the portal stops a request:
// what did is in the code.
function happened(words: Words, h: HistoryEntry): string {
  if (h.what === 'to-correct') {
    const name = words.t(h.code === 'forbidden' ? 'item.to-entrust' : 'item.to-correct');
    return words.t('app.pair', { name, value: reasonOf(words, h.code) });
  }
  if (h.what === 'queued' && h.code)
    return words.t('history.waitsAgain', { met: words.coded('met', h.code, 'met.other') });
  if (h.what === 'unknown') {
    // Only a line that was there can have brought it.
    const code = h.code === 'network' ? 'broken' : h.code;
    return words.t('history.inDoubt', { met: words.coded('met', code, 'met.other') });
  }
  if (h.what.startsWith('act.'))
    return words.coded('acts.done', h.what.slice('act.'.length), 'history.other');
  if (h.what.startsWith('portal.')) {
    const status = words.coded('portal', h.what.slice('portal.'.length), 'history.other');
    return words.t('history.portal', { status });
  }
  return words.coded('history', h.what, 'history.other');
}
