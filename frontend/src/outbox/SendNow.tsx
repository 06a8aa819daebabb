import { useRef } from 'react';
import { useWords } from '../text';
import { Button, useLeaving } from '../ui';
import { useSendNow, useWorking } from './useSendNow';

// SendNow is « Envoyer maintenant ». underWay: there is nothing left to begin.
// quiet: what is under way is said beside it.
export function SendNow({ underWay, quiet }: { underWay: boolean; quiet?: boolean }) {
  const words = useWords();
  const send = useSendNow();
  const busy = useWorking() || underWay;
  const button = useRef<HTMLButtonElement>(null);
  useLeaving(button); // it goes when nothing waits any more
  return (
    <Button ref={button} look={quiet ? 'quiet' : 'go'} small={quiet} busy={busy} onPress={send}>
      {words.t(busy && !quiet ? 'sendNow.working' : 'status.sendNow')}
    </Button>
  );
}
