import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { png } from './files';
import { Keyring } from './keyring';
import type { Portal } from './portal';
import { binary, until } from './process';
import { test as base, type Display, expect, Window } from './production';

// Nothing that somebody writes, attaches or signs in with lies in clear on the
// disk: not in the data folder, its backups and logs, not in what the web view and
// the toolkit keep, not in temporary files, and not in what a crash leaves behind.
// Each text that the journey types is a word that stands nowhere else.

const run = promisify(execFile);

const word = (kind: string) => `temoin-${kind}-${randomBytes(6).toString('hex')}`;

const WORDS = {
  subject: word('sujet'),
  description: word('texte'),
  reference: word('ref'),
  half: word('moitie'),
  search: word('cherche'),
  fileName: word('nom'),
  fileText: word('octets'),
  pictureName: word('image'),
  pictureText: word('pixels'),
};

// Home is all that one account has on its disk, and in there the desk.
class Home {
  readonly folder: string;
  readonly window: Window;
  readonly said: string; // all that the program has said

  private constructor(folder: string, window: Window) {
    this.folder = folder;
    this.window = window;
    this.said = join(folder, 'said');
  }

  // The program may leave files of its memory, and what it runs in is where it
  // would leave them.
  static async make(folder: string, portal: Portal, display: Display, env: Record<string, string>) {
    const places = {
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_RUNTIME_DIR: join(folder, 'run'),
      TMPDIR: join(folder, 'tmp'),
    };
    for (const place of Object.values(places)) await mkdir(place, { recursive: true, mode: 0o700 });
    const program = join(folder, 'start');
    const lines = [
      '#!/bin/bash',
      `cd '${folder}' && ulimit -c unlimited`,
      `exec '${binary('PRODUCTION')}' > >(exec tee -a said) 2>> said`,
    ];
    await writeFile(program, lines.join('\n'), { mode: 0o700 });
    // Nobody brings it back from the crash: what it left is looked at first.
    const more = {
      ...places,
      HOME: folder,
      GOTRACEBACK: 'crash',
      GUICHET_LOG: '',
      GUICHET_MONITOR: 'none',
      ...env,
    };
    const data = join(places.XDG_DATA_HOME, 'Guichet');
    return new Home(folder, new Window(data, portal.address, display, more, program));
  }

  async backups(): Promise<string[]> {
    const names = await readdir(join(this.window.data, 'backups')).catch(() => []);
    return names.filter((name) => name.endsWith('.db'));
  }

  async cores(): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => name.startsWith('core'));
  }

  // coreLimits is how many bytes of their memory its processes may leave. Many a
  // system hands them to a program that keeps them elsewhere: one byte is what
  // that is not done for.
  async coreLimits(): Promise<Record<string, string>> {
    const limits: Record<string, string> = {};
    for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if ((await readlink(`/proc/${id}/cwd`).catch(() => '')) !== this.folder) continue;
      const name = (await readFile(`/proc/${id}/comm`, 'utf8')).trim();
      const [, limit = ''] =
        (await readFile(`/proc/${id}/limits`, 'utf8')).match(/core file size +(\S+)/) ?? [];
      if (name !== 'tee') limits[name] = limit;
    }
    return limits;
  }
}

// backedUpAgain starts a desk that was ended, and waits for the backup of the day,
// which it makes anew.
async function backedUpAgain(home: Home): Promise<void> {
  await rm(join(home.window.data, 'backups'), { recursive: true, force: true });
  await home.window.start('h1', '');
  await until(async () => (await home.backups()).length > 0, 'the backup of the day', 60_000);
}

const test = base.extend<{ sealed: Home; plain: Home }>({
  sealed: async ({ folder, portal, display }, use) => {
    const home = join(folder, 'home');
    const keyring = new Keyring(join(home, 'keyring'));
    await keyring.start();
    const made = await Home.make(home, portal, display, { ...keyring.env, GUICHET_KEYRING: '' });
    await use(made);
    await made.window.kill();
    await keyring.stop();
  },

  plain: async ({ folder, portal, display }, use) => {
    const made = await Home.make(join(folder, 'plain'), portal, display, {});
    await use(made);
    await made.window.kill();
  },
});

test.skip(process.platform !== 'linux', 'core files, the Secret Service and WebKit’s folders are of Linux');

// fill writes a request on the form, all but its files.
async function fill(window: Window, subject = WORDS.subject): Promise<void> {
  await window.press('a', 'Créer une demande');
  await window.press('label', 'Assistance administrative');
  await window.press('[role=option]', 'Cabinet des Tilleuls');
  await window.press('button[id=field-category]');
  await window.press('[role=option]', 'Question sur une facture');
  await window.type('Sujet', subject);
  await window.type('Votre référence', WORDS.reference);
  await window.type('Description', `Une question : ${WORDS.description}`);
}

