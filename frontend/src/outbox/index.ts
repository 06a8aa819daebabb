// What is told of a request that has not arrived, wherever it stands, and what
// can be done with it: take it back, keep a copy, watch its files travel. It
// does not list requests.
import './outbox.css';

export { ActButtons, ActNotes, CorrectButton, GiveButton } from './Acts';
export { actsWait, underWay } from './outcome';
export { Reconnect } from './Reconnect';
export { Sending, SendingReply } from './Sending';
export { SendNow } from './SendNow';
export { useNow, useTale } from './Tale';
export { useActs } from './useActs';
export { inTurn, refusalOf, sinceOf, waits } from './waiting';
