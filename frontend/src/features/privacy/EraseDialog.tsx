import { useState } from 'react';
import { useLocation } from 'wouter';
import { codeOf, type Kept, privacy } from '../../bridge';
import { fold, useWords } from '../../text';
import { Button, Checkbox, Dialog, focusFault, TextField, useToast } from '../../ui';
import { changePerson, NotNow, whyNot } from '../../who';

// EraseDialog lists what would be lost, and has the person write a word before it is.
export function EraseDialog(props: { kept: Kept; person: string; onClose: () => void }) {
  const { kept, person, onClose } = props;
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const [typed, setTyped] = useState('');
  const [ledger, setLedger] = useState(false);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const word = words.t('privacy.word');
  const written = fold(typed.trim()) === fold(word);
  const erase = async () => {
    if (!written) {
      setFailure('word');
      return focusFault();
    }
    setBusy(true);
    setFailure('');
    try {
      await changePerson(() => privacy.erase(person, ledger));
      go('/', { replace: true });
      toast((w) => w.t('privacy.erased'), { lasts: true, about: 'session' });
      onClose();
    } catch (reason) {
      setFailure(codeOf(reason));
      setBusy(false);
    }
  };
  const lost = [
    kept.drafts > 0 && words.t('privacy.loseDrafts', { count: kept.drafts }),
    kept.waiting > 0 && words.t('privacy.loseWaiting', { count: kept.waiting }),
    kept.acts > 0 && words.t('privacy.loseActs', { count: kept.acts }),
    kept.files > 0 &&
      words.t('privacy.loseFiles', { count: kept.files, size: words.size(kept.fileBytes), here: kept.here }),
    kept.received > 0 && words.t('privacy.loseReceived', { count: kept.received }),
  ].filter((line) => line !== false);
  const why = failure === 'not-now' ? words.t('privacy.sending') : whyNot(words, failure);
  return (
    <Dialog
      title={words.t('privacy.eraseTitle')}
      onClose={onClose}
      locked={busy}
      foot={
        <>
          <Button busy={busy} aria-disabled={!written} onPress={() => void erase()}>
            {words.t('privacy.eraseNow')}
          </Button>
          <Button look="go" busy={busy} onPress={onClose} autoFocus>
            {words.t('popup.cancel')}
          </Button>
        </>
      }
    >
      <p>{words.t(lost.length > 0 ? 'privacy.lose' : 'privacy.loseNothing')}</p>
      {lost.length > 0 && (
        <ul className="privacy-lost">
          {lost.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p>{words.t('privacy.stays', { count: kept.shared })}</p>
      {kept.statements > 0 && (
        <Checkbox checked={ledger} onChange={setLedger}>
          {words.t('privacy.eraseLedger', { count: kept.statements })}
        </Checkbox>
      )}
      <TextField
        id="erase-word"
        label={words.t('privacy.typeWord', { word })}
        value={typed}
        onChange={(v) => {
          setTyped(v);
          setFailure('');
        }}
        error={failure === 'word' ? words.t('privacy.wordMissing', { word }) : undefined}
      />
      {failure && failure !== 'word' && <NotNow why={why} code={failure} onClose={onClose} />}
    </Dialog>
  );
}
