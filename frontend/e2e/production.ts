import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect } from '@playwright/test';
import { Inspector } from './inspector';
import { CLAIRE, Portal } from './portal';
import { binary, freePort, Process, until } from './process';
import { Comer } from './signin';

// The program as it is shipped: its own window on a display of its own, looked
// into by WebKit's inspector and moved by xdotool. Few things are tested here,
// those that the development build hides.

export { expect };

const run = promisify(execFile);

// Display is a virtual screen.
export class Display {
  private process: Process | undefined;
  name = '';

  async start(): Promise<void> {
    const args = ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'];
    this.process = new Process('Xvfb', args, {});
    this.name = `:${(await this.process.firstLine).trim()}`;
  }

  async xdotool(...args: string[]): Promise<string> {
    const { stdout } = await run('xdotool', args, { env: { ...process.env, DISPLAY: this.name } });
    return stdout.trim();
  }

  // windowNamed waits for a window and tells its id.
  async windowNamed(pattern: string): Promise<string> {
    let id = '';
    await until(async () => {
      const found = await this.xdotool('search', '--onlyvisible', '--name', pattern).catch(() => '');
      id = found.split('\n')[0] ?? '';
      return id !== '';
    }, `a window named ${pattern}`);
    return id;
  }

  async stop(): Promise<void> {
    await this.process?.kill();
  }
}

export class Window {
  private process: Process | undefined;
  private inspector: Inspector | undefined;
  private port = 0;
  readonly data: string;
  readonly display: Display;
  private readonly env: Record<string, string>;
  private readonly program: string;

  constructor(
    data: string,
    portal: string,
    display: Display,
    more: Record<string, string> = {},
    program = binary('PRODUCTION'),
  ) {
    this.data = data;
    this.display = display;
    this.env = { GUICHET_DATA: data, GUICHET_PORTAL: portal, DISPLAY: display.name, ...more };
    this.program = program;
  }

  get alive(): boolean {
    return this.process?.alive ?? false;
  }

  // start opens it and waits for that much of its page, and until that person has
  // signed in, "" for nobody.
  async start(selector = 'h1', person = CLAIRE): Promise<void> {
    this.port = await freePort();
    const comer = new Comer(person);
    this.process = new Process(this.program, [], {
      ...comer.env,
      ...this.env,
      WEBKIT_INSPECTOR_HTTP_SERVER: `127.0.0.1:${this.port}`,
    });
    this.process.onLine = comer.hear;
    await this.attach();
    await this.sees(selector);
    await comer.come(this.env.GUICHET_PORTAL ?? '');
    if (comer.signedIn) await this.sees('.person .avatar:not(.out)');
  }

  // later starts the program once more on the same data, and waits until it has ended
  // well, having handed over what it was started for.
  async later(...args: string[]): Promise<void> {
    await promisify(execFile)(this.program, args, { env: { ...process.env, ...this.env }, timeout: 20_000 });
  }

  // attach looks into the page that the window shows now.
  async attach(): Promise<void> {
    this.inspector?.close();
    this.inspector = await Inspector.attach(this.port);
  }

  // dialog waits for the system's file dialog and gives it the keyboard, which
  // without a window manager follows the pointer.
  async dialog(title = 'Choisir des fichiers'): Promise<void> {
    const id = await this.display.windowNamed(`^${title}$`);
    await this.display.xdotool('mousemove', '--window', id, '400', '300');
  }

  // paste gives a path to the system’s dialog, whose line for it opens at a slash.
  // Typed, it would be completed with names of files that are there, and a slow
  // dialog completes what was typed meanwhile.
  async paste(path: string): Promise<void> {
    await this.evaluate(`window.runtime.ClipboardSetText(${JSON.stringify(path)})`);
    await this.display.xdotool('key', '--delay', '200', 'slash', 'ctrl+a', 'ctrl+v');
  }

  // choose gives a file by way of the system's dialog.
  async choose(path: string): Promise<void> {
    await this.press('button', 'Choisir des fichiers');
    await this.dialog();
    await this.paste(path);
    await this.display.xdotool('key', 'Return');
  }

  // confirmFiles says that what was chosen may leave, and waits until it is stored.
  async confirmFiles(): Promise<void> {
    await this.click('[role=dialog] label', 'Je confirme');
    await this.click('[role=dialog] button', 'Confirmer');
    await this.sees('.attach .file-name');
  }

  evaluate<T>(expression: string): Promise<T> {
    if (!this.inspector) throw new Error('the window is not open');
    return this.inspector.evaluate<T>(expression);
  }

  async picture(path: string): Promise<void> {
    await this.inspector?.picture(path, 1120, 720);
  }

  // reds counts what is red within an element's border as it is drawn.
  async reds(selector: string): Promise<number> {
    if (!this.inspector) throw new Error('the window is not open');
    const part = await this.evaluate<{ x: number; y: number; width: number; height: number }>(`(() => {
      const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return { x: x + 4, y: y + 4, width: width - 8, height: height - 8 };
    })()`);
    const png = await this.inspector.png(part);
    return this.evaluate<number>(`(async () => {
      const bytes = Uint8Array.from(atob(${JSON.stringify(png)}), (c) => c.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const paper = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
      paper.drawImage(picture, 0, 0);
      const { data } = paper.getImageData(0, 0, picture.width, picture.height);
      let n = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i] > 180 && data[i + 1] < 110 && data[i + 2] < 110) n++;
      return n;
    })()`);
  }

