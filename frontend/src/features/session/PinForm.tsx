import { useEffect, useState } from 'react';
import { codeOf, type Known, reads, session, useShared } from '../../bridge';
import { type Key, useWords, type Words } from '../../text';
import { Button, Status, TextField, useToast } from '../../ui';
import { changePerson } from '../../who';
import { Recover, useNoCode } from './Recover';

// PinForm asks for what opens a person's part of the desk: their PIN, or the
// recovery code when that is forgotten, tried too often, or of no use since the
// keyring has lost the key. same: they are at the desk already, and what they
// were at stays as it is.
export function PinForm({
  person,
  same,
  lost,
  go,
  onDone,
}: {
  person: Pick<Known, 'id' | 'name'>;
  same?: boolean;
  lost?: boolean;
  go: string; // what the button says
  onDone: () => void;
}) {
  const words = useWords();
  const toast = useToast();
  const { data: people } = useShared(reads.people);
  const known = people?.find((k) => k.id === person.id);
  const [pin, setPIN] = useState('');
  const [failure, setFailure] = useState(lost ? 'key-lost' : '');
  const [forgotten, setForgotten] = useState(false);
  const [busy, setBusy] = useState(false);
  const wait = useWait(known);
  const noCode = useNoCode(person.id);

  const gone = failure === 'key-lost';
  const over = failure === 'pin-limit' || (known?.pin && known.tries === 0);
  if (gone || over || forgotten)
    return (
      <>
        {(gone || over || !noCode) && (
          <p role="alert">{words.t(gone ? 'error.key-lost' : over ? overOf(noCode) : 'pin.forgotten')}</p>
        )}
        <Recover
          person={person.id}
          same={same}
          onDone={() => {
            if (!gone) toast((w) => w.t('pin.gone'), { lasts: true, about: 'pin' });
            onDone();
          }}
        />
        {!gone && !over && (
          <Button look="quiet" small onPress={() => setForgotten(false)}>
            {words.t('pin.back')}
          </Button>
        )}
      </>
    );

  const submit = async () => {
    if (busy || wait > 0) return;
    if (!pin) return setFailure('empty');
    setBusy(true);
    setFailure('');
    try {
      const enter = () => session.enter(person.id, pin);
      await (same ? enter() : changePerson(enter, { aside: true }));
      onDone();
    } catch (reason) {
      await reads.people.refresh(); // how many tries are left, and when
      setFailure(codeOf(reason));
      setPIN('');
      setBusy(false);
    }
  };
  return (
    <form
      className="pin-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label={words.t('pin.of', { name: person.name })}
        value={pin}
        onChange={(v) => {
          setPIN(v);
          if (failure) setFailure('');
        }}
        error={said(words, failure, known) || undefined}
        secret
        autoFocus
      />
      <Status className="pin-wait">{wait > 0 && words.t('pin.wait', { span: words.span(wait) })}</Status>
      <Button look="go" type="submit" busy={busy || wait > 0}>
        {go}
      </Button>
      <Button look="quiet" small onPress={() => setForgotten(true)}>
        {words.t('pin.forgot')}
      </Button>
    </form>
  );
}

// overOf says that a PIN was tried too often; the recovery code is asked for only where
// one was written down.
function overOf(noCode: boolean): Key {
  return noCode ? 'pin.over' : 'error.pin-limit';
}

// said is why a PIN did not open.
export function said(words: Words, failure: string, known: Known | undefined): string {
  switch (failure) {
    case '':
    case 'pin-soon': // counted down
      return '';
    case 'empty':
      return words.t('pin.empty');
    case 'wrong-pin':
      return words.t('pin.wrong', { count: known?.tries ?? 0 });
  }
  return words.error(failure);
}

// useWait is how many seconds are left until the next try.
export function useWait(known: Known | undefined): number {
  const [left, setLeft] = useState(known?.wait ?? 0);
  useEffect(() => {
    const until = Date.now() + (known?.wait ?? 0) * 1000;
    const look = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    look();
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [known]);
  return left;
}
