import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { bell, type Notice, onNotified, onTold, reads } from '../bridge';
import { useWords, type Words } from '../text';

const TOGETHER = 2000; // ms in which several notices come together
const EACH = 3; // as many are told one by one

// useTold has the system tell what comes, by number and kind only, and goes to the
// request whose notification is pressed. In the window the bell is enough.
export function useTold(): void {
  const words = useWords();
  const spoken = useRef(words);
  spoken.current = words;
  const [, go] = useLocation();
  useEffect(() => onNotified((request) => request && go(`/request/${request}`)), [go]);
  useEffect(() => {
    let came: Notice[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      for (const t of toldOf(spoken.current, came)) {
        // What the system cannot show is in the bell all the same.
        bell.show(t.seq, t.title, t.body).catch(() => {});
      }
      came = [];
    };
    const stop = onTold((notice) => {
      if (reads.settings.snapshot().data?.quiet.includes(notice.kind)) return;
      came.push(notice);
      timer ??= setTimeout(tell, TOGETHER);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
}

export interface Told {
  seq: number;
  title: string;
  body: string;
}

// toldOf words what came together: each by itself, or all as one with the newest.
export function toldOf(words: Words, notices: Notice[]): Told[] {
  if (notices.length <= EACH)
    return notices.map((n) => ({
      seq: n.seq,
      title: n.number || words.t('bell.noNumber'),
      body: kindOf(words, n),
    }));
  return [
    {
      seq: Math.max(...notices.map((n) => n.seq)),
      title: words.t('told.several', { count: notices.length }),
      body: words.t('told.severalHint'),
    },
  ];
}

function kindOf(words: Words, n: Notice): string {
  if (n.kind === 'status') return words.coded('told.status', n.status, 'told.other');
  return words.coded('told', n.kind, 'told.other');
}
