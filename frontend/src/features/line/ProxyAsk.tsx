import { useState } from 'react';
import { codeOf, line, reads, useRead, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Banner, Button, Dialog, focusFault, TextField } from '../../ui';

// ProxyAsk asks for the name and the password that the practice's proxy wants. They go
// into the system's keyring if there is one, and to that proxy alone.
export function ProxyAsk({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { data: state } = useRead(line.state, ['line']);
  const { data: keys } = useShared(reads.keys);
  const kept = !keys || (keys.sealed && !keys.silent);
  const [user, setUser] = useState<string>();
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const name = user ?? state?.user ?? '';
  const save = async () => {
    if (busy) return;
    if (!name.trim()) {
      setFailure('empty');
      return focusFault();
    }
    setBusy(true);
    try {
      await line.setSecret(name.trim(), password);
      onClose();
    } catch (reason) {
      setFailure(codeOf(reason));
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={words.t('proxy.title')}
      onClose={onClose}
      foot={
        <>
          <Button look="quiet" onPress={onClose}>
            {words.t('popup.cancel')}
          </Button>
          <Button look="go" type="submit" form="proxy" busy={busy}>
            {words.t('proxy.save')}
          </Button>
        </>
      }
    >
      <form
        id="proxy"
        className="stacked"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p>{words.t(kept ? 'proxy.text' : 'proxy.textForgets', { proxy: state?.proxy ?? '' })}</p>
        {failure && failure !== 'empty' && (
          <Banner tone="red" live title={words.coded('proxy.error', failure, 'proxy.error.invalid')} />
        )}
        <TextField
          autoFocus
          label={words.t('proxy.user')}
          value={name}
          onChange={(v) => {
            setUser(v);
            setFailure('');
          }}
          error={failure === 'empty' ? words.t('proxy.empty') : undefined}
        />
        <TextField label={words.t('proxy.password')} value={password} onChange={setPassword} secret />
      </form>
    </Dialog>
  );
}
