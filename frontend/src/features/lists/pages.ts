import { type CallError, type Item, type Page, parseError } from '../../bridge';

export const SIZE = 100; // rows of a page
const KEPT = 20; // pages
const AT_ONCE = 2; // calls for pages

// Source answers for one query.
export interface Source {
  find: (offset: number, most: number) => Promise<Page>;
  total: () => Promise<number>;
}

export interface State {
  count: number; // rows, as far as is known
  exact: boolean; // there are no more of them
  ready: boolean; // the first answer is here
  failed: CallError | undefined; // of the last attempt
  preparing: boolean; // nothing can be looked for yet
  read: number; // drafts and requests that words can be looked for in
  of: number;
  behind: boolean; // what was read anew waits to be shown
  news: number; // rows in sight of it that are new or have changed, as far as they can be told
}

interface Held {
  items: Item[];
  more: boolean;
  turn: number; // of reading everything anew in which it was asked for
}

const nothing: State = {
  count: 0,
  exact: false,
  ready: false,
  failed: undefined,
  preparing: false,
  read: 0,
  of: 0,
  behind: false,
  news: 0,
};

// Pages holds the part of a long list that is looked at. What is in sight is read
// first, what was asked for later wins, and what is read anew takes the place of
// the old at once, so that no row is seen twice or missed meanwhile. Where somebody
// points at a row nothing moves: what each row says goes on, what is new waits.
export class Pages {
  private readonly source: Source;
  private readonly pages = new Map<number, Held>();
  private staged = new Map<number, Held>(); // read anew, not shown yet
  private readonly asking = new Set<string>(); // page and turn
  private readonly watchers = new Set<() => void>();
  private state = nothing;
  private turn = 0;
  private again = false; // something changed while pages were on their way
  private stuck = -1; // turn in which nothing more can be read
  private counted = 0; // turn of the last answer that told how many there are
  private held = false; // rows stay where they are
  private free = 0; // turn up to which they may move all the same
  private waiting: number | undefined; // how many rows there are, if that waits
  private readonly news = new Set<string>(); // ids
  private first = 0; // pages in sight
  private last = 0;

  constructor(source: Source) {
    this.source = source;
    void this.countAll();
    this.fetch();
  }

  readonly snapshot = (): State => this.state;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  // at is a row, undefined as long as it is on its way.
  at(index: number): Item | undefined {
    return this.pages.get(Math.floor(index / SIZE))?.items[index % SIZE];
  }

  // find tells where a row stands now, among those that are here; near is where it
  // stood.
  find(id: string, near: number): number {
    if (this.at(near)?.id === id) return near;
    for (const [page, held] of this.pages) {
      const i = held.items.findIndex((item) => item.id === id);
      if (i >= 0) return page * SIZE + i;
    }
    return -1;
  }

  // want tells which rows are in sight.
  want(first: number, last: number): void {
    const pages = [Math.floor(first / SIZE), Math.floor(last / SIZE)] as const;
    if (pages[0] === this.first && pages[1] === this.last) return;
    [this.first, this.last] = pages;
    this.fetch();
    this.release(); // rows move anyway
  }

  // hold keeps rows where they are, until they are released.
  hold(on: boolean): void {
    if (this.held === on) return;
    this.held = on;
    if (!on) this.commit();
  }

  // release shows what waits.
  release(): void {
    this.free = this.turn;
    this.commit();
  }

  // refresh reads anew what is in sight, and the rest once it comes into sight. free:
  // nobody has had the time to point at a row.
  refresh(free = false): void {
    // One after the other, or what changes all the time would never be shown.
    this.again = this.asking.size > 0;
    if (this.again) return;
    this.turn++;
    if (free) this.free = this.turn;
    this.staged = new Map();
    if (this.state.failed) this.show({ failed: undefined });
    void this.countAll();
    this.fetch();
  }