// attachText attaches a PDF by the system's dialog, from a folder that is the
// person's own.
async function attachText(window: Window, folder: string): Promise<void> {
  const path = join(folder, `${WORDS.fileName}.pdf`);
  await writeFile(path, `%PDF-1.7\n${`% ${WORDS.fileText}\n`.repeat(2000)}`);
  await window.choose(path);
  await window.confirmFiles();
  await window.sees('.attach .file-name', WORDS.fileName);
}

// attachPicture pastes one, and returns the bytes of its thumbnail.
async function attachPicture(window: Window): Promise<Buffer> {
  const picture = png(WORDS.pictureText, 400).buffer.toString('base64');
  await window.evaluate(`{
    const bytes = Uint8Array.from(atob('${picture}'), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], '${WORDS.pictureName}.png', { type: 'image/png' }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }`);
  await window.confirmFiles();
  const drawn = `document.querySelector('img.file-thumb')`;
  await until(() => window.evaluate<boolean>(`${drawn}?.naturalWidth > 0`), 'the thumbnail');
  const thumb = await window.evaluate<number[]>(
    `fetch(${drawn}.src).then((a) => a.arrayBuffer()).then((bytes) => [...new Uint8Array(bytes)])`,
  );
  return Buffer.from(thumb);
}

async function submit(window: Window, heading: string): Promise<void> {
  await window.press('button', 'Envoyer');
  await window.sees('h1', heading);
}

async function saved(window: Window): Promise<void> {
  await until(
    () =>
      window.evaluate<boolean>(`document.querySelector('.foot-saved').textContent.startsWith('Enregistré')`),
    'the save',
  );
}

// look searches by the field in the head, with the keyboard.
async function look(window: Window): Promise<void> {
  await window.click('.head-search input');
  await window.display.xdotool('type', WORDS.search);
  await window.display.xdotool('key', 'Return');
  await until(() => window.evaluate<boolean>(`location.hash.includes('${WORDS.search}')`), 'the search');
}

// Needles are what is searched for, by name: bytes, as latin1 in small letters.
type Needles = Map<string, string>;

const small = (bytes: Buffer) => bytes.toString('latin1').toLowerCase();

// needlesOf are the ways in which a text may lie somewhere.
function needlesOf(texts: Record<string, string>): Needles {
  const all: Needles = new Map();
  for (const [name, text] of Object.entries(texts)) {
    all.set(name, small(Buffer.from(text)));
    all.set(`${name} in UTF-16`, small(Buffer.from(text, 'utf16le')));
    all.set(`${name} in hex`, Buffer.from(text).toString('hex'));
    for (const before of [0, 1, 2]) {
      const coded = Buffer.from(`${' '.repeat(before)}${text}`).toString('base64');
      all.set(`${name} in base64, ${before}`, coded.slice(4, -4).toLowerCase());
    }
  }
  return all;
}

const TOKEN = /eyJ[A-Za-z0-9_-]{20}/; // a JWT, or the head of one

// found lists what a stretch of bytes holds.
function found(bytes: Buffer, needles: Needles): string[] {
  const text = small(bytes);
  const names = [...needles].filter(([, needle]) => text.includes(needle)).map(([name]) => name);
  return TOKEN.test(bytes.toString('latin1')) ? [...names, 'a token'] : names;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
}

const OVERLAP = 1024; // longer than any needle

// inBytes searches a file as it is.
async function inBytes(path: string, needles: Needles): Promise<string[]> {
  const hits: string[] = [];
  let rest = Buffer.alloc(0);
  for await (const piece of createReadStream(path, { highWaterMark: 8 << 20 })) {
    const bytes = Buffer.concat([rest, piece as Buffer]);
    hits.push(...found(bytes, needles));
    rest = bytes.subarray(-OVERLAP);
  }
  return hits;
}

// inStrings searches what strings(1) finds in it.
async function inStrings(path: string, needles: Needles): Promise<string[]> {
  const hits: string[] = [];
  for (const encoding of ['S', 'l']) {
    const { stdout } = await run('strings', ['-a', '-e', encoding, path], {
      encoding: 'buffer',
      maxBuffer: 1 << 30,
    });
    hits.push(...found(stdout, needles));
  }
  return hits;
}

