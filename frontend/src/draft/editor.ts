import { CallError, type Content, codeOf, type Draft, drafts, type Item, type Saved } from '../bridge';
import {
  type Change,
  dirty,
  type Event,
  isWork,
  loading,
  looksAlike,
  type Road,
  reduce,
  type State,
  type Step,
  sameContent,
} from './reducer';

// What an editor needs of the program.
export interface Store {
  open(id: string): Promise<Draft>; // with the newest form
  read(id: string): Promise<Draft>; // as it is stored
  create(content: Content): Promise<Draft>;
  save(id: string, revision: number, content: Content): Promise<Saved>;
  submit(id: string, revision: number): Promise<Item>;
  adopt(id: string, revision: number): Promise<Draft>;
}

export const DEBOUNCE = 350; // ms from the last keystroke to the save
export const MAX_WAIT = 1000; // ms that somebody who types without a pause waits for a save
export const RETRY_FIRST = 1000; // ms, doubled up to RETRY_MOST
export const RETRY_MOST = 30_000;

export const ALL: Step[] = ['type', 'practice', 'category', 'details', 'files'];

// No retry helps against these: a person has to do something.
export const FINAL = ['not-found', 'not-now', 'draft-size', 'invalid', 'forbidden'];
// Only the program's own answer tells for sure that nothing was stored.
const UNSURE = ['timeout', 'internal'];

// Editor saves a draft while it is written. It outlives the page that shows it
// until everything is on the disk, so that leaving a page drops nothing.
export class Editor {
  private state: State = loading;
  private page: State = loading;
  private readonly watchers = new Set<() => void>();
  private readonly store: Store;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private since: number | undefined; // when the oldest edit not yet sent was made
  private tries = 0;
  private run: Promise<void> | undefined;
  private dropped = 0; // times
  private paused = false; // somebody else is at the desk
  private keeping: Promise<string | undefined> | undefined;

  constructor(store: Store = drafts) {
    this.store = store;
  }

  readonly snapshot = (): State => this.state;

  // shown is the state as a page shows it: the same one while only how far it is saved
  // is another. Whoever types is not kept waiting for a page that stays as it is.
  readonly shown = (): State => this.page;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  dispatch(event: Event): void {
    const next = reduce(this.state, event);
    if (next === this.state) return;
    this.enter(next);
  }

  private enter(next: State): void {
    this.state = next;
    if (!looksAlike(this.page, next)) this.page = next;
    for (const w of [...this.watchers]) w();
  }

  async open(id: string): Promise<void> {
    const before = editsOf(this.state);
    const { dropped } = this;
    let event: Event;
    try {
      event = { kind: 'opened', draft: await this.store.open(id) };
    } catch (reason) {
      event = { kind: 'openFailed', code: codeOf(reason) };
    }
    // What was typed meanwhile counts; and it may have been read for somebody who has left.
    if (dropped === this.dropped && editsOf(this.state) === before) this.dispatch(event);
  }

  // change notes what the person did. Text is saved when they pause, a choice
  // at once, since the rules may ask something else after it.
  change(change: Change): void {
    this.dispatch({ kind: 'changed', change });
    if (change.kind !== 'value') void this.flush();
    else this.schedule();
  }

  // choose answers a choice among the fields.
  choose(field: string, value: string): void {
    this.dispatch({ kind: 'changed', change: { kind: 'value', field, value } });
    void this.flush();
  }

  // left saves what was typed in a field, and lets its problem be told.
  left(field: string): void {
    this.dispatch({ kind: 'left', field });
    void this.flush();
  }

  private schedule(): void {
    if (!dirty(this.state)) return;
    const now = Date.now();
    this.since ??= now;
    clearTimeout(this.timer);
    const wait = Math.max(0, Math.min(DEBOUNCE, this.since + MAX_WAIT - now));
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  // flush saves everything typed so far and tells whether it is on the disk.
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.since = undefined;
    // What is typed during a run is saved by the same run, unless it fails.
    if (this.run || dirty(this.state)) await this.saveAlone();
    return !dirty(this.state);
  }

  // saveAlone saves, or waits for the save that is under way.
  private saveAlone(unchanged = false): Promise<void> {
    this.run ??= this.save(unchanged).finally(() => {
      this.run = undefined;
    });
    return this.run;
  }

  // save saves until nothing is left to save; unchanged, at least once.
  private async save(unchanged: boolean): Promise<void> {
    for (let due = unchanged; due || dirty(this.state); due = false) {
      if (this.state.kind !== 'editing' || this.paused) return;
      const { id, content, sync } = this.state;
      this.dispatch({ kind: 'saving' });
      try {
        const saved = await this.store.save(id, sync.revision, content);
        this.tries = 0;
        this.dispatch({ kind: 'saved', saved, edits: sync.edits });
      } catch (reason) {
        const code = codeOf(reason);
        const unanswered = UNSURE.includes(code) ? content : undefined;
        if (code === 'conflict') {
          if (await this.settle(id)) continue;
          return;
        }
        this.dispatch({ kind: 'saveFailed', code, unanswered });
        if (!FINAL.includes(code)) this.retry();
        return;
      }
    }
  }

