import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Item } from '../bridge';
import { useWords } from '../text';

// Letterhead is what only the paper has: what the portal has answered, or that it
// has not, and when it was printed.
export function Letterhead({ item }: { item: Item }) {
  const words = useWords();
  const printed = usePrinted();
  const received = item.status === 'received' && item.number !== '';
  return (
    <div className="letterhead">
      {received ? (
        <p>{words.t('papers.receipt', { number: item.number, when: words.whenFull(item.life.received) })}</p>
      ) : (
        <>
          <p className="letterhead-name">{words.t('papers.local')}</p>
          <p>
            {words.t('papers.localSaved', { when: words.whenFull(item.life.saved || item.life.written) })}
          </p>
          <p>
            <strong>{words.t('papers.proof')}</strong>
          </p>
          <p>{words.t('papers.id', { id: item.id })}</p>
        </>
      )}
      <p>{words.t('papers.printed', { when: words.whenFull(printed) })}</p>
    </div>
  );
}

// usePrinted is when the page is printed, which may be long after it was drawn.
function usePrinted(): string {
  const [at, setAt] = useState(() => new Date().toISOString());
  useEffect(() => {
    const before = () => flushSync(() => setAt(new Date().toISOString()));
    addEventListener('beforeprint', before);
    return () => removeEventListener('beforeprint', before);
  }, []);
  return at;
}
