// A draft being written: its state (reducer), its saving (editor) and the parts
// that both roads are made of. It knows neither road.
import './draft.css';
import './redact.css';

export { Attach, type Attaching, Confirming, type Holder, useAttaching } from './Attach';
export { Orphans } from './CarryOver';
export { bring, type Look, useDrops } from './drops';
export { ALL, DEBOUNCE, type Editor, FINAL, MAX_WAIT, RETRY_FIRST, RETRY_MOST } from './editor';
export {
  alsoSave,
  flushAll,
  forget,
  newDraft,
  newDraftOf,
  passOn,
  reopenAll,
  type Saver,
  type SaveStatus,
  saveBeforeLeaving,
  takeUp,
  unsavedDraft,
  useEditor,
  useSaveStatus,
  useUnsaved,
} from './editors';
export { FilesPart, useIncoming } from './FilesPart';
export { wantsNumber } from './InvoiceOffer';
export { lookAtPaths } from './incoming';
export { focusField, Notices, Summary } from './Notices';
export { Preview } from './Preview';
export { isGone } from './problems';
export {
  type Asked,
  CategoryQuestion,
  FieldQuestions,
  PracticeQuestion,
  TypeQuestion,
  useCatalogue,
} from './Questions';
export { isWork, type Road, type State, type Step, stepOf, stepsOf, type Work } from './reducer';
export { type RoadProps, SendButtons } from './SendButtons';
export { SendAsOwn } from './Shared';
