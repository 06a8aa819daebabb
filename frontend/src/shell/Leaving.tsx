import { host } from '../bridge';
import { useWords } from '../text';
import { Button, Dialog } from '../ui';

// Leaving asks before what was typed is lost: the window was to be closed and
// not everything could be saved.
export function Leaving({ onStay }: { onStay: () => void }) {
  const words = useWords();
  return (
    <Dialog
      alert
      title={words.t('leaving.title')}
      onClose={onStay}
      foot={
        <>
          <Button onPress={() => void host.close().catch(() => {})}>{words.t('leaving.close')}</Button>
          <Button look="go" onPress={onStay} autoFocus>
            {words.t('leaving.stay')}
          </Button>
        </>
      }
    >
      <p>{words.t('leaving.text')}</p>
    </Dialog>
  );
}
