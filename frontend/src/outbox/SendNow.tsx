import { useLayoutEffect, useRef } from 'react';
import { useWords } from '../text';
import { Button } from '../ui';
import { useSendNow, useWorking } from './useSendNow';

// SendNow is « Envoyer maintenant ». underWay: there is nothing left to begin.
// quiet: what is under way is said beside it.
export function SendNow({ underWay, quiet }: { underWay: boolean; quiet?: boolean }) {
  const words = useWords();
  const send = useSendNow();
  const busy = useWorking() || underWay;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    // It goes when nothing waits any more, and would take the focus with it.
    return () => {
      if (own && document.activeElement === own) document.querySelector<HTMLElement>('h1')?.focus();
    };
  }, []);
  return (
    <Button ref={button} look={quiet ? 'quiet' : 'go'} small={quiet} busy={busy} onPress={send}>
      {words.t(busy && !quiet ? 'sendNow.working' : 'status.sendNow')}
    </Button>
  );
}