  // sees waits for something that is shown, with that text in it or as its name.
  async sees(selector: string, text = ''): Promise<void> {
    await until(
      () => this.evaluate<boolean>(`${find(selector, text)} !== undefined`),
      `${selector} "${text}"`,
    );
  }

  // press clicks something as soon as it is there.
  async press(selector: string, text = ''): Promise<void> {
    await this.sees(selector, text);
    await this.evaluate(`${find(selector, text)}.click()`);
  }

  // click does the same with the pointer.
  async click(selector: string, text = ''): Promise<void> {
    await this.sees(selector, text);
    const [x, y] = await this.evaluate<[number, number]>(`(() => {
      const box = ${find(selector, text)}.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    })()`);
    const id = await this.display.windowNamed('^Guichet$');
    await this.display.xdotool('mousemove', '--window', id, String(Math.round(x)), String(Math.round(y)));
    await this.display.xdotool('click', '1');
  }

  // type puts text into a field as a keyboard does, for React to see.
  async type(label: string, text: string): Promise<void> {
    await this.sees('label', label);
    await this.evaluate(`(() => {
      const field = document.getElementById(${find('label', label)}.htmlFor);
      const proto = field.tagName === 'TEXTAREA' ? HTMLTextAreaElement : HTMLInputElement;
      field.focus();
      Object.getOwnPropertyDescriptor(proto.prototype, 'value').set.call(field, ${JSON.stringify(text)});
      field.dispatchEvent(new Event('input', { bubbles: true }));
    })()`);
  }

  // go shows a place of the window.
  async go(place: string, heading: string): Promise<void> {
    await this.evaluate(`{ location.hash = ${JSON.stringify(place)}; }`);
    await this.sees('h1', heading);
  }

  // cross does what the window's cross does, which cannot be pressed without a window
  // manager.
  async cross(): Promise<void> {
    await this.evaluate('window.runtime.Quit()');
  }

  // close asks it to end, as the system does.
  async close(): Promise<void> {
    this.inspector?.close();
    await this.process?.stop();
  }

  // killPage ends the process that draws the page, as the system does when it is
  // short of memory.
  async killPage(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
      const [, name = '', parent] = stat.match(/\((.*)\) \S (\d+)/) ?? [];
      const drawn = Number(parent) === this.process?.pid && name.startsWith('WebKitWebProc');
      if (drawn) process.kill(Number(id), signal);
    }
  }

  // running are the windows that are open on its data, by their process ids: a watched
  // one may have come back by itself.
  async running(): Promise<number[]> {
    const found: number[] = [];
    for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const of = (what: string) => readFile(`/proc/${id}/${what}`, 'latin1').catch(() => '');
      const [program, ...args] = (await of('cmdline')).split('\0').filter(Boolean);
      const ours = program === this.program && !args.includes('--watch') && !args.includes('--read');
      if (ours && (await of('environ')).split('\0').includes(`GUICHET_DATA=${this.data}`))
        found.push(Number(id));
    }
    return found;
  }

  // crash ends it as a fault of its own does, and waits until it has come back by itself.
  async crash(comesBack = true): Promise<void> {
    this.inspector?.close();
    const before = await this.running();
    for (const id of before) process.kill(id, 'SIGABRT');
    await until(
      async () => !(await this.running()).some((id) => before.includes(id)),
      'the end of the window',
    );
    if (!comesBack) return;
    await this.attach();
    await this.sees('h1');
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.inspector?.close();
    await this.process?.kill(signal);
  }

  // logs is everything that the program has written down or said.
  async logs(): Promise<string> {
    return (await readFile(join(this.data, 'logs', 'guichet.log'), 'utf8')) + (this.process?.said ?? '');
  }
}

// find is an expression for the first visible element of that selector whose
// text, or whose name for assistive technology, is or begins with that text.
function find(selector: string, text: string): string {
  const wanted = JSON.stringify(text);
  return `[...document.querySelectorAll(${JSON.stringify(selector)})].find((e) => e.checkVisibility() &&
    [e.textContent, e.getAttribute('aria-label') ?? ''].some((t) => t.replace(/\\s+/g, ' ').trim().startsWith(${wanted})))`;
}

interface Fixtures {
  folder: string;
  portal: Portal;
  display: Display;
  newWindow: (data: string) => Window;
  window: Window;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from the pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'guichet-window-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },

  portal: async ({ folder }, use) => {
    const portal = new Portal(join(folder, 'portal'));
    await portal.start();
    await use(portal);
    await portal.kill();
  },

  // biome-ignore lint/correctness/noEmptyPattern: as above
  display: async ({}, use) => {
    const display = new Display();
    await display.start();
    await use(display);
    await display.stop();
  },

  newWindow: async ({ folder, portal, display }, use) => {
    const made: Window[] = [];
    await use((data) => {
      const window = new Window(join(folder, data), portal.address, display);
      made.push(window);
      return window;
    });
    await Promise.all(made.map((w) => w.kill()));
  },

  window: async ({ newWindow }, use) => {
    const window = newWindow('desk');
    await window.start();
    await use(window);
  },
});
