import { lazy, type ReactNode, Suspense } from 'react';
import { Link } from 'wouter';
import { readAgain, reads, useShared } from '../bridge';
import { Empty } from '../request';
import { useWords } from '../text';
import { Button } from '../ui';

const Closed = lazy(() => import('./Closed').then((m) => ({ default: m.Closed })));

// Gate stands before every page: when the program cannot read what it keeps,
// it says what to do instead of showing pages without content.
export function Gate({ children }: { children: ReactNode }) {
  const words = useWords();
  const status = useShared(reads.status);
  const person = useShared(reads.person);
  const latest = useShared(reads.latest);
  const settings = useShared(reads.settings);
  const catalogue = useShared(reads.catalogue);
  const all = [status, person, latest, settings, catalogue];
  const code = all.find((r) => r.error && r.data === undefined)?.error?.code;
  if (!code) return children;
  if (code === 'key-lost' || code === 'keyring')
    return (
      <Suspense>
        <Closed code={code} />
        <HelpLink />
      </Suspense>
    );
  return (
    <div role="alert">
      <Empty page title={words.t('error.title')} hint={words.error(code)}>
        <Button look="go" onPress={() => void readAgain()}>
          {words.t('error.retry')}
        </Button>
        <HelpLink />
      </Empty>
    </div>
  );
}

// HelpLink leads to what can be said of this PC when nothing else can be shown.
function HelpLink() {
  const words = useWords();
  return (
    <p className="help-link">
      <Link href="/help" className="textlink">
        {words.t('help.title')}
      </Link>
    </p>
  );
}
