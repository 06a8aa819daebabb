// The bridge is the only part of the window that speaks to the program. It
// gives every call a limit and makes every failure a CallError; it knows no
// part of the window.
import * as Acts from '../../wailsjs/go/app/Acts';
import * as Bell from '../../wailsjs/go/app/Bell';
import * as Catalogues from '../../wailsjs/go/app/Catalogues';
import * as Contracts from '../../wailsjs/go/app/Contracts';
import * as Drafts from '../../wailsjs/go/app/Drafts';
import * as Files from '../../wailsjs/go/app/Files';
import * as Guard from '../../wailsjs/go/app/Guard';
import * as Handover from '../../wailsjs/go/app/Handover';
import * as Keyring from '../../wailsjs/go/app/Keyring';
import * as Launch from '../../wailsjs/go/app/Launch';
import * as Line from '../../wailsjs/go/app/Line';
import * as Lists from '../../wailsjs/go/app/Lists';
import * as Outbox from '../../wailsjs/go/app/Outbox';
import * as Papers from '../../wailsjs/go/app/Papers';
import * as Portal from '../../wailsjs/go/app/Portal';
import * as Privacy from '../../wailsjs/go/app/Privacy';
import * as Requests from '../../wailsjs/go/app/Requests';
import * as Session from '../../wailsjs/go/app/Session';
import * as Support from '../../wailsjs/go/app/Support';
import * as Updates from '../../wailsjs/go/app/Updates';
import * as Window from '../../wailsjs/go/app/Window';
import type { app } from '../../wailsjs/go/models';
import { call } from './call';
import { inBrowser } from './guards';
import { Read } from './read';
import type {
  ActKind,
  Answered,
  Box,
  Catalogue,
  Content,
  Contract,
  Finding,
  NamedQuery,
  PaperWords,
  Query,
  Settings,
  Table,
  TextFinding,
} from './types';
import { head } from './upload';

export { CallError, codeOf, parseError, problemIn } from './call';
export { copyText, openLink } from './clipboard';
export { either } from './either';
export {
  onChanged,
  onClosing,
  onEnding,
  onMask,
  onNotified,
  onParting,
  onPathsDropped,
  onProgress,
  onScreening,
  onTold,
  type Topic,
} from './events';
export { guardDrops, inBrowser } from './guards';
export { Read, type Snapshot, useRead, useShared } from './read';
export type * from './types';
export { upload } from './upload';

const LONG = 120_000; // ms, for files and for what a person does in a dialog
const DIALOG = 3_600_000;
const ASKS = 40_000; // the portal may be asked first

export const drafts = {
  create: (content: Content) => call(() => Drafts.Create(content as app.Content)),
  open: (id: string) => call(() => Drafts.Open(id)),
  read: (id: string) => call(() => Requests.Draft(id)),
  save: (id: string, revision: number, content: Content) =>
    call(() => Drafts.Save(id, revision, content as app.Content)),
  discard: (id: string) => call(() => Drafts.Throw(id)),
  restore: (id: string) => call(() => Drafts.Restore(id)),
  submit: (id: string, revision: number) => call(() => Drafts.Submit(id, revision), LONG), // its files may be sealed anew
  correct: (id: string) => call(() => Drafts.Correct(id)),
  adopt: (id: string, revision: number) => call(() => Handover.Adopt(id, revision), LONG),
};

export const files = {
  choose: (draft: string, title: string) => call(() => Files.Choose(draft, title), DIALOG),
  look: (draft: string, paths: string[]) => call(() => Files.Look(draft, paths), LONG),
  offer: async (draft: string, file: File) => {
    const start = await head(file);
    return call(() => Files.Offer(draft, file.name, file.size, start), LONG);
  },
  confirm: (draft: string, tokens: string[], wording: string, answers: Answered[]) =>
    call(() => Files.Confirm(draft, tokens, wording, answers as app.Answered[]), 5 * LONG),
  vouch: (draft: string, wording: string) => call(() => Files.Vouch(draft, wording)),
  forget: (tokens: string[]) => call(() => Files.Forget(tokens)),
  remove: (draft: string, file: string) => call(() => Files.Remove(draft, file)),
  restore: (draft: string, file: string) => call(() => Files.Restore(draft, file)),
  thumb: (id: string) => `/files/${id}/thumb`,
};

// What the guard sees in a file waits for its turn, and for the child that reads it.
export const guard = {
  screen: (token: string) => call(() => Guard.Screen(token), 5 * LONG),
  stop: (token: string) => call(() => Guard.Stop(token)),
  recognised: (token: string, page: number, text: string, readable: boolean) =>
    call(() => Guard.Recognised(token, page, text, readable)),
  change: (token: string, how: 'mask' | 'redact' | 'shrink', boxes: Box[] = [], spare: Finding[] = []) =>
    call(() => Guard.Change(token, how, boxes as app.Box[], spare as app.Finding[]), LONG),
  undo: (token: string) => call(() => Guard.Undo(token), LONG),
  page: (token: string, page: number) => `/files/${token}/page/${page}`,
  texts: (item: string, texts: Record<string, string>) => call(() => Guard.Texts(item, texts)),
  answer: (item: string, text: string, finding: TextFinding, reason: string) =>
    call(() => Guard.Answer(item, text, finding as app.TextFinding, reason)),
};