// inTables searches what SQLite tells of a database. It gets a copy, with its
// log beside it: looking changes nothing then.
async function inTables(path: string, needles: Needles, scratch: string): Promise<string[]> {
  const file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
  await file.close();
  if (buffer.toString('latin1') !== 'SQLite format 3\0') return [];
  const copy = join(await mkdtemp(join(scratch, 'db-')), 'copy.db');
  await copyFile(path, copy);
  if (existsSync(`${path}-wal`)) await copyFile(`${path}-wal`, `${copy}-wal`);
  const { stdout } = await run('sqlite3', [copy, '.dump'], { encoding: 'buffer', maxBuffer: 1 << 30 });
  if (!/CREATE|COMMIT/.test(stdout.toString('latin1'))) throw new Error(`${path} cannot be read`);
  return found(stdout, needles);
}

// search looks for needles in all files of a folder, and in their names.
async function search(folder: string, needles: Needles, scratch: string): Promise<string[]> {
  const hits = new Set<string>();
  for (const path of await filesIn(folder)) {
    const where = relative(folder, path);
    for (const what of found(Buffer.from(where), needles)) hits.add(`${where}: its name has ${what}`);
    for (const what of await inBytes(path, needles)) hits.add(`${where}: ${what}`);
    for (const what of await inStrings(path, needles)) hits.add(`${where}: strings finds ${what}`);
    for (const what of await inTables(path, needles, scratch)) hits.add(`${where}: sqlite3 finds ${what}`);
  }
  return [...hits].sort();
}

// tokensOf are what each of the provider's refresh tokens begins with; access
// tokens are found by what all of them look like.
async function tokensOf(folder: string): Promise<Record<string, string>> {
  const kept = JSON.parse(await readFile(join(folder, 'portal', 'data', 'demo-issuer.json'), 'utf8')) as {
    grants: { id: string }[];
  };
  expect(kept.grants.length).toBeGreaterThan(0);
  return Object.fromEntries(kept.grants.map(({ id }, n) => [`refresh token ${n}`, `${id}.`]));
}

// The list of what was used recently is the account's: here another program has
// put something into it.
const OTHERS = 'file:///srv/autre-programme.pdf';
const RECENT = `<?xml version="1.0" encoding="UTF-8"?>
<xbel version="1.0" xmlns:bookmark="http://www.freedesktop.org/standards/desktop-bookmarks"
  xmlns:mime="http://www.freedesktop.org/standards/shared-mime-info">
  <bookmark href="${OTHERS}" added="NOW" modified="NOW" visited="NOW">
    <info><metadata owner="http://freedesktop.org"><mime:mime-type type="application/pdf"/><bookmark:applications>
      <bookmark:application name="Evince" exec="&apos;evince %u&apos;" modified="NOW" count="1"/>
    </bookmark:applications></metadata></info>
  </bookmark>
</xbel>`.replaceAll('NOW', new Date().toISOString()); // GTK drops what is old

test('nothing that was typed, attached or signed in with lies in clear on the disk', async ({
  sealed: home,
  portal,
  folder,
}) => {
  test.setTimeout(180_000);
  const { window } = home;
  const own = join(folder, 'own');
  await mkdir(own);
  const recent = join(home.folder, 'data', 'recently-used.xbel');
  await writeFile(recent, RECENT);
  await window.start();

  // One request is sent, one waits, one is half written.
  await fill(window);
  await attachText(window, own);
  const thumb = await attachPicture(window);
  await submit(window, 'Demande envoyée');
  await look(window);
  await portal.stop();
  await window.go('/', 'Bonjour');
  await fill(window);
  await attachText(window, own);
  await submit(window, 'Demande enregistrée');
  await window.go('/', 'Bonjour');
  await fill(window, WORDS.half);
  await attachPicture(window);
  await saved(window);
  const needles = needlesOf({ ...WORDS, ...(await tokensOf(folder)) });
  needles.set('the thumbnail', small(thumb.subarray(33, 129)));

  // The page's process crashes, then the program.
  const limits = await home.coreLimits();
  expect(Object.keys(limits)).toContain('WebKitWebProces');
  expect(new Set(Object.values(limits)), JSON.stringify(limits)).toEqual(new Set(['1']));
  await window.killPage('SIGABRT');
  await until(async () => (await window.logs()).includes('page reloaded'), 'the page’s return');
  await window.attach();
  await window.sees('h2', `Reprendre « ${WORDS.half}`);
  await window.kill('SIGABRT');
  expect(await readFile(home.said, 'latin1')).toContain('SIGABRT: abort');
  expect(await home.cores(), 'files with the memory of what has crashed').toEqual([]);
  expect(await search(home.folder, needles, folder)).toEqual([]);
  expect(await readFile(recent, 'utf8')).toContain(OTHERS);

  // The backup of the day is made anew, with all of that in it.
  await backedUpAgain(home);
  await window.sees('h2', `Reprendre « ${WORDS.half}`);
  await window.kill();
  expect(await search(home.folder, needles, folder)).toEqual([]);

  // There was something to be searched.
  expect(await readdir(join(window.data, 'files'))).toHaveLength(2);
  const names = await filesIn(home.folder);
  for (const name of ['guichet.db', 'guichet.log', '.localstorage', '.keyring', '.xbel', 'said'])
    expect(names.filter((path) => path.endsWith(name)).length, name).toBeGreaterThan(0);
});

