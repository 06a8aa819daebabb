import { useState } from 'react';
import { reads, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Banner, Button, Dialog } from '../../ui';
import { openingOf, openUnsaved, whyNot } from '../../who';
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
      {failure && (
        <Banner
          tone="red"
          live
          title={whyNot(words, failure)}
          acts={
            failure === 'unsaved' && (
              <Button
                small
                onPress={() => {
                  openUnsaved();
                  onClose();
                }}
              >
                {openingOf(words)}
              </Button>
            )
          }
        />
      )}
    </Dialog>
  );
}
