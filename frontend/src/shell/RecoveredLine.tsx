import { Link } from 'wouter';
import { reads, useShared } from '../bridge';
import { useWords } from '../text';

// RecoveredLine says above every page but the first that the database was
// damaged, as long as nobody has said that they have looked.
export function RecoveredLine() {
  const words = useWords();
  const { data: found } = useShared(reads.recovered);
  if (!found?.at) return null;
  return (
    <p className="recovered-line">
      {words.t('recovered.line', { when: words.when(found.at) })}{' '}
      <Link href="/">{words.t('recovered.more')}</Link>
    </p>
  );
}
