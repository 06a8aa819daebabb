import './line.css';
import { Link, useLocation } from 'wouter';
import { reads, useShared } from '../bridge';
import { useWords } from '../text';
import { Button, buttonClass, focusPage } from '../ui';
import { useSendNow } from './useSendNow';

// AskedLine asks whether what somebody queued is to go, after another person has
// used this PC meanwhile.
export function AskedLine() {
  const words = useWords();
  const [place] = useLocation();
  const send = useSendNow();
  const { data: status } = useShared(reads.status);
  const count = status?.asking ?? 0;
  if (count === 0) return null;
  return (
    <section className="banner outbox-line" aria-label={words.t('asked.label')}>
      <p className="banner-title">{words.t('asked.text', { count })}</p>
      <div className="banner-acts">
        <Button
          look="go"
          small
          onPress={() => {
            send();
            focusPage(); // the question goes
          }}
        >
          {words.t('draft.send')}
        </Button>
        {place !== '/outbox' && (
          <Link href="/outbox" className={buttonClass('plain', true)}>
            {words.t('asked.look')}
          </Link>
        )}
      </div>
    </section>
  );
}
