import { useState } from 'react';
import { CallError, session } from '../../bridge';
import { flushAll, reopenAll } from '../../draft';
import { useWords } from '../../text';
import { Button, Dialog, TextField, useToast } from '../../ui';

// SignIn asks who is at the desk.
export function SignIn({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const toast = useToast();
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const go = async () => {
    if (busy) return;
    if (code.trim() === '') {
      setError(words.t('signIn.empty'));
      return;
    }
    setBusy(true);
    if (!(await flushAll())) {
      setError(words.t('signIn.unsaved')); // it is the last person's
      setBusy(false);
      return;
    }
    try {
      const person = await session.signIn(code.trim());
      await reopenAll();
      toast((w) => w.t('signIn.done', { name: person.name }), { lasts: true, about: 'session' });
      onClose();
    } catch (reason) {
      const failure = reason instanceof CallError ? reason.code : 'internal';
      setError(failure === 'sign-in' ? words.t('signIn.wrong') : words.error(failure));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={words.t('signIn.title')}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words.t('popup.cancel')}</Button>
          <Button look="go" onPress={() => void go()} busy={busy}>
            {words.t('signIn.go')}
          </Button>
        </>
      }
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <TextField
          label={words.t('signIn.code')}
          hint={words.t('signIn.hint')}
          value={code}
          onChange={(v) => {
            setCode(v);
            setError('');
          }}
          error={error || undefined}
          required
          secret
          autoFocus
        />
      </form>
    </Dialog>
  );
}
