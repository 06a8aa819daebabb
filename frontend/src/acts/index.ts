// What a person does with a request that the portal has: it waits in the outbox
// behind the request, a reply is kept while it is written. It shows no page.
import './acts.css';

export { actWaits, canTakeBack, mayReply, type Offered, offeredOf, waitingMove } from './kinds';
export { fileProblems, isBlank, MAX_REPLY, type ReplyState, unsavedReply } from './reducer';
export { useReply } from './replies';
export type { ReplyEditor, Thrown } from './reply';
export { useActTale, useHeld, whyRefused } from './tale';
export { type Doing, useDoing } from './useDoing';
