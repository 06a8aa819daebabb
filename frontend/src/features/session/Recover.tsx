import { keys, reads, useShared } from '../../bridge';
import { useWords } from '../../text';
import { CodeForm, changePerson } from '../../who';

// useNoCode tells whether it is known that no recovery code opens what a person
// has here. Of somebody who is not at the desk the code alone tells.
export function useNoCode(person: string): boolean {
  const { data: state } = useShared(reads.keys);
  const { data: at } = useShared(reads.person);
  return state !== undefined && !state.recovery && (!at?.id || at.id === person);
}

// Recover opens what a forgotten PIN or a lost key has closed, with the recovery
// code, and has that person at the desk then. same: they are already.
export function Recover({ person, same, onDone }: { person: string; same?: boolean; onDone: () => void }) {
  const words = useWords();
  const noCode = useNoCode(person);
  if (noCode) return <p>{words.t('pin.noCode')}</p>;
  const open = async (code: string) => {
    const forget = () => keys.forgetPIN(person, code);
    await (same ? forget() : changePerson(forget, { aside: true }));
    onDone();
    return undefined;
  };
  return <CodeForm open={open} go="pin.open" autoFocus />;
}
