import type { TextFinding } from '../bridge';
import { type Found, placeOf } from './findings';

export const LOOK = 300; // ms from the last keystroke to the question

export type Ask = (item: string, texts: Record<string, string>) => Promise<TextFinding[]>;

interface Known {
  text: string;
  found: Found[];
  round: number; // of the question that it answers
}

// Look asks the program what stands in some texts, once somebody pauses, and keeps
// the last answer for each. What fails is not told: the program looks again before
// anything leaves.
export class Look {
  private readonly ask: Ask;
  private readonly watchers = new Set<() => void>();
  private item = '';
  private texts: Record<string, string> = {};
  private known = new Map<string, Known>();
  private readonly asking = new Map<string, string>(); // texts of which the answer is to come
  private readonly again = new Set<string>(); // fields of which something was said since
  private round = 0;
  private changes = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask) {
    this.ask = ask;
  }

  readonly snapshot = (): number => this.changes;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private tell(): void {
    this.changes++;
    for (const w of [...this.watchers]) w();
  }

  // found is what is known of a field and still stands in its text.
  found(field: string, text: string): Found[] {
    return (this.known.get(field)?.found ?? []).filter((f) => placeOf(f, text));
  }

  // write takes the texts as they are now. Nothing is asked while none has changed.
  write(item: string, texts: Record<string, string>): void {
    const fields = Object.keys(texts);
    const other = item !== this.item;
    const same = fields.length === Object.keys(this.texts).length;
    if (!other && same && fields.every((f) => this.texts[f] === texts[f])) return;
    // What was answered, was of another item.
    if (other) for (const [field, k] of this.known) if (k.found.length > 0) this.again.add(field);
    this.item = item;
    this.texts = texts;
    clearTimeout(this.timer);
    if (this.due().length > 0) this.timer = setTimeout(this.now, LOOK);
  }

  private due(): string[] {
    return Object.keys(this.texts).filter((field) => {
      const text = this.texts[field] ?? '';
      if (text.trim() === '') return false;
      if (this.again.has(field)) return true;
      return this.known.get(field)?.text !== text && this.asking.get(field) !== text;
    });
  }

  // now asks without waiting, if there is something to ask.
  readonly now = (): void => {
    clearTimeout(this.timer);
    const due = this.due();
    if (due.length > 0) void this.answer(due);
  };

  // anew asks again about a field of which something was said.
  anew(field: string): void {
    this.again.add(field);
    this.now();
  }

  private async answer(due: string[]): Promise<void> {
    const round = ++this.round;
    const asked = Object.fromEntries(due.map((f) => [f, this.texts[f] ?? '']));
    for (const field of due) {
      this.asking.set(field, asked[field] ?? '');
      this.again.delete(field);
    }
    try {
      const found = await this.ask(this.item, asked);
      // Most answers are that there is still nothing: no page is drawn anew for them.
      const news = due.filter((field) => this.learn(field, asked[field] ?? '', found, round));
      if (news.length > 0) this.tell();
    } catch {
      // The next change, or leaving the field, asks again.
    }
    for (const field of due) if (this.asking.get(field) === asked[field]) this.asking.delete(field);
  }

  // learn drops an answer about a text that is another one now, or that is late. It tells
  // whether there is or was something to be shown.
  private learn(field: string, text: string, found: TextFinding[], round: number): boolean {
    const before = this.known.get(field);
    if (this.texts[field] !== text || (before?.round ?? 0) > round) return false;
    const here = found.filter((f) => f.field === field).map((f) => ({ ...f, text }));
    this.known.set(field, { text, found: here, round });
    return here.length > 0 || (before?.found.length ?? 0) > 0;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.texts = {};
  }
}
