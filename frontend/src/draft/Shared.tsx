import { useState } from 'react';
import { reads, useShared } from '../bridge';
import { useWords } from '../text';
import { Banner, Button, Dialog, useToast } from '../ui';
import type { Editor } from './editor';

// A draft that was begun before anybody signed in belongs to this PC, until
// somebody takes it.

// SharedNotice says so, and lets the person at the desk take it.
export function SharedNotice({ editor }: { editor: Editor }) {
  const words = useWords();
  const toast = useToast();
  const { data: person } = useShared(reads.person);
  const [busy, setBusy] = useState(false);
  if (!person?.known) return null;
  const take = async () => {
    setBusy(true);
    const failure = await editor.adopt();
    setBusy(false);
    if (failure) toast((w) => w.error(failure));
    else toast((w) => w.t('shared.taken'));
  };
  return (
    <Banner
      tone="blue"
      title={words.t('shared.title')}
      acts={
        <Button small busy={busy} onPress={() => void take()}>
          {words.t('shared.take')}
        </Button>
      }
    >
      <p>{words.t('shared.text')}</p>
    </Banner>
  );
}

// SendAsOwn asks whether a draft of this PC is to leave in the person's name.
export function SendAsOwn({ onSend, onClose }: { onSend: () => void; onClose: () => void }) {
  const words = useWords();
  const { data: person } = useShared(reads.person);
  return (
    <Dialog
      title={words.t('shared.sendTitle')}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words.t('popup.cancel')}</Button>
          <Button
            look="go"
            autoFocus
            onPress={() => {
              onClose();
              onSend();
            }}
          >
            {words.t('shared.send')}
          </Button>
        </>
      }
    >
      <p>{words.t('shared.sendText', { name: person?.name ?? '' })}</p>
    </Dialog>
  );
}
