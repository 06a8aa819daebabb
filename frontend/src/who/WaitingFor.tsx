import { reads, useShared } from '../bridge';
import { useWords } from '../text';
import { othersOf } from './people';

// WaitingFor tells whose requests wait until they sign in again: names and
// counts, no more.
export function WaitingFor() {
  const words = useWords();
  const { data: people } = useShared(reads.people);
  const { data: person } = useShared(reads.person);
  const waiting = othersOf(people, person).filter((k) => k.waiting > 0 && !k.signedIn);
  if (waiting.length === 0) return null;
  return (
    <ul className="who-waiting">
      {waiting.map((k) => (
        <li key={k.id}>{words.t('who.waitsFor', { name: k.name, count: k.waiting })}</li>
      ))}
    </ul>
  );
}
