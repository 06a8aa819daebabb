import { CallError, outbox, reads } from '../bridge';
import { type Key, useWords } from '../text';
import { useToast } from '../ui';

const nothing: Record<string, Key> = {
  'no-network': 'outbox.sendLater',
  'signed-out': 'outbox.sendSignIn',
};

// useSendNow tries everything that waits at once, and says so as far as it is
// true: without a network or a sign-in nothing is tried.
export function useSendNow(): () => void {
  const words = useWords();
  const toast = useToast();
  return () =>
    void outbox.sendNow().then(
      () => {
        const connection = reads.status.snapshot().data?.connection ?? '';
        toast(words.t(nothing[connection] ?? 'outbox.sendStarted'));
      },
      (reason) => toast(words.error(reason instanceof CallError ? reason.code : 'internal')),
    );
}
