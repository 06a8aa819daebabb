import {
  CallError,
  type Candidate,
  type Content,
  type Draft,
  type Finding,
  type Item,
  type Problem,
  type Saved,
  type Screened,
  type View,
} from '../bridge';
import { begin, type Store } from './editor';
import { loading, reduce, type State, sameContent, type Work } from './reducer';

// What the tests of drafts need: drafts to begin with, and a program that keeps
// them in memory. No part of the window imports this.

export function content(over: Partial<Content> = {}): Content {
  return { ...begin('assistant'), ...over };
}

export function problem(field: string, step: string, code = 'required'): Problem {
  return { field, step, code, max: 0, min: 0, actual: 0 };
}

export function view(over: Partial<View> = {}): View {
  return { practice: '', eligible: [], fields: [], orphans: [], problems: [], done: 0, total: 0, ...over };
}

// candidate and screened are a file that somebody wants to attach, and what the guard
// sees in it.
export function candidate(token: string, over: Partial<Candidate> = {}): Candidate {
  return { token, name: `${token}.pdf`, size: 10, media: 'application/pdf', needsBytes: false, ...over };
}

export function screened(token: string, over: Partial<Screened> = {}): Screened {
  return {
    token,
    size: 10,
    findings: [],
    unread: [],
    scans: [],
    pages: 1,
    changes: [],
    drawn: true,
    maskable: false,
    large: false,
    ...over,
  };
}

export const nir: Finding = {
  kind: 'nir',
  tail: '2231',
  member: '',
  page: 2,
  line: 7,
  part: '',
  must: true,
};

export function practices(n: number): View['eligible'] {
  return Array.from({ length: n }, (_, i) => ({
    id: `p${i + 1}`,
    name: `Cabinet ${i + 1}`,
    town: 'Lyon',
    roles: [],
    admins: [],
  }));
}

export function draft(over: Partial<Draft> = {}): Draft {
  return {
    id: 'd1',
    revision: 1,
    content: content(),
    files: [],
    view: view(),
    createdAt: '2026-01-05T08:00:00Z',
    savedAt: '2026-01-05T08:00:00Z',
    reason: '',
    refused: [],
    renewed: false,
    shared: false,
    givenBy: '',
    ...over,
  };
}

export type Editing = Extract<State, { kind: 'editing' }>;

export function editing(over: Partial<Draft> = {}): Editing {
  return reduce(loading, { kind: 'opened', draft: draft(over) }) as Editing;
}

// asWork is the state as one that holds a draft; anything else is a failed test.
export function asWork(s: State): State & Work {
  if (s.kind === 'loading' || s.kind === 'failed') throw new Error(`no draft: ${s.kind}`);
  return s;
}

export interface Fault {
  code: string;
  done?: boolean; // it was done all the same, only its answer is lost
  problems?: Problem[];
}

// FakeStore keeps drafts as the program does: a save has to name the revision
// that is stored, and repeating the last one is a success.
export class FakeStore implements Store {
  readonly disk = new Map<string, Draft>();
  readonly saves: { id: string; revision: number; content: Content }[] = [];
  readonly submits: { id: string; revision: number }[] = [];
  readonly queued = new Set<string>();
  readonly saveFaults: (Fault | undefined)[] = []; // of the saves to come
  readonly submitFaults: (Fault | undefined)[] = [];
  readonly openFaults: (Fault | undefined)[] = [];
  opens = 0;
  latency = 0; // ms that a save or a submit takes
  gate: Promise<void> | undefined; // that they wait for as well
  running = 0;
  mostRunning = 0;
  look: (c: Content) => View = () => view();

  // newest is the form that a draft is opened with; whoever has it open reads it
  // with the form that it has.
  newest = 0;

  async open(id: string): Promise<Draft> {
    const d = await this.read(id);
    if (d.content.catalogue < this.newest) {
      d.content.catalogue = this.newest;
      d.renewed = true;
      d.revision++;
      this.disk.set(id, structuredClone(d));
    }
    return d;
  }

  async read(id: string): Promise<Draft> {
    this.opens++;
    this.fail(this.openFaults.shift());
    const d = this.disk.get(id);
    if (!d) throw new CallError('not-found');
    return structuredClone(d);
  }

  async create(c: Content): Promise<Draft> {
    return draft({ id: `new${this.disk.size}`, revision: 0, content: c, savedAt: '' });
  }

  save(id: string, revision: number, c: Content): Promise<Saved> {
    this.saves.push({ id, revision, content: c });
    const fault = this.saveFaults.shift();
    return this.take(() => {
      if (fault && !fault.done) this.fail(fault);
      const saved = this.put(id, revision, structuredClone(c));
      this.fail(fault);
      return saved;
    });
  }

  submit(id: string, revision: number): Promise<Item> {
    this.submits.push({ id, revision });
    const fault = this.submitFaults.shift();
    return this.take(() => {
      if (fault && !fault.done) this.fail(fault);
      this.queued.add(id);
      this.fail(fault);
      return {} as Item;
    });
  }

  async adopt(id: string, revision: number): Promise<Draft> {
    const d = await this.read(id);
    if (d.revision !== revision) throw new CallError('conflict');
    d.shared = false;
    this.disk.set(id, structuredClone(d));
    return d;
  }

  // change is what another window does to the draft.
  change(id: string, c: Content): void {
    this.put(id, this.disk.get(id)?.revision ?? 0, c);
  }

  text(id = 'd1', field = 'subject'): string | undefined {
    return this.disk.get(id)?.content.values[field];
  }

  private put(id: string, revision: number, c: Content): Saved {
    const was = this.disk.get(id);
    const repeated = was?.revision === revision + 1 && sameContent(was.content, c);
    if (!repeated) {
      if ((was?.revision ?? 0) !== revision) throw new CallError('conflict');
      const savedAt = new Date(Date.now()).toISOString();
      this.disk.set(id, draft({ id, revision: revision + 1, content: c, view: this.look(c), savedAt }));
    }
    const now = this.disk.get(id) as Draft;
    return { revision: now.revision, savedAt: now.savedAt, view: this.look(c) };
  }

  private async take<T>(op: () => T): Promise<T> {
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      await this.gate;
      if (this.latency > 0) await new Promise((done) => setTimeout(done, this.latency));
      return op();
    } finally {
      this.running--;
    }
  }

  private fail(fault: Fault | undefined): void {
    if (fault) throw new CallError(fault.code, fault.problems);
  }
}
