import { type Act, type ActKind, CallError, codeOf } from '../bridge';
import { DEBOUNCE, FINAL, MAX_WAIT, RETRY_FIRST, RETRY_MOST } from '../draft';
import { newActID } from './id';

export const MAX_REPLY = 4000; // characters

// ReplyState is a reply as it is written.
export interface ReplyState {
  id: string; // of the act, empty as long as nothing was typed
  text: string;
  stored: string; // what of it is on the disk
  savedAt: string;
  reason: string; // why the portal did not take it, when it came back
  failure: string; // code of the last save or sending that failed
  sending: boolean;
}

export type ReplyEvent =
  | { kind: 'opened'; act: Pick<Act, 'id' | 'text' | 'savedAt' | 'reason'> }
  | { kind: 'told'; reason: string } // of the reply that is open already
  | { kind: 'typed'; text: string; id: string } // id for a reply that begins with it
  | { kind: 'saved'; id: string; text: string; at: string }
  | { kind: 'renamed'; id: string } // what was typed goes on as another reply
  | { kind: 'notSaved'; code: string }
  | { kind: 'notSent'; code: string }
  | { kind: 'sending' }
  | { kind: 'cleared' };

export const noReply: ReplyState = {
  id: '',
  text: '',
  stored: '',
  savedAt: '',
  reason: '',
  failure: '',
  sending: false,
};

export function reduceReply(s: ReplyState, e: ReplyEvent): ReplyState {
  switch (e.kind) {
    case 'opened': {
      const { id, text, savedAt, reason } = e.act;
      return { ...noReply, id, text, stored: text, savedAt, reason };
    }
    case 'told':
      return s.reason === e.reason ? s : { ...s, reason: e.reason };
    case 'typed':
      if (s.sending || s.text === e.text) return s;
      return { ...s, text: e.text, id: s.id || e.id, failure: FINAL.includes(s.failure) ? '' : s.failure };
    case 'saved':
      if (s.id !== e.id) return s;
      if (e.text === '' && s.text === '') return { ...noReply, savedAt: e.at };
      return { ...s, stored: e.text, savedAt: e.at, failure: '' };
    case 'renamed':
      return { ...s, id: e.id, stored: '', reason: '' };
    case 'notSaved':
      return { ...s, failure: e.code };
    case 'notSent':
      return { ...s, failure: e.code, sending: false };
    case 'sending':
      return { ...s, sending: true, failure: '' };
    case 'cleared':
      return noReply;
  }
}

export function unsavedReply(s: ReplyState): boolean {
  return s.text !== s.stored;
}

// ReplyStore is what the editor of replies needs of the program.
export interface ReplyStore {
  saveReply(request: string, id: string, text: string): Promise<string>;
  do(request: string, id: string, kind: ActKind, text: string, watchers: string[]): Promise<string>;
  drop(id: string): Promise<void>;
}

// ReplyEditor saves the reply to one request while it is written, as the editor of
// drafts does: it outlives the page until everything is on the disk.
export class ReplyEditor {
  readonly request: string;
  private state = noReply;
  private readonly store: ReplyStore;
  private readonly watchers = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private since: number | undefined; // when the oldest text not yet sent was typed
  private tries = 0;
  private run: Promise<void> | undefined;
  private paused = false; // it is sent, or somebody else is at the desk

  constructor(request: string, store: ReplyStore) {
    this.request = request;
    this.store = store;
  }

  readonly snapshot = (): ReplyState => this.state;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private dispatch(event: ReplyEvent): void {
    const next = reduceReply(this.state, event);
    if (next === this.state) return;
    this.state = next;
    for (const w of [...this.watchers]) w();
  }