export const updates = {
  check: () => call(() => Updates.Check()),
  fetch: () => call(() => Updates.Fetch()),
  restart: () => call(() => Updates.Restart()),
  later: () => call(() => Updates.Later()),
};

// How others are reached from this PC. The portal is asked step by step, which takes
// its time.
export const line = {
  state: () => call(() => Line.State()),
  setSecret: (user: string, password: string) => call(() => Line.SetProxySecret(user, password)),
  forgetSecret: () => call(() => Line.ForgetProxySecret()),
  diagnose: (address: string) => call(() => Line.Diagnose(address), ASKS),
};

// What the program was started for, and how it ends.
export const launch = {
  openings: () => call(() => Launch.Openings()),
  finish: () => call(() => Launch.Finish()),
  saved: () => call(() => Launch.Saved()),
};

export const requests = {
  open: (id: string) => call(() => Requests.Open(id)),
  seen: (id: string) => call(() => Requests.Seen(id)),
};

// Ids of acts are made by the window (newActID): one that got no answer is asked for
// again, and is still the same.
export const acts = {
  saveReply: (request: string, id: string, text: string) => call(() => Acts.SaveReply(request, id, text)),
  do: (request: string, id: string, kind: ActKind, text: string, watchers: string[]) =>
    call(() => Acts.Do(request, id, kind, text, watchers)),
  takeBack: (id: string) => call(() => Acts.TakeBack(id)),
  drop: (id: string) => call(() => Acts.Drop(id)),
  files: async (request: string, id: string) =>
    (await requests.open(request)).acts.find((a) => a.id === id)?.files ?? [],
  members: (practice: string) => call(() => Acts.Members(practice), ASKS),
  duplicate: (request: string) => call(() => Acts.Duplicate(request)),
};

export const bell = {
  read: (seq: number) => call(() => Bell.Read(seq)),
  show: (seq: number, title: string, body: string) => call(() => Bell.Show(seq, title, body)),
};

export const papers = {
  pdf: (id: string, title: string, name: string, words: PaperWords) =>
    call(() => Papers.PDF(id, title, name, words), DIALOG),
  csv: (query: Query, title: string, name: string, table: Table) =>
    call(() => Papers.CSV(query as app.Query, title, name, table as app.Table), DIALOG),
  saveFile: (request: string, file: string, title: string) =>
    call(() => Papers.SaveFile(request, file, title), DIALOG),
  openFile: (request: string, file: string) => call(() => Papers.OpenFile(request, file), DIALOG),
  // A plain browser shows another page than the program's own window, and prints it itself.
  print: () => (inBrowser() ? Promise.resolve(window.print()) : call(() => Papers.Print())),
};

// What is to vanish waits for what is being sent, and is taken from every copy.
export const privacy = {
  ledger: (title: string, name: string, table: Table) =>
    call(() => Privacy.Ledger(title, name, table as app.Table), DIALOG),
  erase: (person: string, statements: boolean) => call(() => Privacy.Erase(person, statements), 5 * LONG),
};

export const contracts = {
  refresh: () => call(() => Contracts.Refresh(), ASKS),
  begin: (id: string, topic: string, road: string) => call(() => Contracts.Begin(id, topic, road)),
};

// Words may be looked for in everything that was ever written.
export const lists = {
  find: (query: Query, offset: number, most: number) =>
    call(() => Lists.Find(query as app.Query, offset, most), ASKS),
  total: (query: Query) => call(() => Lists.Total(query as app.Query), ASKS),
  same: (draft: string, practice: string, number: string) =>
    call(() => Lists.Same(draft, practice, number), ASKS),
  views: () => call(() => Lists.Views()),
  saveView: (view: NamedQuery) => call(() => Lists.SaveView(view as app.NamedQuery)),
  dropView: (id: string) => call(() => Lists.DropView(id)),
};

export const outbox = {
  sendNow: () => call(() => Outbox.SendNow()),
  cancel: (id: string) => call(() => Outbox.Cancel(id), ASKS),
  edit: (id: string) => call(() => Outbox.Edit(id), ASKS),
  export: (id: string, title: string, name: string, page: string) =>
    call(() => Outbox.Export(id, title, name, page), DIALOG),
};

// A PIN, a key and a keyring each take their time.
export const session = {
  signIn: () => call(() => Session.SignIn(), DIALOG),
  cancelSignIn: () => call(() => Session.CancelSignIn()),
  signOut: (person: string) => call(() => Session.SignOut(person), LONG),
  enter: (person: string, pin: string) => call(() => Session.Enter(person, pin), LONG),
  setPIN: (held: string, pin: string) => call(() => Session.SetPIN(held, pin), LONG),
};

