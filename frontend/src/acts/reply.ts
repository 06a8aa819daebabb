import { type Act, type ActKind, CallError, codeOf, type StoredFile } from '../bridge';
import { DEBOUNCE, FINAL, MAX_WAIT, RETRY_FIRST, RETRY_MOST } from '../draft';
import { newActID } from './id';
import { isBlank, noReply, type ReplyEvent, type ReplyState, reduceReply, unsavedReply } from './reducer';

// ReplyStore is what the editor of replies needs of the program.
export interface ReplyStore {
  saveReply(request: string, id: string, text: string): Promise<string>;
  do(request: string, id: string, kind: ActKind, text: string, watchers: string[]): Promise<string>;
  drop(id: string): Promise<void>;
  files(request: string, id: string): Promise<StoredFile[]>; // that a reply has
}

// Thrown is a reply that was thrown away.
export interface Thrown {
  id: string;
  text: string;
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
    const { id, text, files, sending } = this.state;
    if (sending) return;
    // One that was begun with a file of which nothing came.
    for (const a of kept) if (a.id !== id && isBlank(a)) void this.store.drop(a.id).catch(() => {});
    const same = kept.find((a) => a.id === id);
    if (same) this.dispatch({ kind: 'told', act: same });
    if (same || text !== '' || files.length > 0) return;
    const last = kept.filter((a) => !isBlank(a)).sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1))[0];
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
        const blank = text === '' && (await this.store.files(this.request, id)).length === 0;
        if (blank) await this.store.drop(id);
        else await this.store.saveReply(this.request, id, text);
        this.tries = 0;
        const at = new Date().toISOString();
        this.dispatch(blank ? { kind: 'dropped', id, at } : { kind: 'saved', id, text, at });
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
      const problems = reason instanceof CallError ? reason.problems : undefined;
      this.dispatch({ kind: 'notSent', code: codeOf(reason), problems });
      return codeOf(reason);
    } finally {
      this.paused = false;
      this.schedule();
    }
  }

  // stored makes sure that the reply exists on the disk, as files need it to, and
  // tells its id, empty if it cannot be.
  async stored(): Promise<string> {
    if (this.state.sending || this.paused) return '';
    this.dispatch({ kind: 'begun', id: newActID() });
    if (!(await this.flush()) || this.state.sending) return '';
    const { id, text } = this.state;
    try {
      await this.store.saveReply(this.request, id, text);
      this.dispatch({ kind: 'saved', id, text, at: new Date().toISOString() });
      return id;
    } catch (reason) {
      this.dispatch({ kind: 'notSaved', code: codeOf(reason) });
      return '';
    }
  }

  // readFiles shows the files that the reply has now. One in which nothing stands is
  // not kept: no file came of it, or the last one is gone.
  async readFiles(): Promise<void> {
    const { id } = this.state;
    if (id === '' || this.state.sending) return;
    const files = await this.store.files(this.request, id);
    this.dispatch({ kind: 'files', id, files });
    if (this.state.id !== id || this.state.sending || !isBlank(this.state)) return;
    await this.store.drop(id);
    this.dispatch({ kind: 'dropped', id, at: this.state.savedAt });
  }

  // queue asks again when no answer came: the same id is the same reply.
  private async queue(): Promise<void> {
    const { id, text } = this.state;
    const send = () => this.store.do(this.request, id, 'reply', text.trim(), []);
    await send().catch((reason) => {
      if (!(reason instanceof CallError) || reason.code !== 'timeout') throw reason;
      return send();
    });
  }

  // discard throws the reply away, and ends when shown has shown that it is gone. It
  // returns what brings it back, nothing if it stays.
  async discard(shown: () => Promise<unknown>): Promise<Thrown | undefined> {
    const { id, text } = this.state;
    if (this.state.sending || id === '') return undefined;
    clearTimeout(this.timer);
    this.dispatch({ kind: 'sending' });
    this.paused = true;
    try {
      await this.run;
      await this.store.drop(id);
      await shown();
      this.dispatch({ kind: 'cleared' });
      return { id, text };
    } catch (reason) {
      this.dispatch({ kind: 'notSent', code: codeOf(reason) });
      return undefined;
    } finally {
      this.paused = false;
      this.schedule();
    }
  }

  // restore brings back what was discarded, with its files; what is written meanwhile
  // stays, and the other is kept beside it.
  async restore({ id, text }: Thrown): Promise<void> {
    await this.store.saveReply(this.request, id, text);
    const files = await this.store.files(this.request, id);
    if (this.state.sending || this.state.text !== '' || this.state.files.length > 0) return;
    const savedAt = new Date().toISOString();
    this.dispatch({ kind: 'opened', act: { id, text, files, savedAt, reason: '', problems: [] } });
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
