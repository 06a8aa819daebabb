// Who is at the desk, wherever that matters: what is asked of the person who
// comes or goes, how one takes another's place, and what waits for whom. The
// dialogs themselves are a feature.
import './who.css';

export { type Asked, ask, useAsked } from './ask';
export { CodeForm } from './CodeForm';
export { changePerson, followArrivals } from './change';
export { bare } from './code';
export { GiveDraft } from './GiveDraft';
export { NotNow } from './NotNow';
export { hintOf, nameOf, othersOf } from './people';
export { SignInLink, SigningLine } from './SignInLink';
export { openingOf, openUnsaved, whyNot } from './unsaved';
export { notNow, useEnter } from './useEnter';
export { useSignIn } from './useSignIn';
export { WaitingFor } from './WaitingFor';
