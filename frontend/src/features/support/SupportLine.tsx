import { useState } from 'react';
import { useLocation } from 'wouter';
import { support, useRead } from '../../bridge';
import { useWords } from '../../text';
import { Button, focusPage } from '../../ui';

// That the program is back after it broke off was read, until the next time.
let read = '';

// SupportLine is one line of the first page: that the program has broken off and is
// back, or that its data lies where it should not.
export function SupportLine() {
  const words = useWords();
  return <LineIn key={words.lang} lang={words.lang} />;
}

function LineIn({ lang }: { lang: string }) {
  const words = useWords();
  const [, go] = useLocation();
  const { data: notice } = useRead(() => support.notice(lang), ['session']);
  const [gone, setGone] = useState(false);
  const [back, setBack] = useState(read);
  const hide = (act: () => void) => {
    act();
    focusPage();
  };
  if (notice?.restarted && notice.restarted !== back)
    return (
      <section className="support-line first-line card" aria-label={words.t('help.back')}>
        <p>{words.t('help.restarted', { when: words.when(notice.restarted) })}</p>
        <div className="first-line-acts">
          <Button
            look="quiet"
            small
            onPress={() =>
              hide(() => {
                read = notice.restarted;
                setBack(read);
              })
            }
          >
            {words.t('plain.read')}
          </Button>
        </div>
      </section>
    );
  if (!notice?.place || gone) return null;
  return (
    <section className="support-line first-line card" aria-label={words.t('help.place')}>
      <p>{words.label({ fr: notice.place.is, en: notice.place.is })}</p>
      <div className="first-line-acts">
        <Button small onPress={() => go('/help')}>
          {words.t('plain.more')}
        </Button>
        <Button
          look="quiet"
          small
          onPress={() =>
            hide(() => {
              setGone(true);
              void support.placeRead().catch(() => {}); // it is said again at the next start
            })
          }
        >
          {words.t('plain.read')}
        </Button>
      </div>
    </section>
  );
}
