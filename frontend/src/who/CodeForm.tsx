import { type ReactNode, useState } from 'react';
import { codeOf } from '../bridge';
import { type Key, useWords, type Words } from '../text';
import { Button, Status, TextField } from '../ui';
import { bare, LENGTH } from './code';

// CodeForm asks for the recovery code, and opens something with it: open tells
// what is amiss all the same, if anything. What no keyring has to be asked for is
// said before.
export function CodeForm(props: {
  open: (code: string) => Promise<Key | undefined>;
  go: Key; // what the button says
  plain?: boolean; // it is one way out among others
  autoFocus?: boolean;
  className?: string;
  children?: ReactNode; // above the field
}) {
  const words = useWords();
  const [code, setCode] = useState('');
  const [error, setError] = useState<(w: Words) => string>();
  const [busy, setBusy] = useState(false);
  const count = bare(code).length;
  const say = (sentence: (w: Words) => string) => setError(() => sentence);

  const open = async () => {
    if (busy) return;
    if (count !== LENGTH) return say((w) => lengthOf(w, count));
    setBusy(true);
    setError(undefined);
    try {
      const amiss = await props.open(bare(code));
      if (amiss) say((w) => w.t(amiss));
    } catch (reason) {
      say((w) => w.error(codeOf(reason)));
    }
    setBusy(false);
  };
  return (
    <form
      noValidate
      className={props.className ? `code-form ${props.className}` : 'code-form'}
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      {props.children}
      <TextField
        label={words.t('code.label')}
        hint={words.t('lost.hint')}
        value={code}
        onChange={(v) => {
          setCode(v);
          setError(undefined);
        }}
        error={error?.(words)}
        counter={{ text: words.t('lost.count', { count, of: LENGTH }), over: count > LENGTH }}
        required
        autoFocus={props.autoFocus}
      />
      <div className="code-form-acts">
        <Button look={props.plain ? 'plain' : 'go'} type="submit" busy={busy}>
          {words.t(props.go)}
        </Button>
        <Status>{busy && words.t('lost.opening')}</Status>
      </div>
    </form>
  );
}

function lengthOf(words: Words, count: number): string {
  if (count === 0) return words.t('lost.empty');
  if (count < LENGTH) return words.t('lost.short', { count: LENGTH - count, of: LENGTH });
  return words.t('lost.long', { count: count - LENGTH, of: LENGTH });
}
