import './session.css';
import { useCallback, useEffect } from 'react';
import { useLocation } from 'wouter';
import { reads, useShared } from '../../bridge';
import { ask, useAsked } from '../../who';
import { Enter } from './Enter';
import { Give } from './Give';
import { Pin } from './Pin';
import { SignIn } from './SignIn';
import { SignOut } from './SignOut';

// Asks is the dialog of whatever somebody has asked for.
export function Asks() {
  const asked = useAsked();
  const close = useCallback(() => ask(undefined), []);
  switch (asked?.kind) {
    case 'sign-in':
      return <Begin key={asked.expected} expected={asked.expected} onClose={close} />;
    case 'sign-out':
      return <SignOut onClose={close} />;
    case 'enter':
      return <Enter key={asked.person.id} person={asked.person} lost={asked.lost} onClose={close} />;
    case 'pin':
      return <Pin onClose={close} />;
    case 'give':
      return <Give key={asked.item.id} item={asked.item} title={asked.title} onClose={close} />;
  }
  return null;
}

// Begin leads to the question of the portal's address where there is none: nobody
// can be signed in before.
function Begin(props: { expected: string; onClose: () => void }) {
  const { data: portal } = useShared(reads.portal);
  const [, go] = useLocation();
  const nowhere = portal?.address === '';
  const { onClose } = props;
  useEffect(() => {
    if (!nowhere) return;
    onClose();
    go('/start');
  }, [nowhere, onClose, go]);
  return nowhere ? null : <SignIn {...props} />;
}
