import { useState } from 'react';
import { keys, reads, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Button, TextField } from '../../ui';
import { changePerson, codeOf } from '../../who';

// CodeForm opens what a forgotten PIN or a lost key has closed, with the recovery
// code of this PC; somebody who is named is at the desk then.
export function CodeForm({ person, same, onDone }: { person: string; same?: boolean; onDone: () => void }) {
  const words = useWords();
  const { data: state } = useShared(reads.keys);
  const [code, setCode] = useState('');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  if (state && !state.recovery) return <p>{words.t('pin.noCode')}</p>;

  const go = async () => {
    if (busy) return;
    if (!code.trim()) return setFailure('empty');
    setBusy(true);
    try {
      const open = () => (person ? keys.forgetPIN(person, code) : keys.recover(code));
      await (same ? open() : changePerson(open));
      onDone();
    } catch (reason) {
      setFailure(codeOf(reason));
      setBusy(false);
    }
  };
  const error = failure === 'empty' ? words.t('lost.empty') : failure && words.error(failure);
  return (
    <form
      className="pin-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <TextField
        label={words.t('code.label')}
        hint={words.t('lost.hint')}
        value={code}
        onChange={(v) => {
          setCode(v);
          setFailure('');
        }}
        error={error || undefined}
        autoFocus
      />
      <Button look="go" type="submit" busy={busy}>
        {words.t('pin.open')}
      </Button>
    </form>
  );
}