const missing = (hits: string[], wanted: string[]) => wanted.filter((hit) => !hits.includes(hit));

test('what does lie there in clear is found, wherever and however it is written', async ({
  plain: home,
  folder,
}) => {
  test.setTimeout(120_000);
  const { window } = home;
  await window.start();
  await fill(window);
  const thumb = await attachPicture(window);
  await saved(window);
  await window.kill();
  await backedUpAgain(home);
  await window.kill();
  const tokens = await tokensOf(folder);
  const needles = needlesOf({ ...WORDS, ...tokens });
  needles.set('the thumbnail', small(thumb.subarray(33, 129)));

  // Without a keyring, in what Guichet itself has written.
  const own = await search(home.folder, needles, folder);
  const [backup = ''] = await home.backups();
  const [file = ''] = await readdir(join(window.data, 'files'));
  expect(
    missing(own, [
      `data/Guichet/files/${file}: pictureText`,
      `data/Guichet/files/${file}: strings finds pictureText`,
      ...['subject', 'description', 'reference', 'pictureName'].flatMap((what) => [
        `data/Guichet/guichet.db: sqlite3 finds ${what} in hex`, // its bytes may still be in the log
        `data/Guichet/backups/${backup}: ${what}`,
        `data/Guichet/backups/${backup}: sqlite3 finds ${what} in hex`,
      ]),
    ]),
  ).toEqual([]);
  expect(own.filter((hit) => hit.includes('token'))).toEqual([]); // they stay in memory

  // And in what others write.
  const planted = async (path: string, text: string | Buffer) => {
    await mkdir(join(home.folder, path, '..'), { recursive: true });
    await writeFile(join(home.folder, path), text, { flag: 'a' });
  };
  const cache = 'cache/guichet/WebKitCache/Version 17';
  await planted('data/Guichet/logs/guichet.log', `{"error":"${WORDS.half.toUpperCase()}"}`);
  await planted('said', `panic: ${tokens['refresh token 0']}1.x Bearer eyJ${'a'.repeat(20)}`);
  await planted('core', Buffer.concat([Buffer.alloc((8 << 20) - 9), Buffer.from(WORDS.half, 'utf16le')]));
  await planted(`${cache}/Records/a`, Buffer.from(`.${WORDS.fileText}.`).toString('base64'));
  await planted(`${cache}/Blobs/b`, thumb);
  await planted('tmp/c', Buffer.from(WORDS.fileText).toString('hex').toUpperCase());
  await planted(`tmp/${WORDS.fileName}.pdf`, '');
  await planted('data/recently-used.xbel', `<bookmark href="file:///srv/${WORDS.fileName}.pdf">`);
  const storage = join(home.folder, 'data/guichet/localstorage/wails_wails_0.localstorage');
  const blob = Buffer.from(WORDS.search, 'utf16le').toString('hex');
  await mkdir(join(storage, '..'), { recursive: true }); // WebKit writes it when it has the time
  await run('sqlite3', [
    storage,
    `CREATE TABLE IF NOT EXISTS ItemTable (key TEXT UNIQUE, value BLOB NOT NULL); INSERT INTO ItemTable VALUES ('query', x'${blob}')`,
  ]);
  const all = await search(home.folder, needles, folder);
  expect(
    missing(all, [
      'data/Guichet/logs/guichet.log: half',
      'said: refresh token 0',
      'said: a token',
      'core: half in UTF-16',
      'core: strings finds half',
      `${cache}/Records/a: fileText in base64, 1`,
      `${cache}/Blobs/b: the thumbnail`,
      'tmp/c: fileText in hex',
      `tmp/${WORDS.fileName}.pdf: its name has fileName`,
      'data/recently-used.xbel: fileName',
      'data/guichet/localstorage/wails_wails_0.localstorage: search in UTF-16',
    ]),
  ).toEqual([]);
});
