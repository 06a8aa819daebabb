import { useState } from 'react';
import { codeOf } from '../bridge';
import { useWords } from '../text';
import { Button, Dialog, TextField } from '../ui';

const MAX_REASON = 1000; // characters

// NotOne asks what something is that looks like what must not leave.
export function NotOne(props: {
  kind: string;
  answer: (reason: string) => Promise<void>;
  onDone: () => void;
  onClose: () => void;
}) {
  const words = useWords();
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const said = reason.trim();
  const actual = [...said].length;
  const long = actual > MAX_REASON && words.t('problem.too-long', { max: MAX_REASON, actual, min: 0 });
  const go = async () => {
    if (busy) return;
    if (said === '') return setAsked(true);
    if (long) return;
    setBusy(true);
    try {
      await props.answer(said);
      props.onDone();
    } catch (error) {
      setFailure(codeOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={words.coded('guard.why', props.kind, 'guard.why.other')}
      onClose={props.onClose}
      locked={busy}
      foot={
        <>
          <Button busy={busy} onPress={props.onClose}>
            {words.t('popup.cancel')}
          </Button>
          <Button look="go" busy={busy} onPress={() => void go()}>
            {words.t('popup.confirm')}
          </Button>
        </>
      }
    >
      <div className="guard-why">
        <p>{words.t('guard.why.text')}</p>
        <TextField
          lines
          required
          autoFocus
          label={words.t('guard.why.label')}
          hint={words.t('guard.why.hint')}
          value={reason}
          error={long || (asked && said === '' ? words.t('guard.why.blank') : '')}
          onChange={setReason}
        />
        <p role="alert">{failure && words.error(failure)}</p>
      </div>
    </Dialog>
  );
}
