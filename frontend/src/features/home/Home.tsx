import './home.css';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { type Item, reads, useShared } from '../../bridge';
import { BothRoads, Empty, Morning, PageHead, RequestRows, titleOf } from '../../request';
import { useWords, type Words } from '../../text';
import { buttonClass } from '../../ui';
import { Recovered } from './Recovered';

// Home is what the window begins with: go on, begin anew, see where things are.
// Its children are lines that everybody has to see.
export function Home({ children }: { children?: ReactNode }) {
  const words = useWords();
  const { data: person } = useShared(reads.person);
  const { data: latest } = useShared(reads.latest);
  const { data: board } = useShared(reads.board);
  const ready = person !== undefined && latest !== undefined;

  const draft = latest?.drafts[0];
  const recent = latest?.requests ?? [];
  const first = person?.name.split(' ')[0];
  const practice = person?.practices.find((p) => p.id === person.preferred) ?? person?.practices[0];
  const line = [practice?.name, words.today()].filter(Boolean).join(', ');
  return (
    <>
      <PageHead
        title={first ? words.t('home.hello', { name: first }) : words.t('home.helloNobody')}
        line={person && !person.signedIn ? words.t('home.signIn') : line}
      >
        <BothRoads />
      </PageHead>
      <Recovered />
      {children}
      {draft && <Resume item={draft} />}
      {recent.length > 0 && <Morning board={board} line />}
      {recent.length > 0 && (
        <section className="card home-recent" aria-labelledby="recent">
          <div className="home-head">
            <h2 id="recent">{words.t('home.recent')}</h2>
            <Link href="/requests" className="textlink">
              {words.t('home.all')} <span aria-hidden="true">→</span>
            </Link>
          </div>
          <RequestRows items={recent} />
        </section>
      )}
      {ready && !draft && recent.length === 0 && (
        <Empty title={words.t('home.none')} hint={words.t('home.noneHint')} />
      )}
    </>
  );
}

function Resume({ item }: { item: Item }) {
  const words = useWords();
  const title = titleOf(words, item);
  return (
    <section className="card resume" aria-label={words.t('home.resume', { title })}>
      <div>
        <h2 className="resume-title">{words.t('home.resume', { title })}</h2>
        <p className="page-line">{resumeLine(words, item)}</p>
      </div>
      <Link href={`/draft/${item.id}`} className={buttonClass()}>
        {words.t('home.resumeGo')}
      </Link>
    </section>
  );
}

function resumeLine(words: Words, item: Item): string {
  const step = words.coded('step', item.step || 'type', 'step.type');
  const road =
    item.road === 'form' ? words.t('home.resumeRoad.form') : words.t('home.resumeRoad.assistant', { step });
  const parts = [road, words.t('home.resumeSaved', { when: words.when(item.updatedAt) })];
  const known = ['type', 'practice', 'category', 'subject', 'description'];
  const named = item.missing
    .filter((k) => known.includes(k))
    .map((k) => words.coded('missing', k, 'missing.other'));
  const others = item.missing.filter((k) => !known.includes(k)).length;
  if (others > 0) named.push(words.t('missing.other', { count: others }));
  if (named.length > 0) parts.push(words.t('home.missing', { list: words.list(named) }));
  return parts.join(', ');
}
