import { reads, useShared } from '../bridge';
import { useWords } from '../text';
import { Button } from '../ui';
import { type Asked, ask } from './ask';
import { othersOf } from './people';

// GiveDraft hands a draft of the person at the desk to a colleague, if somebody
// else is known on this PC. named: there are others like it on the page.
export function GiveDraft({
  item,
  title,
  named,
}: Omit<Extract<Asked, { kind: 'give' }>, 'kind'> & { named?: boolean }) {
  const words = useWords();
  const { data: people } = useShared(reads.people);
  const { data: person } = useShared(reads.person);
  if (!person?.known || othersOf(people, person).length === 0) return null;
  return (
    <Button
      look="quiet"
      small={named}
      aria-label={named ? words.t('give.named', { title }) : undefined}
      onPress={() => ask({ kind: 'give', item, title })}
    >
      {words.t(named ? 'give.menu' : 'give.colleague')}
    </Button>
  );
}
