import { useState } from 'react';
import { host, launch, reads, useShared } from '../bridge';
import { useWords } from '../text';
import { Button, Checkbox, Dialog } from '../ui';
import { useSetting } from './useSetting';

// Parting says what becomes of what waits when the window is closed.
export function Parting({ waiting, onStay }: { waiting: number; onStay: () => void }) {
  const words = useWords();
  const set = useSetting();
  const { data: status } = useShared(reads.status);
  const [always, setAlways] = useState(false);
  const away = status && status.connection !== 'online';
  const finish = async () => {
    if (always) set({ closing: 'finish' });
    onStay();
    await launch.finish();
  };
  return (
    <Dialog
      alert
      title={words.t('parting.title', { count: waiting })}
      onClose={onStay}
      foot={
        <>
          <Button look="quiet" onPress={onStay}>
            {words.t('parting.stay')}
          </Button>
          <Button onPress={() => void host.close().catch(() => {})}>{words.t('parting.close')}</Button>
          <Button look="go" onPress={() => void finish().catch(() => {})} autoFocus>
            {words.t('parting.finish')}
          </Button>
        </>
      }
    >
      <p>{words.t(away ? 'parting.away' : 'parting.text')}</p>
      <Checkbox checked={always} onChange={setAlways}>
        {words.t('parting.always')}
      </Checkbox>
    </Dialog>
  );
}
