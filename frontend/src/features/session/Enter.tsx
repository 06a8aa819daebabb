import type { Known } from '../../bridge';
import { useWords } from '../../text';
import { Button, Dialog, useToast } from '../../ui';
import { PinForm } from './PinForm';

// Enter asks a person who is known here for what opens their part of the desk.
export function Enter({ person, lost, onClose }: { person: Known; lost?: boolean; onClose: () => void }) {
  const words = useWords();
  const toast = useToast();
  return (
    <Dialog
      title={words.t(lost ? 'lost.title' : 'pin.enterTitle', { name: person.name })}
      onClose={onClose}
      foot={<Button onPress={onClose}>{words.t('popup.cancel')}</Button>}
    >
      <PinForm
        person={person}
        lost={lost}
        go={words.t('pin.open')}
        onDone={() => {
          toast((w) => w.t('who.entered', { name: person.name }), { lasts: true, about: 'session' });
          onClose();
        }}
      />
    </Dialog>
  );
}