  // take shows what is kept of this request: the reply that was being written last.
  // What is open here is newer than what was read.
  take(kept: Act[]): void {
    const { id, text, sending } = this.state;
    if (sending) return;
    const same = kept.find((a) => a.id === id);
    if (same) this.dispatch({ kind: 'told', reason: same.reason });
    if (same || text !== '') return;
    const last = [...kept].sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1))[0];
    if (last) this.dispatch({ kind: 'opened', act: last });
  }

  // open goes on with another reply that is kept, once this one is on the disk.
  async open(act: Act): Promise<boolean> {
    if (this.state.id === act.id) return true;
    if (!(await this.flush()) || this.state.sending) return false;
    this.dispatch({ kind: 'opened', act });
    return true;
  }

  type(text: string): void {
    this.dispatch({ kind: 'typed', text, id: newActID() });
    this.schedule();
  }

  private schedule(): void {
    if (!unsavedReply(this.state) || this.paused) return;
    const now = Date.now();
    this.since ??= now;
    clearTimeout(this.timer);
    const wait = Math.max(0, Math.min(DEBOUNCE, this.since + MAX_WAIT - now));
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  // flush saves everything typed so far and tells whether it is on the disk.
  readonly flush = async (): Promise<boolean> => {
    clearTimeout(this.timer);
    this.since = undefined;
    if (this.run || (unsavedReply(this.state) && !this.paused)) {
      this.run ??= this.save().finally(() => {
        this.run = undefined;
      });
      await this.run;
    }
    return !unsavedReply(this.state);
  };

  private async save(): Promise<void> {
    while (unsavedReply(this.state) && !this.paused) {
      const { id, text } = this.state;
      try {
        // Nothing is kept of a reply in which nothing stands.
        if (text === '') await this.store.drop(id);
        else await this.store.saveReply(this.request, id, text);
        this.tries = 0;
        this.dispatch({ kind: 'saved', id, text, at: new Date().toISOString() });
      } catch (reason) {
        const code = codeOf(reason);
        // It was sent meanwhile: what is typed since is another one.
        if (code === 'not-now' && text !== '' && this.tries++ === 0) {
          this.dispatch({ kind: 'renamed', id: newActID() });
          continue;
        }
        this.dispatch({ kind: 'notSaved', code });
        if (!FINAL.includes(code)) this.retry();
        return;
      }
    }
  }

  private retry(): void {
    if (this.paused) return;
    const wait = Math.min(RETRY_FIRST * 2 ** this.tries++, RETRY_MOST);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  // send queues the reply, and ends when shown has shown that it waits. It returns the
  // code of a failure, empty if there is none. Asked again meanwhile, it does nothing.
  async send(shown: () => Promise<unknown>): Promise<string> {
    if (this.state.sending) return '';
    clearTimeout(this.timer);
    this.dispatch({ kind: 'sending' });
    this.paused = true; // a save that comes after would be another reply
    try {
      await this.run;
      await this.queue();
      await shown();
      this.dispatch({ kind: 'cleared' });
      return '';
    } catch (reason) {
      this.dispatch({ kind: 'notSent', code: codeOf(reason) });
      return codeOf(reason);
    } finally {
      this.paused = false;
      this.schedule();
    }
  }

  // queue asks again when no answer came: the same id is the same reply.
  private async queue(): Promise<void> {
    const { id: before, reason, text } = this.state;
    // The portal has another text under that id: this one is another reply.
    if (reason === 'mismatch') this.dispatch({ kind: 'renamed', id: newActID() });
    const { id } = this.state;
    const send = () => this.store.do(this.request, id, 'reply', text.trim(), []);
    await send().catch((reason) => {
      if (!(reason instanceof CallError) || reason.code !== 'timeout') throw reason;
      return send();
    });
    if (id !== before) await this.store.drop(before).catch(() => {});
  }

  // discard forgets the reply and returns what stood in it.
  async discard(): Promise<string> {
    const { text, sending } = this.state;
    if (sending) return '';
    this.type('');
    return (await this.flush()) ? text : '';
  }

  // restore brings back what was discarded; what is written meanwhile stays, and the
  // other is kept beside it.
  async restore(text: string): Promise<void> {
    if (this.state.text === '') this.type(text);
    else await this.store.saveReply(this.request, newActID(), text);
  }

  // drop forgets what is typed here: it is somebody else's.
  drop(): void {
    clearTimeout(this.timer);
    this.paused = true;
    this.dispatch({ kind: 'cleared' });
  }

  // pause has nothing saved until resume.
  pause(): void {
    clearTimeout(this.timer);
    this.paused = true;
  }

  async resume(): Promise<void> {
    this.paused = false;
    await this.flush();
  }
}
