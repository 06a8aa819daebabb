import './closed.css';
import { useState } from 'react';
import { keys, readAgain, reads } from '../bridge';
import { PageHead } from '../request';
import { type Key, useWords } from '../text';
import { Button, Status, useToast } from '../ui';
import { CodeForm } from '../who';

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
  const open = async (code: string): Promise<Key | undefined> => {
    await keys.recover(code);
    await readAgain();
    // An older code may have opened what only it still opens.
    if (reads.status.snapshot().error?.code === closed) return 'lost.older';
    toast((w) => w.t(opened), { lasts: true });
  };
  return (
    <CodeForm className="card closed" open={open} go="lost.go" plain={!go}>
      {!go && (
        <>
          <h2>{words.t('silent.codeTitle')}</h2>
          <p>{words.t('silent.code')}</p>
        </>
      )}
    </CodeForm>
  );
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
      <Status>{state && words.t(state === 'busy' ? 'closed.asking' : same)}</Status>
    </div>
  );
}
