import { expect, test } from 'vitest';
import type { Content, Draft } from '../bridge';
import { type Change, dirty, type Event, isWork, reduce, type State, sameContent } from './reducer';
import { content, draft, editing, view } from './testing';

// Whatever happens in whatever order, the last thing typed into a field stays
// there until the person gives it up, and nothing passes for stored that is not.

// mulberry32: the same seed gives the same sequence anywhere.
function generator(seed: number): (n: number) => number {
  let a = seed;
  return (n) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

// Desk is a person, a window and a program that may lose answers.
class Desk {
  state: State = editing({ revision: 0 });
  disk: Draft = draft({ revision: 0 });
  typed: Record<string, string> = {};
  sent: { content: Content; edits: number } | undefined;
  readonly trace: string[] = [];
  private readonly pick: (n: number) => number;

  constructor(seed: number) {
    this.pick = generator(seed);
  }

  tell(e: Event): void {
    this.trace.push(e.kind === 'changed' ? `${e.kind} ${e.change.kind}` : e.kind);
    this.state = reduce(this.state, e);
  }

  step(): void {
    const acts = [this.type, this.choose, this.save, this.answer, this.lose, this.fail, this.other, this.end];
    acts.push(this.type, this.answer, this.submit, this.refuse, this.look, this.carry);
    acts[this.pick(acts.length)]?.call(this);
  }

  private type(): void {
    if (this.state.kind !== 'editing' && this.state.kind !== 'conflict') return;
    const field = `f${this.pick(3)}`;
    const value = 'x'.repeat(this.pick(4));
    this.typed[field] = value;
    this.tell({ kind: 'changed', change: { kind: 'value', field, value } });
  }

  private choose(): void {
    const changes: Change[] = [
      { kind: 'type', value: `t${this.pick(2)}` },
      { kind: 'category', value: `c${this.pick(2)}` },
      { kind: 'practice', value: `p${this.pick(2)}` },
      { kind: 'road', value: this.pick(2) ? 'form' : 'assistant' },
      { kind: 'step', value: this.pick(2) ? 'details' : 'files' },
    ];
    this.tell({ kind: 'changed', change: changes[this.pick(changes.length)] as Change });
  }

  // An answer of an older form is moved, removed or brought back. The fields that
  // are typed in are among them, as after another category was chosen.
  private carry(): void {
    if (this.state.kind !== 'editing' && this.state.kind !== 'conflict') return;
    const key = `f${this.pick(3)}`;
    const { values } = this.state.content;
    const value = values[key] ?? '';
    if (this.pick(3) === 0) {
      const orphan = { key, label: { fr: 'Ancien', en: 'Former' } };
      if (value.trim() === '') this.typed[key] = 'back';
      this.tell({ kind: 'changed', change: { kind: 'restoreOrphan', orphan, value: 'back' } });
      return;
    }
    const move = this.pick(2) === 0;
    if (value.trim() === '') return;
    this.typed[key] = '';
    if (move) {
      const before = (values.description ?? '').trimEnd();
      this.typed.description = before ? `${before}\n\n${value}` : value;
    }
    this.tell({
      kind: 'changed',
      change: move ? { kind: 'moveOrphan', key, text: value } : { kind: 'dropOrphan', key },
    });
  }

  private save(): void {
    if (this.sent || this.state.kind !== 'editing' || !dirty(this.state)) return;
    this.sent = { content: this.state.content, edits: this.state.sync.edits };
    this.tell({ kind: 'saving' });
  }

  private store(c: Content): void {
    this.disk = draft({ revision: this.disk.revision + 1, content: structuredClone(c) });
  }

  private answer(): void {
    if (!this.sent || !isWork(this.state)) return;
    const { content: c, edits } = this.sent;
    this.sent = undefined;
    if (this.state.sync.revision !== this.disk.revision) {
      this.settle();
      return;
    }
    this.store(c);
    this.tell({ kind: 'saved', saved: { revision: this.disk.revision, savedAt: '', view: view() }, edits });
  }

  private settle(): void {
    if (!isWork(this.state)) return;
    const theirs = structuredClone(this.disk);
    const { sync, content: mine } = this.state;
    if (sameContent(theirs.content, mine)) this.tell({ kind: 'rebased', theirs, edits: sync.edits });
    else if (sync.unanswered.some((c) => sameContent(c, theirs.content)))
      this.tell({ kind: 'rebased', theirs, edits: sync.stored });
    else this.tell({ kind: 'conflicted', theirs });
  }

  private lose(): void {
    if (!this.sent || !isWork(this.state)) return;
    const { content: c } = this.sent;
    this.sent = undefined;
    if (this.pick(2) && this.state.sync.revision === this.disk.revision) this.store(c);
    this.tell({ kind: 'saveFailed', code: 'timeout', unanswered: c });
  }

  private fail(): void {
    if (!this.sent) return;
    this.sent = undefined;
    this.tell({ kind: 'saveFailed', code: 'disk-full' });
  }

  // Somebody else saves the same draft; it comes to light at the next save.
  private other(): void {
    if (this.pick(4) === 0 && !this.sent && dirty(this.state))
      this.store(content({ values: { f0: 'somebody else' } }));
  }

  private end(): void {
    if (this.state.kind !== 'conflict') return;
    if (this.pick(3) > 0) {
      this.tell({ kind: 'keptMine' });
    } else {
      this.typed = { ...this.state.theirs.content.values };
      this.tell({ kind: 'tookTheirs' });
    }
  }

  private submit(): void {
    if (this.state.kind === 'editing' && !this.sent && !dirty(this.state)) this.tell({ kind: 'submitting' });
  }

  private refuse(): void {
    if (this.state.kind === 'submitting') this.tell({ kind: 'submitFailed', code: 'timeout', problems: [] });
  }

  private look(): void {
    if (this.pick(2)) this.tell({ kind: 'left', field: 'f0' });
    else this.tell({ kind: 'filesRead', draft: structuredClone(this.disk) });
  }
}

const seeds = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: 300 }, (_, i) => i + 1);

test('no order of events loses the last typed value or takes it for stored', () => {
  const seen = new Set<string>();
  for (const seed of seeds) {
    const desk = new Desk(seed);
    for (let i = 0; i < 120; i++) {
      desk.step();
      const s = desk.state;
      const where = () => `SEED=${seed}: ${desk.trace.join(', ')}`;
      if (!isWork(s)) throw new Error(where());
      for (const [field, value] of Object.entries(desk.typed))
        if ((s.content.values[field] ?? '') !== value) expect.fail(`${field} lost. ${where()}`);
      if (!dirty(s) && !sameContent(s.content, desk.disk.content))
        expect.fail(`taken for stored. ${where()}`);
    }
    for (const kind of desk.trace) seen.add(kind);
  }
  // A generator that never gets anywhere would prove nothing.
  for (const kind of [
    'saved',
    'rebased',
    'conflicted',
    'keptMine',
    'tookTheirs',
    'submitFailed',
    'changed moveOrphan',
    'changed restoreOrphan',
  ])
    if (!process.env.SEED) expect([...seen]).toContain(kind);
});
