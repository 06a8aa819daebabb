import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base, type ConsoleMessage, expect, type Page } from '@playwright/test';
import { WebSocket } from 'ws';
import { CLAIRE, type Person, Portal } from './portal';
import { binary, freePort, Process, until } from './process';
import { Comer } from './signin';

// What every test begins with: a portal, a desk that is signed in there, and
// the desk's window in a browser. GUICHET_TEST_PORTALD and GUICHET_TEST_DEV name
// the programs, DISPLAY the display that the desk's own window goes to.

export { expect };

const ASSETS = resolve(import.meta.dirname, '../dist');

// Desk is Guichet on a data folder and a port of its own, which it keeps when
// it is ended and started again. Without a keyring nobody is signed in at its
// start: it offers a link, by which that person signs in each time.
export class Desk {
  private process: Process | undefined;
  private port = 0;
  readonly data: string;
  readonly portal: string;
  person: string; // as of the next start; "" for nobody
  page = ASSETS; // folder of the window's page
  private readonly env: Record<string, string>;

  constructor(data: string, portal: string, person: string, more: Record<string, string> = {}) {
    this.data = data;
    this.portal = portal;
    this.person = person;
    this.env = { GUICHET_DATA: data, GUICHET_PORTAL: portal, GUICHET_BLANK: '1', ...more };
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  get running(): boolean {
    return this.process?.alive ?? false;
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    const at = `127.0.0.1:${this.port}`;
    const comer = new Comer(this.person);
    const env = { ...comer.env, ...this.env };
    const process = new Process(binary('DEV'), ['-devserver', at, '-assetdir', this.page], env);
    process.onLine = comer.hear;
    await until(async () => {
      if (!process.alive) throw new Error(`Guichet ended: ${process.said}`);
      return fetch(this.address).then(
        (a) => a.ok,
        () => false,
      );
    }, 'the window of Guichet');
    this.process = process;
    await comer.come(this.portal);
    // Whoever has come back from the browser is a moment later at the desk.
    if (comer.signedIn) await until(() => this.isSignedIn(), `${this.person} at the desk`);
  }

  // isSignedIn asks the desk as its window does.
  private isSignedIn(): Promise<boolean> {
    const line = new WebSocket(`ws://127.0.0.1:${this.port}/wails/ipc`);
    return new Promise<boolean>((done, fail) => {
      line.on('error', fail);
      line.on('open', () => line.send('C{"name":"app.Session.State","args":[],"callbackID":"test"}'));
      line.on('message', (told) => {
        const text = String(told); // events as well
        if (text.includes('"callbackid":"test"')) done(text.includes('"signedIn":true'));
      });
    }).finally(() => line.close());
  }

  // stop closes it as a person does.
  async stop(): Promise<void> {
    const { process } = this;
    this.process = undefined; // from here on the page may complain
    await process?.stop();
  }

  // kill ends it as a power cut does.
  async kill(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    await process?.kill();
  }

  // storedFiles are the names of attachments in the data folder.
  async storedFiles(): Promise<string[]> {
    return readdir(join(this.data, 'files')).catch(() => []);
  }
}

interface Options {
  person: string; // who is at the desk
  people: Person[] | undefined; // persons of an empty portal, instead of the demo's
}

interface Fixtures {
  built: string; // folder of the window's page
  folder: string; // of this test
  portal: Portal;
  newDesk: (portal: string, person?: string) => Promise<Desk>;
  desk: Desk;
}

export const test = base.extend<Options & Fixtures>({
  person: [CLAIRE, { option: true }],
  people: [undefined, { option: true }],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from the pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'guichet-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },

  portal: async ({ folder, people }, use) => {
    const portal = new Portal(join(folder, 'portal'), people);
    try {
      await portal.start();
      await use(portal);
    } finally {
      await portal.kill();
    }
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from the pattern
  built: async ({}, use) => {
    await use(ASSETS);
  },

  newDesk: async ({ folder, person, built }, use) => {
    const made: Desk[] = [];
    await use(async (portal, who = person) => {
      const desk = new Desk(join(folder, `desk-${made.length + 1}`), portal, who);
      desk.page = built;
      made.push(desk);
      await desk.start();
      return desk;
    });
    await Promise.all(made.map((d) => d.kill()));
  },

  desk: async ({ newDesk, portal }, use) => {
    await use(await newDesk(portal.address));
  },

  page: async ({ page, desk }, use) => {
    const faults = watch(page, desk);
    await open(page, desk);
    await use(page);
    // The desk goes first, or the page is told so by a broken line.
    await page.goto('about:blank');
    expect(faults, 'the page reports no error and no breach of its content policy').toEqual([]);
  },
});

// watch collects what goes wrong in a page while its desk runs.
export function watch(page: Page, desk: Desk): string[] {
  const faults: string[] = [];
  const note = (fault: string) => {
    if (desk.running) faults.push(fault);
  };
  page.on('pageerror', (error) => isHosts(error.stack) || note(`error: ${error.stack}`));
  page.on('console', (message) => isFault(message) && note(`${message.type()}: ${message.text()}`));
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return faults;
}

// isHosts finds the errors that Wails' development runtime throws of itself: it
// draws a notice of a lost line before there is a body, passes events on before its
// own other half is loaded, and has no line any more for what a page asks while it is
// being left. The shipped program has none of these.
function isHosts(stack = ''): boolean {
  const thrownAt = stack.split('\n').find((line) => line.startsWith('    at '));
  return thrownAt?.includes('/wails/ipc.js:') ?? false;
}

function isFault(message: ConsoleMessage): boolean {
  const text = message.text();
  return (message.type() === 'error' && !isHosts(text)) || /content security policy/i.test(text);
}

// open shows the window of a desk and waits until it can be used.
export async function open(page: Page, desk: Desk, place = ''): Promise<void> {
  await page.goto(desk.address + (place && `#${place}`));
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

// signInAnew starts the desk anew after something has changed: what the portal says
// of its person is of then.
export async function signInAnew(page: Page, desk: Desk, change: () => Promise<void>): Promise<void> {
  await page.goto('about:blank');
  await desk.stop();
  await change();
  await desk.start();
  await open(page, desk);
}

// crash ends the desk without a word, and with it what the page has in memory.
export async function crash(page: Page, desk: Desk): Promise<void> {
  await desk.kill();
  await page.goto('about:blank');
}
