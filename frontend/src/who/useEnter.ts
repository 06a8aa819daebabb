import { codeOf, type Known, session } from '../bridge';
import { useToast } from '../ui';
import { ask } from './ask';
import { changePerson } from './change';
import { openingOf, openUnsaved, whyNot } from './unsaved';

// notNow is a toast that says why nobody could come or go, and leads to what has
// to be looked at first.
export function notNow(code: string): Parameters<ReturnType<typeof useToast>> {
  const leads = code === 'unsaved' && { label: openingOf, run: openUnsaved };
  return [(w) => whyNot(w, code), { about: 'session', ...leads }];
}

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
        else toast(...notNow(code));
      },
    );
  };
}
