import { useState } from 'react';
import { keys, type Person, reads, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Button, Dialog } from '../../ui';
import { ask, CodeForm, changePerson, nameOf, openingOf, openUnsaved, useSignIn } from '../../who';
import { SigningIn } from './SigningIn';

// SignIn has somebody sign in: who is expected, or whoever comes.
export function SignIn({ expected, onClose }: { expected: string; onClose: () => void }) {
  const words = useWords();
  const { data: people } = useShared(reads.people);
  const [other, setOther] = useState<Person>();
  const name = nameOf(people, expected);
  const signIn = useSignIn(
    expected,
    (person) => {
      if (expected && person.id !== expected) setOther(person);
      else onClose();
    },
    true,
  );

  if (other) {
    const waiting = people?.find((k) => k.id === expected)?.waiting ?? 0;
    return (
      <Dialog
        title={words.t('signIn.other', { name: other.name })}
        onClose={onClose}
        foot={
          <>
            <Button
              onPress={() => {
                setOther(undefined);
                signIn.start();
              }}
            >
              {words.t('signIn.as', { name })}
            </Button>
            <Button look="go" onPress={onClose} autoFocus>
              {words.t('signIn.goOn')}
            </Button>
          </>
        }
      >
        <p>{words.t('signIn.otherText', { name, count: waiting })}</p>
      </Dialog>
    );
  }

  const lost = signIn.failure === 'key-lost';
  const unsaved = signIn.failure === 'unsaved';
  // Whoever is not named has to sign in again once their key is there.
  const recover = async (code: string) => {
    if (expected) {
      await changePerson(() => keys.forgetPIN(expected, code), { back: expected });
      ask(undefined);
    } else {
      await keys.recover(code);
      signIn.start();
    }
    return undefined;
  };
  return (
    <Dialog
      title={name ? words.t('signIn.titleOf', { name }) : words.t('signIn.title')}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words.t('popup.cancel')}</Button>
          {signIn.failure && !lost && (
            <Button look={unsaved ? 'plain' : 'go'} onPress={signIn.start} autoFocus={!unsaved}>
              {words.t('signIn.again')}
            </Button>
          )}
          {unsaved && (
            <Button
              look="go"
              onPress={() => {
                openUnsaved();
                onClose();
              }}
              autoFocus
            >
              {openingOf(words)}
            </Button>
          )}
        </>
      }
    >
      <SigningIn signIn={signIn} />
      {lost && <CodeForm open={recover} go="pin.open" autoFocus />}
    </Dialog>
  );
}
