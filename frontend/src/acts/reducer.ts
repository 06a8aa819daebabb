import type { Act, Problem, StoredFile } from '../bridge';
import { FINAL } from '../draft';

export const MAX_REPLY = 4000; // characters

// ReplyState is a reply as it is written.
export interface ReplyState {
  id: string; // of the act, empty as long as nothing was typed or attached
  text: string;
  stored: string; // what of it is on the disk
  savedAt: string;
  files: StoredFile[]; // on the disk, as all of them are
  reason: string; // why the portal did not take it, when it came back
  problems: Problem[]; // what it said then, or the rules when it was to be sent
  failure: string; // code of the last save or sending that failed
  sending: boolean;
}

// Kept is what is read of a reply that is on the disk.
export type Kept = Pick<Act, 'id' | 'text' | 'savedAt' | 'reason' | 'problems' | 'files'>;

export type ReplyEvent =
  | { kind: 'opened'; act: Kept }
  | { kind: 'told'; act: Kept } // of the reply that is open already
  | { kind: 'begun'; id: string } // with a file
  | { kind: 'files'; id: string; files: StoredFile[] }
  | { kind: 'typed'; text: string; id: string } // id for a reply that begins with it
  | { kind: 'saved'; id: string; text: string; at: string }
  | { kind: 'dropped'; id: string; at: string } // nothing stood in it any more
  | { kind: 'renamed'; id: string } // what was typed goes on as another reply
  | { kind: 'notSaved'; code: string }
  | { kind: 'notSent'; code: string; problems?: Problem[] }
  | { kind: 'sending' }
  | { kind: 'cleared' };

export const noReply: ReplyState = {
  id: '',
  text: '',
  stored: '',
  savedAt: '',
  files: [],
  reason: '',
  problems: [],
  failure: '',
  sending: false,
};

export function reduceReply(s: ReplyState, e: ReplyEvent): ReplyState {
  switch (e.kind) {
    case 'opened': {
      const { id, text, savedAt, reason, problems, files } = e.act;
      return { ...noReply, id, text, stored: text, savedAt, reason, problems, files };
    }
    case 'told': {
      const { reason, problems, files } = e.act;
      if (s.reason === reason && sameFiles(s.files, files)) return s;
      return { ...s, files, reason, problems: s.reason === reason ? s.problems : problems };
    }
    case 'begun':
      return s.id ? s : { ...s, id: e.id };
    case 'files':
      return s.id !== e.id || sameFiles(s.files, e.files) ? s : { ...s, files: e.files };
    case 'typed':
      if (s.sending || s.text === e.text) return s;
      return { ...s, text: e.text, id: s.id || e.id, failure: FINAL.includes(s.failure) ? '' : s.failure };
    case 'saved':
      if (s.id !== e.id) return s;
      return { ...s, stored: e.text, savedAt: e.at, failure: '' };
    case 'dropped':
      if (s.id !== e.id) return s;
      if (s.text === '') return { ...noReply, savedAt: e.at };
      return { ...s, stored: '', savedAt: e.at, failure: '' };
    case 'renamed':
      return { ...s, id: e.id, stored: '', files: [], reason: '', problems: [] };
    case 'notSaved':
      return { ...s, failure: e.code };
    case 'notSent':
      return { ...s, failure: e.code, problems: e.problems ?? s.problems, sending: false };
    case 'sending':
      return { ...s, sending: true, failure: '' };
    case 'cleared':
      return noReply;
  }
}

function sameFiles(a: StoredFile[], b: StoredFile[]): boolean {
  return a.length === b.length && a.every((f, i) => f.id === b[i]?.id);
}

export function unsavedReply(s: ReplyState): boolean {
  return s.text !== s.stored;
}

// isBlank tells whether nothing stands in a reply.
export function isBlank(s: Pick<ReplyState, 'text' | 'files'>): boolean {
  return s.text === '' && s.files.length === 0;
}

// fileProblems are those of files that are still there, and that there are more than
// most of them.
export function fileProblems(s: Pick<ReplyState, 'problems' | 'files'>, most: number): Problem[] {
  const told = s.problems.filter(
    (p) => p.field === 'files' && p.code !== 'too-many' && (!p.file || s.files.some((f) => f.id === p.file)),
  );
  const actual = s.files.length;
  if (actual <= most) return told;
  return [{ field: 'files', step: 'files', code: 'too-many', max: most, min: 0, actual }, ...told];
}
