import { useState } from 'react';
import type { Query } from '../../bridge';
import { timeOf } from '../../request';
import { useWords } from '../../text';
import { Button, DateField, Dialog } from '../../ui';
import { daysOf } from './filters';

interface Props {
  query: Query;
  change: (part: Partial<Query>) => void;
  onClose: () => void;
}

// Dates asks for a period by its first and its last day.
export function Dates({ query, change, onClose }: Props) {
  const words = useWords();
  const [days, setDays] = useState(() => daysOf(query));
  const turned = days.from !== '' && days.to !== '' && days.to < days.from;
  const [told, setTold] = useState(false);
  const apply = () => {
    if (turned) return setTold(true);
    change({ period: '', since: timeOf(days.from, 0), until: timeOf(days.to, 1) });
    onClose();
  };
  return (
    <Dialog
      title={words.t('list.datesTitle')}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words.t('list.cancel')}</Button>
          <Button look="go" onPress={apply}>
            {words.t('list.apply')}
          </Button>
        </>
      }
    >
      <p>{words.t('list.datesHint')}</p>
      <div className="list-dates">
        <DateField
          label={words.t('list.from')}
          value={days.from}
          onChange={(from) => setDays({ ...days, from })}
        />
        <DateField
          label={words.t('list.to')}
          value={days.to}
          onChange={(to) => setDays({ ...days, to })}
          error={told && turned ? words.t('list.datesTurned') : undefined}
        />
      </div>
    </Dialog>
  );
}
