import './lists.css';
import { useDeferredValue, useState } from 'react';
import { type Item, reads, useShared } from '../../bridge';
import { Empty, PageHead, RequestRows, statusKey, titleOf } from '../../request';
import { matches, useWords, type Words } from '../../text';
import { Button, Search } from '../../ui';

const PAGE = 60; // rows shown at once

// RequestList is the one list of drafts, waiting and sent requests.
export function RequestList({ query }: { query: string }) {
  const words = useWords();
  const { data: items } = useShared(reads.items);
  const [typed, setTyped] = useState(query);
  const [shown, setShown] = useState(PAGE);
  const asked = useDeferredValue(typed.trim());
  if (!items) return <PageHead title={words.t('list.requests')} />;
  const found = asked ? items.filter((i) => matches(asked, textsOf(words, i))) : items;
  return (
    <>
      <PageHead title={words.t('list.requests')} />
      {items.length === 0 ? (
        <Empty title={words.t('list.requestsNone')} hint={words.t('list.requestsNoneHint')} />
      ) : (
        <>
          <div className="list-filter">
            <Search label={words.t('list.filter')} value={typed} onChange={setTyped} />
            <p role="status" className="page-line">
              {asked ? words.t('list.found', { count: found.length }) : ''}
            </p>
          </div>
          {found.length === 0 ? (
            <Empty title={words.t('list.noMatch', { query: asked })} hint={words.t('list.noMatchHint')}>
              <Button onPress={() => setTyped('')}>{words.t('list.clear')}</Button>
            </Empty>
          ) : (
            <section className="card list-card" aria-label={words.t('list.requests')}>
              <RequestRows items={found.slice(0, shown)} />
            </section>
          )}
          {found.length > shown && (
            <div className="list-more">
              <Button onPress={() => setShown((n) => n + PAGE)}>{words.t('list.more')}</Button>
              <span className="page-line">{words.t('list.shown', { shown, total: found.length })}</span>
            </div>
          )}
        </>
      )}
    </>
  );
}

function textsOf(words: Words, item: Item): string[] {
  return [
    titleOf(words, item),
    item.number,
    item.practiceName,
    words.label(item.categoryLabel),
    words.label(item.typeLabel),
    words.coded(...splitKey(statusKey(item))),
  ];
}

function splitKey(key: string): [string, string, 'item.received'] {
  const [group = '', code = ''] = key.split('.');
  return [group, code, 'item.received'];
}
