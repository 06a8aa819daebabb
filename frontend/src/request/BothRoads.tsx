import { Link } from 'wouter';
import { useWords } from '../text';
import { buttonClass } from '../ui';

// BothRoads lead to a new request.
export function BothRoads() {
  const words = useWords();
  return (
    <>
      <Link href="/new/assistant" className={buttonClass('go')}>
        {words.t('nav.assistant')}
      </Link>
      <Link href="/new/form" className={buttonClass()}>
        {words.t('nav.create')}
      </Link>
    </>
  );
}
