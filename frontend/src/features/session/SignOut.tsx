import { useState } from 'react';
import { reads, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Button, Dialog } from '../../ui';
import { NotNow, whyNot } from '../../who';
import { useSignOut } from './useSignOut';

// SignOut says what stays behind before somebody signs out.
export function SignOut({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const signOut = useSignOut();
  const { data: status } = useShared(reads.status);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const go = async () => {
    setBusy(true);
    const code = await signOut();
    if (!code) return onClose();
    setFailure(code);
    setBusy(false);
  };
  return (
    <Dialog
      title={words.t('signOut.title')}
      onClose={onClose}
      locked={busy}
      foot={
        <>
          <Button busy={busy} onPress={() => void go()}>
            {words.t('person.signOut')}
          </Button>
          <Button look="go" busy={busy} onPress={onClose} autoFocus>
            {words.t('signOut.stay')}
          </Button>
        </>
      }
    >
      <p>{words.t('signOut.text', { count: status?.waiting ?? 0 })}</p>
      {failure && <NotNow why={whyNot(words, failure)} code={failure} onClose={onClose} />}
    </Dialog>
  );
}
