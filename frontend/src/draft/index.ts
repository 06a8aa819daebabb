// A draft being written: its state (reducer), its saving (editor) and the parts
// that both roads are made of. It knows neither road.
import './draft.css';
import './redact.css';

export { Attach, type Attaching, type Holder, useAttaching } from './Attach';
export { Orphans } from './CarryOver';
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
export { focusField, Notices, Summary } from './Notices';
export { Preview } from './Preview';
export { isGone, problemsShown } from './problems';
export {
  type Asked,
  CategoryQuestion,
  FieldQuestions,
  PracticeQuestion,
  TypeQuestion,
  useCatalogue,
} from './Questions';
export { isWork, type Road, type State, type Step, stepOf, stepsOf, type Work } from './reducer';
export { SendAsOwn } from './Shared';