  // settle looks at what is stored instead. If it is what was sent from here
  // without an answer, the work goes on from there; if not, the person chooses.
  private async settle(id: string): Promise<boolean> {
    try {
      const theirs = await this.store.read(id);
      if (!isWork(this.state)) return false;
      const { content, sync } = this.state;
      if (sameContent(theirs.content, content)) {
        this.dispatch({ kind: 'rebased', theirs, edits: sync.edits });
        return true;
      }
      if (sync.unanswered.some((sent) => sameContent(theirs.content, sent))) {
        this.dispatch({ kind: 'rebased', theirs, edits: sync.stored });
        return true;
      }
      this.dispatch({ kind: 'conflicted', theirs });
    } catch (reason) {
      this.dispatch({ kind: 'saveFailed', code: codeOf(reason) });
      this.retry();
    }
    return false;
  }

  private retry(): void {
    const wait = Math.min(RETRY_FIRST * 2 ** this.tries++, RETRY_MOST);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  // check tells the problems of some steps and whether there are none. What
  // cannot be saved right now cannot be checked, and stops nobody.
  async check(steps: Step[]): Promise<boolean> {
    const saved = await this.flush();
    if (!isWork(this.state)) return false;
    if (!saved) return true;
    const wrong = this.state.view.problems.some((p) => steps.includes(p.step as Step));
    if (wrong) this.dispatch({ kind: 'checked', steps });
    return !wrong;
  }

  // adopt makes a draft of this PC the person's own. It returns the code of a
  // failure, empty if there is none.
  async adopt(): Promise<string> {
    if (!(await this.flush()) || !isWork(this.state)) return 'internal';
    try {
      await this.store.adopt(this.state.id, this.state.sync.revision);
      this.dispatch({ kind: 'adopted' });
      return '';
    } catch (reason) {
      return codeOf(reason);
    }
  }

  // submit sends the draft once everything typed is stored. It tells whether
  // the request is queued.
  async submit(): Promise<boolean> {
    if (this.state.kind !== 'editing') return false;
    const before = this.state;
    const saved = await this.flush();
    if (this.state.kind !== 'editing') return false;
    if (!saved) return false; // the page tells why
    if (this.state.view.problems.length > 0 || this.state.sync.revision === 0) {
      this.dispatch({ kind: 'checked', steps: ALL });
      return false;
    }
    this.dispatch({ kind: 'submitting' });
    try {
      await this.submitOnce(before.id, this.state.sync.revision);
      this.dispatch({ kind: 'submitted' });
      return true;
    } catch (reason) {
      const error = reason instanceof CallError ? reason : new CallError('internal');
      this.dispatch({ kind: 'submitFailed', code: error.code, problems: error.problems });
      this.dispatch({ kind: 'checked', steps: [...new Set(error.problems.map((p) => p.step as Step))] });
      return false;
    }
  }

  // submitOnce asks again when no answer came: the same id is the same request.
  private async submitOnce(id: string, revision: number): Promise<void> {
    try {
      await this.store.submit(id, revision);
    } catch (reason) {
      if (codeOf(reason) !== 'timeout') throw reason;
      await this.store.submit(id, revision);
    }
  }

  // readFiles shows the files of the draft, and what the rules and the guard say of it.
  async readFiles(): Promise<void> {
    if (isWork(this.state)) this.dispatch({ kind: 'filesRead', draft: await this.store.read(this.state.id) });
  }

  // stored makes sure that the draft exists on the disk, as files need it to.
  async stored(): Promise<boolean> {
    if (!isWork(this.state)) return false;
    if (this.state.sync.revision === 0) await this.saveAlone(true);
    return isWork(this.state) && this.state.sync.revision > 0;
  }

  // keepApart stores what is typed here as a draft of its own and tells its id.
  // Asked again meanwhile, it makes no second one.
  keepApart(): Promise<string | undefined> {
    this.keeping ??= this.storeApart().finally(() => {
      this.keeping = undefined;
    });
    return this.keeping;
  }

  private async storeApart(): Promise<string | undefined> {
    if (!isWork(this.state)) return undefined;
    try {
      const { id } = await this.store.create(this.state.content);
      let revision = 0;
      let kept: Content | undefined;
      // What is typed meanwhile is kept too.
      while (isWork(this.state) && this.state.content !== kept) {
        kept = this.state.content;
        revision = (await this.store.save(id, revision, kept)).revision;
      }
      return id;
    } catch (reason) {
      this.dispatch({ kind: 'saveFailed', code: codeOf(reason) });
      return undefined;
    }
  }

  // keepMine ends a conflict with what is typed here.
  keepMine(): void {
    this.dispatch({ kind: 'keptMine' });
    void this.flush();
  }

  // takeTheirs ends a conflict with what is stored; what is typed here goes
  // into a draft of its own first.
  async takeTheirs(): Promise<boolean> {
    if (!(await this.keepApart())) return false;
    this.dispatch({ kind: 'tookTheirs' });
    return true;
  }

  // drop forgets what is typed here, once it is kept elsewhere.
  drop(): void {
    clearTimeout(this.timer);
    this.dropped++;
    this.enter(loading);
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

function editsOf(s: State): number {
  return isWork(s) ? s.sync.edits : 0;
}

// begin is the content of a new draft.
export function begin(road: Road): Content {
  return { road, step: 'type', type: '', practice: '', category: '', values: {}, catalogue: 0, orphans: [] };
}
