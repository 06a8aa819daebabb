import { useRef, useState } from 'react';
import type { Doing } from '../../acts';
import { TextFindings, useTextGuard } from '../../guard';
import { useWords } from '../../text';
import { afterPress, Button, Dialog, focusFault, TextField } from '../../ui';
import { counterOf, tooLong } from './Reply';

const MAX_REASON = 1000; // characters

// ReasonDialog says what an act leads to and asks why: whoever works on the request
// reads it.
export function ReasonDialog(props: {
  request: string;
  kind: 'withdraw' | 'reopen';
  doing: Doing;
  onClose: () => void;
  onDone: () => void;
}) {
  const { request, kind, doing, onClose, onDone } = props;
  const words = useWords();
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const written = useRef('');
  const type = (text: string) => {
    written.current = text;
    setReason(text);
    doing.settle();
  };
  const guard = useTextGuard(
    { id: request, stored: async () => request, answered: doing.settle },
    { reason },
  );
  const busy = doing.busy !== '';
  const long = tooLong(words, reason, MAX_REASON);
  const go = async () => {
    if (reason.trim() === '') setAsked(true);
    if (reason.trim() === '' || long) return focusFault();
    if (await doing.run(kind, reason.trim())) return onDone();
    guard.look();
    if (doing.kept()) document.getElementById('field-reason')?.focus();
  };
  return (
    <Dialog
      title={words.t(`acts.${kind}.title`)}
      onClose={onClose}
      locked={busy}
      foot={
        <>
          <Button busy={busy} onPress={onClose}>
            {words.t('acts.cancel')}
          </Button>
          <Button look="go" busy={busy} onPress={() => void go()}>
            {words.t(`acts.${kind}.go`)}
          </Button>
        </>
      }
    >
      <div className="reason">
        <p>{words.t(`acts.${kind}.text`)}</p>
        <div>
          <TextField
            id="field-reason"
            lines
            required
            autoFocus
            label={words.t('acts.reason')}
            value={reason}
            counter={counterOf(words, reason, MAX_REASON)}
            error={long || (asked && reason.trim() === '' ? words.t('acts.reasonBlank') : '')}
            onChange={type}
            onBlur={() => afterPress(guard.look)}
          />
          <TextFindings
            guard={guard}
            field="reason"
            id="field-reason"
            read={() => written.current}
            change={type}
          />
        </div>
        <p role="alert">{doing.failure}</p>
      </div>
    </Dialog>
  );
}
