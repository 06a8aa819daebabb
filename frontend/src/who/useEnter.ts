import { type Known, session } from '../bridge';
import { useToast } from '../ui';
import { ask } from './ask';
import { changePerson, codeOf } from './change';

// useEnter lets somebody who is known here take the desk: at once, or once they
// have given what opens it. Without anybody the desk is left.
export function useEnter(): (person?: Known) => void {
  const toast = useToast();
  return (person) => {
    changePerson(() => session.enter(person?.id ?? '', '')).then(
      () =>
        toast((w) => (person ? w.t('who.entered', { name: person.name }) : w.t('who.left')), {
          lasts: true,
          about: 'session',
        }),
      (reason) => {
        const code = codeOf(reason);
        if (person && (code === 'locked' || code === 'key-lost'))
          ask({ kind: 'enter', person, lost: code === 'key-lost' });
        else toast((w) => w.error(code), { about: 'session' });
      },
    );
  };
}
