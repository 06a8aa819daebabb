import { useWords } from '../text';
import { Banner, Button } from '../ui';
import { openingOf, openUnsaved } from './unsaved';

// NotNow says in a dialog why nobody can go now, with the way to what is not saved.
export function NotNow({ why, code, onClose }: { why: string; code: string; onClose: () => void }) {
  const words = useWords();
  const open = () => {
    openUnsaved();
    onClose();
  };
  return (
    <Banner
      tone="red"
      live
      title={why}
      acts={
        code === 'unsaved' && (
          <Button small onPress={open}>
            {openingOf(words)}
          </Button>
        )
      }
    />
  );
}
