import { CallError, outbox, reads } from '../bridge';
import { useWords } from '../text';
import { useToast } from '../ui';

// useSendNow tries everything that waits at once, and says so as far as it is
// true: without a network nothing is tried.
export function useSendNow(): () => void {
  const words = useWords();
  const toast = useToast();
  return () =>
    void outbox.sendNow().then(
      () => {
        const away = reads.status.snapshot().data?.connection === 'no-network';
        toast(words.t(away ? 'outbox.sendLater' : 'outbox.sendStarted'));
      },
      (reason) => toast(words.error(reason instanceof CallError ? reason.code : 'internal')),
    );
}
