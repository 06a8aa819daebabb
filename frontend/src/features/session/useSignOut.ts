import { codeOf, reads, session } from '../../bridge';
import { useToast } from '../../ui';
import { changePerson } from '../../who';

// useSignOut signs the person at the desk out, and tells why if it could not.
export function useSignOut(): () => Promise<string> {
  const toast = useToast();
  return async () => {
    const person = reads.person.snapshot().data?.id ?? '';
    try {
      await changePerson(() => session.signOut(person));
      toast((w) => w.t('signOut.done'), { lasts: true, about: 'session' });
      return '';
    } catch (reason) {
      return codeOf(reason);
    }
  };
}
