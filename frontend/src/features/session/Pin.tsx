import { useState } from 'react';
import { CallError, codeOf, reads, session, useShared } from '../../bridge';
import { useWords, type Words } from '../../text';
import { Banner, Button, Dialog, focusFault, Status, TextField, useToast } from '../../ui';
import { said, useWait } from './PinForm';
import { Recover } from './Recover';

// Pin sets, changes or removes the PIN of the person at the desk.
export function Pin({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const toast = useToast();
  const { data: person } = useShared(reads.person);
  const { data: people } = useShared(reads.people);
  const { data: keys } = useShared(reads.keys);
  const known = people?.find((k) => k.id === person?.id);
  const has = person?.pin ?? false;
  const [held, setHeld] = useState('');
  const [pin, setPIN] = useState('');
  const [again, setAgain] = useState('');
  const [error, setError] = useState<{ field: 'held' | 'pin' | 'again' | ''; say: (w: Words) => string }>();
  const [busy, setBusy] = useState(false);
  const [forgotten, setForgotten] = useState(false);
  const wait = useWait(known);

  if (keys && !keys.sealed)
    return (
      <Dialog
        title={words.t('pin.title')}
        onClose={onClose}
        foot={
          <Button look="go" onPress={onClose} autoFocus>
            {words.t('popup.close')}
          </Button>
        }
      >
        <p>{words.t('pin.unsealed')}</p>
      </Dialog>
    );

  const over = has && known?.tries === 0;
  if (person && (forgotten || over))
    return (
      <Dialog
        title={words.t('pin.title')}
        onClose={onClose}
        foot={<Button onPress={onClose}>{words.t('popup.cancel')}</Button>}
      >
        <p role="alert">{words.t(over ? 'error.pin-limit' : 'pin.forgotten')}</p>
        <Recover
          person={person.id}
          same
          onDone={() => {
            toast((w) => w.t('pin.gone'), { about: 'pin' });
            onClose();
          }}
        />
      </Dialog>
    );

  const fault = (found: typeof error) => {
    setError(found);
    focusFault();
  };
  const save = async (next: string) => {
    if (busy || wait > 0) return;
    if (has && !held) return fault({ field: 'held', say: (w) => w.t('pin.empty') });
    if (next && next !== again) return fault({ field: 'again', say: (w) => w.t('pin.differ') });
    setBusy(true);
    setError(undefined);
    try {
      await session.setPIN(held, next);
      toast((w) => w.t(next ? 'pin.set' : 'pin.removed'), { about: 'pin' });
      onClose();
    } catch (reason) {
      await reads.people.refresh();
      setBusy(false);
      fault(faultOf(reason));
    }
  };
  const now = (field: string) => (error?.field === field ? error.say(words) : undefined);
  const type = (set: (v: string) => void) => (v: string) => {
    set(v);
    setError(undefined);
  };
  return (
    <Dialog
      title={words.t('pin.title')}
      onClose={onClose}
      locked={busy}
      foot={
        <>
          {has && (
            <Button look="quiet" busy={busy || wait > 0} onPress={() => void save('')}>
              {words.t('pin.remove')}
            </Button>
          )}
          <Button onPress={onClose} busy={busy}>
            {words.t('popup.cancel')}
          </Button>
          <Button look="go" type="submit" form="pin" busy={busy || wait > 0}>
            {words.t(has ? 'pin.change' : 'pin.save')}
          </Button>
        </>
      }
    >
      <p>{words.t(has ? 'pin.with' : 'pin.without')}</p>
      <form
        id="pin"
        className="pin-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (pin) void save(pin);
          else fault({ field: 'pin', say: (w) => w.t('pin.chooseOne') });
        }}
      >
        {has && (
          <TextField
            label={words.t('pin.held')}
            value={held}
            onChange={type(setHeld)}
            error={now('held')}
            secret
            autoFocus
          />
        )}
        <TextField
          label={words.t('pin.new')}
          hint={words.t('pin.hint')}
          value={pin}
          onChange={type(setPIN)}
          error={now('pin')}
          secret
          autoFocus={!has}
        />
        <TextField
          label={words.t('pin.again')}
          value={again}
          onChange={type(setAgain)}
          error={now('again')}
          secret
        />
        <Status className="pin-wait">{wait > 0 && words.t('pin.wait', { span: words.span(wait) })}</Status>
        {has && (
          <Button look="quiet" small onPress={() => setForgotten(true)}>
            {words.t('pin.forgot')}
          </Button>
        )}
      </form>
      {error?.field === '' && <Banner tone="red" live title={error.say(words)} />}
    </Dialog>
  );
}

// faultOf says why a PIN was not set, and at which field.
function faultOf(reason: unknown): { field: 'held' | 'pin' | ''; say: (w: Words) => string } {
  const code = codeOf(reason);
  const [problem] = reason instanceof CallError ? reason.problems : [];
  if (problem?.code === 'too-short')
    return { field: 'pin', say: (w) => w.t('pin.short', { min: problem.min }) };
  if (problem?.code === 'too-long') return { field: 'pin', say: (w) => w.t('pin.long') };
  if (code === 'not-now') return { field: '', say: (w) => w.t('pin.unsealed') };
  const tries = () => {
    const me = reads.person.snapshot().data?.id;
    return reads.people.snapshot().data?.find((k) => k.id === me);
  };
  const ofHeld = ['wrong-pin', 'pin-soon', 'pin-limit'].includes(code);
  return { field: ofHeld ? 'held' : '', say: (w) => said(w, code, tries()) };
}
