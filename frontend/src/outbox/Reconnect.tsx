import './line.css';
import { type Person, reads, type Status, useShared } from '../bridge';
import { useWords } from '../text';
import { Banner, Button } from '../ui';
import { ask } from '../who';

// hasToSignIn tells whether requests wait for nothing but that the person at the
// desk signs in.
export function hasToSignIn(status: Status, person: Person | undefined): boolean {
  return status.connection === 'signed-out' && status.waiting > 0 && (person?.known ?? false);
}

// useReconnect is how many requests wait for that, 0 for none, and how to do it.
export function useReconnect(): { count: number; go: () => void } {
  const { data: status } = useShared(reads.status);
  const { data: person } = useShared(reads.person);
  const has = status !== undefined && hasToSignIn(status, person);
  return {
    count: has ? status.waiting : 0,
    go: () => ask({ kind: 'sign-in', expected: person?.id ?? '' }),
  };
}

// Reconnect says so above what waits.
export function Reconnect() {
  const words = useWords();
  const { count, go } = useReconnect();
  if (count === 0) return null;
  return (
    <div className="outbox-line">
      <Banner
        title={words.t('status.reconnect', { count })}
        acts={
          <Button look="go" small onPress={go}>
            {words.t('person.signInAgain')}
          </Button>
        }
      />
    </div>
  );
}
