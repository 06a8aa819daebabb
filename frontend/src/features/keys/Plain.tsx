import { reads, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Button, Dialog } from '../../ui';

// Plain says why what is stored on this PC is not sealed, and what to do.
export function Plain({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { data: keys } = useShared(reads.keys);
  return (
    <Dialog
      title={words.t('plain.title')}
      onClose={onClose}
      foot={
        <Button look="go" onPress={onClose}>
          {words.t('popup.close')}
        </Button>
      }
    >
      <p>{words.t('plain.what')}</p>
      <p>{words.t(keys?.silent ? 'plain.doSilent' : 'plain.doNone')}</p>
    </Dialog>
  );
}
