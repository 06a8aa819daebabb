import { binary, Process, until } from './process';
import type { Display } from './production';

// What a screen reader knows of the window: the tree of AT-SPI on a bus of its own, and
// what is announced. internal/cmd/atspi speaks the protocol.

export interface Item {
  ref: string;
  role: string;
  name: string;
  description: string;
  text: string; // of itself, an object within it being U+FFFC
  states: string[];
  attributes: Record<string, string>;
  children: Item[];
}

export interface Announcement {
  how: 'polite' | 'assertive';
  text: string;
}

// Both are of at-spi2-core. The registry is not left to the bus, which would have it ask a
// desktop's session that is not there.
const BUS = '/usr/share/defaults/at-spi2/accessibility.conf';
const REGISTRY = '/usr/libexec/at-spi2-registryd';

export class ScreenReader {
  private bus: Process | undefined;
  private registry: Process | undefined;
  private program: Process | undefined;
  private address = '';
  private base = '';
  private readonly display: Display;

  constructor(display: Display) {
    this.display = display;
  }

  // env is what a window needs to be heard: it looks for the bus when it starts.
  get env(): Record<string, string> {
    return { AT_SPI_BUS_ADDRESS: this.address };
  }

  async start(): Promise<void> {
    this.bus = new Process('dbus-daemon', ['--nofork', '--print-address=1', `--config-file=${BUS}`], {});
    this.address = (await this.bus.firstLine).trim();
    this.registry = new Process(REGISTRY, [], { ...this.env, DISPLAY: this.display.name });
    await this.registry.firstLine;
    this.program = new Process(binary('ATSPI'), [], this.env);
    this.base = (await this.program.firstLine).trim();
  }

  async stop(): Promise<void> {
    await this.program?.kill();
    await this.registry?.kill();
    await this.bus?.kill();
  }

  private async ask<T>(method: string, path: string, ref = ''): Promise<T> {
    const answer = await fetch(`${this.base}${path}?ref=${encodeURIComponent(ref)}`, { method });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  tree(): Promise<Item> {
    return this.ask('GET', '/tree');
  }

  // heard is what was announced since it was last asked.
  heard(): Promise<Announcement[]> {
    return this.ask('POST', '/heard');
  }

  // hears waits for something to be announced, and takes care that it is once.
  async hears(wanted: RegExp): Promise<void> {
    const heard: string[] = [];
    const found = () => heard.filter((text) => wanted.test(text));
    await until(async () => {
      heard.push(...(await this.heard()).map((a) => a.text.replace(/\s+/g, ' ')));
      return found().length > 0;
    }, `${wanted} in what is announced`).catch((late) => {
      throw new Error(`${late.message}: ${JSON.stringify(heard)}`);
    });
    if (found().length > 1) throw new Error(`${wanted} is announced ${found().length} times`);
  }

  // find waits for something of that role and name, in sight.
  async find(role: string, name: string | RegExp, ...states: string[]): Promise<Item> {
    let tree: Item | undefined;
    let found: Item | undefined;
    await until(async () => {
      tree = await this.tree().catch(() => undefined); // it is just being drawn
      found = tree && all(tree, role, name).find((i) => states.every((s) => i.states.includes(s)));
      return found !== undefined;
    }, `${role} "${name}" ${states}`).catch((late) => {
      throw new Error(`${late.message} in\n${tree && outline(tree)}`);
    });
    return found as Item;
  }

  // press does what the thing is for, as a screen reader's key for it does.
  async press(role: string, name: string | RegExp): Promise<void> {
    const { ref } = await this.find(role, name, 'enabled');
    if (!(await this.ask<boolean>('POST', '/act', ref))) throw new Error(`${role} "${name}" does nothing`);
  }

  // type gives the focus to a field and keys to whatever has it then.
  async type(role: string, name: string, text: string): Promise<void> {
    const before = await this.focus(role, name);
    await this.keys('key', 'ctrl+End', 'type', '--delay', '8', text);
    await until(
      async () => (await this.find(role, name)).text === before.text + text,
      `"${text}" in ${role} "${name}"`,
    );
  }

  // clear empties a field.
  async clear(role: string, name: string): Promise<void> {
    await this.focus(role, name);
    await this.keys('key', 'ctrl+a', 'key', 'BackSpace');
    await until(async () => (await this.find(role, name)).text === '', `an empty ${role} "${name}"`);
  }

  // enter goes to something and presses Enter there.
  async enter(role: string, name: string | RegExp): Promise<void> {
    await this.focus(role, name);
    await this.keys('key', 'Return');
  }

  private async focus(role: string, name: string | RegExp): Promise<Item> {
    const { ref } = await this.find(role, name, 'focusable');
    await this.ask('POST', '/focus', ref);
    return this.find(role, name, 'focused');
  }

  // keys are pressed in the window, which without a window manager has the keyboard
  // while the pointer is on it.
  async keys(...args: string[]): Promise<void> {
    const id = await this.display.windowNamed('^Guichet$');
    await this.display.xdotool('mousemove', '--window', id, '2', '2');
    await this.display.xdotool(...args);
  }
}

// all are those of a role, and of a name if one is given, within something.
export function all(within: Item, role: string, name: string | RegExp = /./s): Item[] {
  const called = within.name.replace(/\s+/g, ' '); // of which some are narrow, or keep words together
  const here = within.role === role && (typeof name === 'string' ? called === name : name.test(called));
  return [...(here ? [within] : []), ...within.children.flatMap((c) => all(c, role, name))];
}

// said is what is read out of something.
export function said(i: Item): string {
  const own = i.name || i.text.replaceAll('\ufffc', '').trim();
  return (own || i.children.map(said).join(' ')).replace(/\s+/g, ' ').trim();
}

// outline is a tree as lines, to be read by who looks for a fault.
export function outline(i: Item, depth = 0): string {
  const quiet = ['enabled', 'showing', 'focusable', 'selectable'];
  const more = [
    ...i.states.filter((s) => !quiet.includes(s)).sort(),
    ...Object.entries(i.attributes).map((a) => a.join('=')),
  ];
  const line = `${'  '.repeat(depth)}${i.role} "${i.name}" ${i.description && `(${i.description}) `}[${more.join(' ')}] ${i.text.slice(0, 80)}`;
  return [line, ...i.children.map((c) => outline(c, depth + 1))].join('\n');
}