export const portal = {
  check: (address: string) => call(() => Portal.Check(address), ASKS),
  use: (address: string) => call(() => Portal.Use(address), ASKS),
};

export const handover = {
  colleagues: (id: string) => call(() => Handover.Colleagues(id)),
  give: (id: string, revision: number, person: string) =>
    call(() => Handover.Give(id, revision, person), LONG),
};

// Every key there is may be wrapped or looked for, each with a keyring that takes its time.
export const keys = {
  newCode: () => call(() => Keyring.NewCode()),
  confirmCode: (code: string) => call(() => Keyring.UseCode(code), LONG),
  recover: (code: string) => call(() => Keyring.Recover(code), LONG),
  forgetPIN: (person: string, code: string) => call(() => Keyring.ForgetPIN(person, code), LONG),
};

// What is looked at on this PC may be slow, or may not answer.
export const support = {
  doctor: (lang: string) => call(() => Support.Doctor(lang), ASKS),
  notice: (lang: string) => call(() => Support.Notice(lang)),
  placeRead: () => call(() => Support.PlaceRead()),
  prepare: (lang: string) => call(() => Support.Prepare(lang), ASKS),
  read: (report: string, name: string) => call(() => Support.Read(report, name)),
  save: (report: string, title: string, name: string) =>
    call(() => Support.Save(report, title, name), DIALOG),
};

export const host = {
  saving: () => call(() => Window.Saving()),
  flushed: (saved: boolean) => call(() => Window.Flushed(saved)),
  close: () => call(() => Window.Close()),
  painted: () => call(() => Window.Painted()),
  recoveredSeen: () => call(() => Window.RecoveredSeen()),
  saveSettings: (settings: Settings) => call(() => Window.SaveSettings(settings)),
};

const catalogues = new Map<number, Read<Catalogue>>();

// catalogueAt is what could be asked for under that version: a draft keeps the
// one that it is written with.
export function catalogueAt(version: number): Read<Catalogue> {
  let read = catalogues.get(version);
  if (!read) {
    read = new Read(() => call(() => Catalogues.Version(version)), ['session']);
    catalogues.set(version, read);
  }
  return read;
}

// The current one stays at hand when a newer one comes.
async function currentCatalogue(): Promise<Catalogue> {
  const current = await call(() => Catalogues.Current());
  catalogueAt(current.version).set(current);
  return current;
}

// knownContracts are the contracts as the portal last gave them, and when that was.
async function knownContracts(): Promise<{ list: Contract[]; at: string }> {
  const [list, at] = await Promise.all([call(() => Contracts.List()), call(() => Contracts.SeenAt())]);
  return { list, at };
}

// yesterday is where yesterday began, by the clock of this PC.
export function yesterday(now = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).toISOString();
}

// What several places show, read once for all of them.
export const reads = {
  // The foot's topic as well: it tells when the portal is away, and until when it answered.
  board: new Read(() => call(() => Lists.Board(yesterday())), ['drafts', 'requests', 'status', 'session']),
  catalogue: new Read(currentCatalogue, ['catalogue', 'session']),
  contracts: new Read(knownContracts, ['contracts', 'session']),
  drafts: new Read(() => call(() => Drafts.List()), ['drafts', 'session']),
  kept: new Read(() => call(() => Privacy.Kept()), ['drafts', 'requests', 'session']),
  keys: new Read(() => call(() => Keyring.State()), ['keys', 'session']),
  latest: new Read(() => call(() => Requests.Latest()), ['drafts', 'requests', 'session']),
  notices: new Read(() => call(() => Bell.Notices()), ['notices', 'session']),
  outbox: new Read(() => call(() => Requests.Outbox()), ['requests', 'session']),
  people: new Read(() => call(() => Session.People()), ['session', 'requests']),
  person: new Read(() => call(() => Session.State()), ['session']),
  portal: new Read(() => call(() => Portal.State()), ['portal']),
  recovered: new Read(() => call(() => Window.Recovered()), ['recovered']),
  settings: new Read(() => call(() => Window.Settings()), ['session']),
  signing: new Read(() => call(() => Session.SigningIn()), ['signing']), // link of the sign-in under way
  update: new Read(() => call(() => Updates.State()), ['updates']),
  status: new Read(() => call(() => Outbox.State()), ['status', 'session', 'drafts', 'requests']),
};

// forgetPerson has nothing stay in sight of what was read for somebody who has
// left, also if nothing can be read for the next one. The language changes once,
// when theirs is known.
export function forgetPerson(): void {
  const theirs = [
    reads.board,
    reads.contracts,
    reads.drafts,
    reads.kept,
    reads.keys,
    reads.latest,
    reads.notices,
    reads.outbox,
    reads.status,
  ];
  for (const read of theirs) read.forget();
  reads.settings.forget(true);
}

// readAgain reads anew whatever could not be read.
export async function readAgain(): Promise<void> {
  await Promise.all(Object.values(reads).map((r) => r.snapshot().error && r.refresh()));
}
