import './closed.css';
import { useState } from 'react';
import { CallError, keys, readAgain, reads } from '../bridge';
import { bare, LENGTH } from '../features/keys/code';
import { PageHead } from '../request';
import { type Key, useWords, type Words } from '../text';
import { Button, TextField, useToast } from '../ui';

// Closed stands in the place of every page while what is stored here cannot be
// read for want of its key: the keyring does not have it any more, or does not
// answer. Nothing can be lost from here, and nothing thrown away.
export function Closed({ code }: { code: 'key-lost' | 'keyring' }) {
  return code === 'key-lost' ? <KeyLost /> : <Silent />;
}

function KeyLost() {
  const words = useWords();
  return (
    <>
      <Said title={words.t('lost.title')} why={words.t('lost.why')} />
      <CodeCard code="key-lost" opened="lost.opened" go />
      <section className="card closed" aria-labelledby="without">
        <h2 id="without">{words.t('lost.withoutCode')}</h2>
        <p>{words.t('lost.without')}</p>
        <Retry same="lost.same" />
      </section>
    </>
  );
}

// CodeCard opens everything with the recovery code. code is what keeps it closed.
function CodeCard({ code: closed, opened, go }: { code: string; opened: Key; go?: boolean }) {
  const words = useWords();
  const toast = useToast();
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const count = bare(code).length;

  const open = async () => {
    if (busy) return;
    if (count !== LENGTH) return setError(lengthOf(words, count));
    setBusy(true);
    setError('');
    try {
      await keys.recover(bare(code));
      await readAgain();
      // An older code may have opened what only it still opens.
      if (reads.status.snapshot().error?.code === closed) setError(words.t('lost.older'));
      else toast((w) => w.t(opened), { lasts: true });
    } catch (reason) {
      setError(words.error(reason instanceof CallError ? reason.code : 'internal'));
    }
    setBusy(false);
  };
  return (
    <form
      noValidate
      className="card closed"
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      {!go && (
        <>
          <h2>{words.t('silent.codeTitle')}</h2>
          <p>{words.t('silent.code')}</p>
        </>
      )}
      <TextField
        label={words.t('code.label')}
        hint={words.t('lost.hint')}
        value={code}
        onChange={(v) => {
          setCode(v);
          setError('');
        }}
        error={error || undefined}
        counter={{ text: words.t('lost.count', { count, of: LENGTH }), over: count > LENGTH }}
        required
      />
      <div className="closed-acts">
        <Button look={go ? 'go' : 'plain'} type="submit" busy={busy}>
          {words.t('lost.go')}
        </Button>
        <p role="status">{busy && words.t('lost.opening')}</p>
      </div>
    </form>
  );
}

// lengthOf says of a code what no keyring has to be asked for.
function lengthOf(words: Words, count: number): string {
  if (count === 0) return words.t('lost.empty');
  if (count < LENGTH) return words.t('lost.short', { count: LENGTH - count, of: LENGTH });
  return words.t('lost.long', { count: count - LENGTH, of: LENGTH });
}

function Silent() {
  const words = useWords();
  return (
    <>
      <Said title={words.t('silent.title')} why={words.t('silent.why')} />
      <section className="card closed" aria-labelledby="silent">
        <h2 id="silent">{words.t('silent.doTitle')}</h2>
        <p>{words.t('silent.do')}</p>
        <Retry same="silent.same" go />
      </section>
      <CodeCard code="keyring" opened="silent.opened" />
    </>
  );
}

function Said({ title, why }: { title: string; why: string }) {
  const words = useWords();
  return (
    <>
      <PageHead title={title} line={words.t('closed.kept')} />
      <p className="closed-why" role="alert">
        {why}
      </p>
    </>
  );
}

// Retry asks again, and says so when the answer is the same.
function Retry({ same, go }: { same: Key; go?: boolean }) {
  const words = useWords();
  const [state, setState] = useState<'' | 'busy' | 'same'>('');
  const retry = async () => {
    setState('busy');
    await readAgain();
    setState('same');
  };
  return (
    <div className="closed-acts">
      <Button look={go ? 'go' : 'plain'} onPress={() => void retry()} busy={state === 'busy'}>
        {words.t('error.retry')}
      </Button>
      <p role="status">
        {state === 'busy' && words.t('closed.asking')}
        {state === 'same' && words.t(same)}
      </p>
    </div>
  );
}
