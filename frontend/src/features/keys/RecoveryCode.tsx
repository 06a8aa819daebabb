import './keys.css';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { codeOf, copyText, keys, reads, useShared } from '../../bridge';
import { type Key, useWords } from '../../text';
import { Banner, Button, Dialog, Status, TextField, useToast } from '../../ui';
import { codeInUse, isEnd, offeredCode } from './code';

// RecoveryCode gives a code to be written down. It holds once its end has been
// typed from the paper; closed before that, nothing has changed.
export function RecoveryCode({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const toast = useToast();
  const { data: state } = useShared(reads.keys);
  const { data: person } = useShared(reads.person);
  const { data: people } = useShared(reads.people);
  const others = people?.some((k) => k.pin && k.id !== person?.id);
  const [code, setCode] = useState('');
  const [noted, setNoted] = useState(false);
  const [copied, setCopied] = useState<boolean>();
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<Key>();
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const shown = useRef<HTMLElement>(null);
  useEffect(() => {
    let here = true;
    offeredCode().then(
      (c) => here && setCode(c),
      (reason) => here && setFailure(codeOf(reason)),
    );
    return () => {
      here = false;
    };
  }, []);

  const again = () => {
    setNoted(false);
    setTyped('');
    setError(undefined);
    requestAnimationFrame(() => shown.current?.focus());
  };
  const confirm = async () => {
    if (busy) return;
    if (!isEnd(code, typed)) {
      setError(typed.trim() ? 'code.notTheEnd' : 'code.typeTheEnd');
      return;
    }
    setBusy(true);
    setFailure('');
    try {
      await keys.confirmCode(code);
      codeInUse();
      if (state) reads.keys.set({ ...state, recovery: true });
      toast((w) => w.t('code.inUse'), { lasts: true, about: 'code' });
      onClose();
    } catch (reason) {
      setFailure(codeOf(reason));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={words.t('code.title')}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words.t('popup.cancel')}</Button>
          {code && !noted && (
            <Button look="go" onPress={() => setNoted(true)}>
              {words.t('code.noted')}
            </Button>
          )}
          {noted && (
            <Button look="go" onPress={() => void confirm()} busy={busy}>
              {words.t('popup.confirm')}
            </Button>
          )}
        </>
      }
    >
      {code && !noted && (
        <>
          <p>{words.t('code.what')}</p>
          <p>{words.t('code.where')}</p>
          {state?.recovery && <p>{words.t('code.replaces')}</p>}
          {others && <p>{words.t('code.others')}</p>}
          <section className="code-frame" ref={shown} tabIndex={-1} aria-label={words.t('code.label')}>
            <Groups of={code} />
          </section>
          <div className="code-acts">
            <Button onPress={print}>{words.t('code.print')}</Button>
            <Button onPress={() => void copyText(code).then(setCopied)}>{words.t('orphan.copy')}</Button>
            <Status className="code-copied">
              {copied !== undefined && words.t(copied ? 'code.copied' : 'code.notCopied')}
            </Status>
          </div>
          {createPortal(<Sheet code={code} />, document.body)}
        </>
      )}
      {noted && (
        <>
          <form
            noValidate
            className="code-field"
            onSubmit={(event) => {
              event.preventDefault();
              void confirm();
            }}
          >
            <TextField
              label={words.t('code.end')}
              hint={words.t('code.endHint')}
              value={typed}
              onChange={(v) => {
                setTyped(v);
                setError(undefined);
              }}
              error={error && words.t(error)}
              required
              autoFocus
            />
          </form>
          <div>
            <Button look="quiet" small onPress={again}>
              {words.t('code.again')}
            </Button>
          </div>
        </>
      )}
      {failure && <Banner tone="red" live title={words.error(failure)} />}
    </Dialog>
  );
}

// Sheet is what goes on paper, and on paper only: the code, what it is of, and a
// line for which of the practice's PCs.
function Sheet({ code }: { code: string }) {
  const words = useWords();
  return (
    <div className="code-sheet">
      <p className="code-sheet-title">{words.t('code.sheet')}</p>
      <Groups of={code} />
      <p className="code-sheet-line">{words.t('code.sheetPC')}</p>
      <p>{words.t('code.sheetWhat')}</p>
      <p>{words.t('code.sheetAt', { when: words.whenFull(new Date().toISOString()) })}</p>
    </div>
  );
}

function Groups({ of: code }: { of: string }) {
  return (
    <ol className="code">
      {code.split('-').map((group, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two may read the same, and none moves
        <li key={i}>{group}</li>
      ))}
    </ol>
  );
}

// print leaves the focus where it was: what is not printed is hidden meanwhile, and
// loses it.
function print(): void {
  const at = document.activeElement;
  window.print();
  if (at instanceof HTMLElement) at.focus();
}