  private show(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const w of [...this.watchers]) w();
  }

  private async countAll(): Promise<void> {
    const { turn } = this;
    try {
      const count = await this.source.total();
      if (turn < this.counted) return;
      this.counted = turn;
      this.waiting = count;
      if (!this.stays()) this.showCount();
      else this.commit();
    } catch {
      // The pages fail as well, and tell why.
    }
  }

  private showCount(): void {
    if (this.waiting === undefined) return;
    this.show({ count: this.waiting, exact: true });
    this.waiting = undefined;
  }

  // stays tells whether what was read anew may move nothing.
  private stays(): boolean {
    return this.held && this.turn > this.free;
  }

  private fetch(): void {
    if (this.stuck === this.turn) return;
    for (let page = this.first; page <= this.last; page++) {
      if (this.asking.size >= AT_ONCE) return;
      const turn = this.staged.get(page)?.turn ?? this.pages.get(page)?.turn ?? -1;
      if (turn < this.turn && !this.isBeyond(page) && !this.asking.has(`${page} ${this.turn}`))
        void this.read(page);
    }
  }

  private isBeyond(page: number): boolean {
    return this.state.exact && page > 0 && page * SIZE >= this.state.count;
  }

  private async read(page: number): Promise<void> {
    const { turn } = this;
    const name = `${page} ${turn}`;
    this.asking.add(name);
    try {
      const answer = await this.source.find(page * SIZE, SIZE);
      this.asking.delete(name);
      this.take(page, turn, answer);
    } catch (reason) {
      this.asking.delete(name);
      this.fail(parseError(reason), turn);
    }
    this.fetch();
    this.commit();
    if (this.again && this.asking.size === 0) this.refresh();
  }

  private fail(error: CallError, turn: number): void {
    if (turn < this.turn) return; // another attempt is under way
    this.stuck = turn;
    if (error.code === 'not-now') this.show({ preparing: true });
    else this.show({ failed: error });
  }

  private take(page: number, turn: number, { items, more, read, of }: Page): void {
    const old = this.pages.get(page);
    if (old && old.turn >= turn) return; // what was asked for later came first
    const held = { items, more, turn };
    if (old && turn === this.turn) {
      this.staged.set(page, held);
      this.show({ read, of });
    }
    if (old) return; // shown with the others, or read anew already
    this.pages.set(page, held);
    this.forget();
    this.show({ ...this.countWith(page, held), ready: true, preparing: false, read, of });
  }

  // countWith is how many rows there are after a page has come.
  private countWith(page: number, { items, more, turn }: Held): Partial<State> {
    const behind = page * SIZE + items.length;
    const { count, exact } = this.state;
    if (turn < this.counted && exact) return {};
    if (more) return count > behind ? {} : { count: behind + 1, exact: false };
    if (items.length > 0 || page === 0) return { count: behind, exact: true };
    return count > behind ? { count: behind, exact: false } : {}; // it ends somewhere before
  }

  // commit shows what was read anew, once all that is in sight has come.
  private commit(): void {
    if (this.staged.size === 0) {
      if (this.isCurrent()) this.showCount();
      return;
    }
    for (let page = this.first; page <= this.last; page++) {
      const old = this.pages.get(page);
      if (old && old.turn < this.turn && !this.staged.has(page) && !this.isBeyond(page)) return;
    }
    if (this.stays() && this.moves()) this.renew();
    else this.showStaged();
  }

  private showStaged(): void {
    this.showCount();
    for (const page of [...this.pages.keys()]) if (this.isBeyond(page)) this.pages.delete(page);
    let change: Partial<State> = {};
    for (const [page, held] of this.staged) {
      this.pages.set(page, held);
      change = { ...change, ...this.countWith(page, held) };
    }
    this.staged = new Map();
    this.news.clear();
    this.show({ ...change, ready: true, preparing: false, behind: false, news: 0 });
  }

  // isCurrent tells whether all that is in sight is of this turn.
  private isCurrent(): boolean {
    for (let page = this.first; page <= this.last; page++) {
      const old = this.pages.get(page);
      if (old && old.turn < this.turn && !this.isBeyond(page)) return false;
    }
    return true;
  }

  // moves tells whether a row that is in sight would stand elsewhere.
  private moves(): boolean {
    for (const [page, { items }] of this.staged) {
      const old = this.pages.get(page)?.items ?? [];
      if (old.some((item, i) => item.id !== items[i]?.id)) return true;
    }
    return false;
  }

  // renew shows what has changed of the rows that are here, each in its place, and
  // counts what is new.
  private renew(): void {
    const old = new Map([...this.pages.values()].flatMap((p) => p.items.map((item) => [item.id, item])));
    const fresh = new Map<string, Item>();
    for (const { items } of this.staged.values()) {
      // What follows all that was known has only come up from below.
      const known = items.findLastIndex((item) => old.has(item.id));
      for (const [i, item] of items.entries()) {
        fresh.set(item.id, item);
        const changed = old.get(item.id)?.updatedAt !== item.updatedAt;
        if (changed && (known < 0 || i <= known)) this.news.add(item.id);
      }
    }
    for (const id of this.news) if (!fresh.has(id)) this.news.delete(id);
    for (const [page, held] of this.pages)
      this.pages.set(page, { ...held, items: held.items.map((item) => fresh.get(item.id) ?? item) });
    this.show({ behind: true, news: this.news.size });
  }

  // forget drops what is farthest from what is in sight.
  private forget(): void {
    const middle = (this.first + this.last) / 2;
    while (this.pages.size > KEPT) {
      const [far] = [...this.pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
      this.pages.delete(far ?? 0);
    }
  }
}
