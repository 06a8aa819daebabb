import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { bell, codeOf, type Notice, reads, type Settings } from '../../bridge';
import { useWords, type Words } from '../../text';
import { Button, useToast } from '../../ui';
import { SystemNotices } from './SystemNotices';

const MOST = 100; // shown
const MINUTE = 60_000; // ms

// Notices is what the bell opens: what has come, the newest first.
export function Notices({
  notices,
  set,
  onDone,
}: {
  notices: Notice[];
  set: (change: Partial<Settings>) => void;
  onDone: () => void;
}) {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const now = useMinutes();
  const last = notices[0]?.seq;
  const heading = useRef<HTMLHeadingElement>(null);
  const readAll = async () => {
    try {
      if (last !== undefined) await bell.read(last);
      heading.current?.focus(); // the button goes
      await reads.notices.refresh();
    } catch (reason) {
      toast((w) => w.error(codeOf(reason)));
    }
  };
  return (
    <>
      <div className="bell-head">
        <h2 ref={heading} tabIndex={-1}>
          {words.t('bell.title')}
        </h2>
        {notices.some((n) => !n.read) && (
          <Button look="quiet" small onPress={() => void readAll()}>
            {words.t('bell.readAll')}
          </Button>
        )}
      </div>
      {notices.length === 0 ? (
        <p className="bell-none">{words.t('bell.none')}</p>
      ) : (
        <ul className="bell-list">
          {notices.slice(0, MOST).map((n) => (
            <li key={n.seq}>
              {/* Its page notes that it was seen. */}
              <button
                type="button"
                className={n.read ? 'notice' : 'notice fresh'}
                onClick={() => {
                  onDone();
                  go(`/request/${n.request}`);
                }}
              >
                <span className="notice-text">
                  {!n.read && <span className="sr">{words.t('bell.fresh')} </span>}
                  {sentenceOf(words, n)}
                </span>
                <time className="row-line" dateTime={n.at}>
                  {words.ago(n.at, now)}
                </time>
              </button>
            </li>
          ))}
        </ul>
      )}
      <SystemNotices set={set} />
    </>
  );
}

// sentenceOf says what happened to which request, by its number.
export function sentenceOf(words: Words, n: Notice): string {
  const name = n.number || words.t('bell.noNumber');
  const value =
    n.kind === 'status'
      ? words.coded('bell.status', n.status, 'bell.other')
      : words.coded('bell', n.kind, 'bell.other');
  return words.t('app.pair', { name, value });
}

function useMinutes(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return now;
}
