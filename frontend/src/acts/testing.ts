import { type Act, type ActKind, CallError, type StoredFile } from '../bridge';
import type { ReplyStore } from './reply';

// What the tests of acts need: acts to begin with, and a program that keeps replies
// in memory. No part of the window imports this.

export function anAct(over: Partial<Act> = {}): Act {
  return {
    id: 'a1',
    request: 'r1',
    kind: 'reply',
    text: 'Merci',
    status: 'queued',
    reason: '',
    problems: [],
    files: [],
    at: '2026-11-25T10:42:00.000Z',
    savedAt: '2026-11-25T10:42:00.000Z',
    attempts: 0,
    ...over,
  };
}

export function aFile(id: string): StoredFile {
  return {
    id,
    name: `${id}.pdf`,
    size: 10,
    media: 'application/pdf',
    thumb: false,
    confirmedBy: 'claire',
    confirmedAt: '2026-11-25T10:42:00.000Z',
    releasedAt: '',
  };
}

interface Fault {
  code: string;
  done?: boolean; // it was done all the same, only its answer is lost
}

// FakeReplies keeps replies as the program does: a reply that was sent cannot be
// written on, the same id twice is the same reply, and files are of a reply for good.
export class FakeReplies implements ReplyStore {
  readonly kept = new Map<string, string>();
  readonly sent = new Map<string, string>();
  readonly attached = new Map<string, StoredFile[]>(); // by reply
  readonly faults: Fault[] = []; // of the calls to come
  calls: string[] = [];
  refusal: CallError | undefined; // of what is to be sent
  latency = 0; // ms

  async saveReply(_request: string, id: string, text: string): Promise<string> {
    await this.call('save', () => {
      if (this.sent.has(id)) throw new CallError('not-now');
      this.kept.set(id, text);
    });
    return id;
  }

  async do(_request: string, id: string, _kind: ActKind, text: string): Promise<string> {
    await this.call('do', () => {
      if (this.refusal) throw this.refusal;
      this.kept.delete(id);
      if (!this.sent.has(id)) this.sent.set(id, text);
    });
    return id;
  }

  drop(id: string): Promise<void> {
    return this.call('drop', () => this.kept.delete(id));
  }

  async files(_request: string, id: string): Promise<StoredFile[]> {
    return (this.kept.has(id) && this.attached.get(id)) || [];
  }

  private async call(name: string, run: () => unknown): Promise<void> {
    this.calls.push(name);
    const fault = this.faults.shift();
    if (this.latency > 0) await new Promise((done) => setTimeout(done, this.latency));
    if (!fault || fault.done) run();
    if (fault) throw new CallError(fault.code);
  }
}
