import './session.css';
import { type ReactNode, useEffect, useState } from 'react';
import { codeOf, type Known, reads, session, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Banner, Button } from '../../ui';
import { changePerson, hintOf, othersOf, useSignIn } from '../../who';
import { PinForm } from './PinForm';
import { SigningIn } from './SigningIn';

type Who = Pick<Known, 'id' | 'name'>;

type View = { kind: 'pin'; person: Who; lost?: boolean } | { kind: 'others' } | { kind: 'sign-in' };

// Unlock asks for the PIN of whoever was at the desk, on a page that stands before
// everything, and lets somebody else take the desk instead. same: what they were
// at lies behind it.
export function Unlock({ person, same, onDone }: { person: Who; same: boolean; onDone: () => void }) {
  const words = useWords();
  const { data: people } = useShared(reads.people);
  const { data: at } = useShared(reads.person);
  const [view, setView] = useState<View>({ kind: 'pin', person });
  const [failure, setFailure] = useState('');

  // No PIN keeps them out: the keyring does not answer, or has lost their key.
  const known = people?.find((k) => k.id === person.id);
  const shut = !same && known !== undefined && !known.pin;

  const enter = async (who: Who) => {
    setFailure('');
    try {
      await changePerson(() => session.enter(who.id, ''), { aside: true });
      onDone();
    } catch (reason) {
      const code = codeOf(reason);
      if (code === 'locked' || code === 'key-lost')
        setView({ kind: 'pin', person: who, lost: code === 'key-lost' });
      else setFailure(code);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (shut) void enter(person);
  }, [shut]);
  const back = (
    <Button look="quiet" small onPress={() => setView({ kind: 'pin', person })}>
      {words.t('mask.back', { name: person.name })}
    </Button>
  );
  if (view.kind === 'sign-in')
    return (
      <SignInHere onPIN={(who) => setView({ kind: 'pin', person: who })} onDone={onDone}>
        {back}
      </SignInHere>
    );
  if (view.kind === 'others')
    return (
      <div className="unlock">
        <ul className="unlock-people">
          {othersOf(people, at).map((k) => (
            <li key={k.id}>
              <Button onPress={() => void enter(k)}>
                <span>
                  {k.name}
                  {hintOf(words, k) && <span className="menu-value">{hintOf(words, k)}</span>}
                </span>
              </Button>
            </li>
          ))}
        </ul>
        {failure && <Banner tone="red" live title={words.error(failure)} />}
        <Button onPress={() => setView({ kind: 'sign-in' })} autoFocus>
          {words.t('person.signIn')}
        </Button>
        <Button look="quiet" small onPress={() => void enter({ id: '', name: '' })}>
          {words.t('mask.nobody')}
        </Button>
        {back}
      </div>
    );
  const own = view.person.id === person.id;
  const other = (
    <Button look="quiet" small onPress={() => setView({ kind: 'others' })}>
      {words.t('person.other')}
    </Button>
  );
  if (own && shut && !view.lost)
    return (
      <div className="unlock">
        {failure && <Banner tone="red" live title={words.error(failure)} />}
        <Button look="go" onPress={() => void enter(person)}>
          {words.t('error.retry')}
        </Button>
        {other}
      </div>
    );
  return (
    <div className="unlock">
      {own && !view.lost && <p>{words.t(same ? 'mask.hint' : 'mask.locked')}</p>}
      <PinForm
        key={view.person.id}
        person={view.person}
        same={same && own}
        lost={view.lost}
        go={words.t(own ? 'mask.go' : 'pin.open')}
        onDone={onDone}
      />
      {other}
    </div>
  );
}

// SignInHere has somebody sign in, and asks for their PIN if they have one.
function SignInHere(props: { onDone: () => void; onPIN: (who: Who) => void; children: ReactNode }) {
  const words = useWords();
  const signIn = useSignIn('', (person) =>
    person.locked || person.pin ? props.onPIN(person) : props.onDone(),
  );
  return (
    <div className="unlock">
      <SigningIn signIn={signIn} />
      {signIn.failure && (
        <Button look="go" onPress={signIn.start} autoFocus>
          {words.t('signIn.again')}
        </Button>
      )}
      {props.children}
    </div>
  );
}
