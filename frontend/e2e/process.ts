import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

// Programs that a test starts. They are ended with the test; if the test
// runner itself is ended, they are ended with it.

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const ENDS_WITHIN = 8000; // ms from SIGTERM

// binary is the path of a program that the build has made for the tests.
export function binary(name: 'PORTALD' | 'DEV' | 'PRODUCTION' | 'ATSPI'): string {
  const path = process.env[`GUICHET_TEST_${name}`];
  if (!path)
    throw new Error(
      `GUICHET_TEST_${name} names no program: run these tests with "go run ./build test window"`,
    );
  return path;
}

export class Process {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private heard = ''; // what it said on standard error
  readonly firstLine: Promise<string>; // of its standard output
  onLine: (line: string) => void = () => {}; // likewise, each one

  constructor(file: string, args: string[], env: Record<string, string>) {
    this.child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this.child);
    this.ended = once(this.child, 'close').finally(() => running.delete(this.child));
    this.child.stderr?.on('data', (piece) => {
      this.heard = (this.heard + piece).slice(-4000);
    });
    const lines = createInterface({ input: this.child.stdout ?? process.stdin });
    this.firstLine = new Promise((done, fail) => {
      lines.once('line', done);
      lines.on('line', (line) => this.onLine(line));
      this.ended.then(() => fail(new Error(`${file} ended: ${this.heard}`)), fail);
    });
    this.firstLine.catch(() => {}); // not everybody waits for it
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get said(): string {
    return this.heard;
  }

  // stop asks it to end, and ends it if it does not.
  async stop(): Promise<void> {
    if (!this.alive) return;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), ENDS_WITHIN);
    await this.ended;
    clearTimeout(late);
  }

  // kill ends it as a power cut would: it has no say.
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (!this.alive) return;
    this.child.kill(signal);
    await this.ended;
  }
}

// Ports lie below those that the system gives to outgoing calls, so that
// nobody takes the port of a program that is stopped for a while.
const FIRST = 20_000;
const LAST = 32_000;
let nextPort = FIRST + ((process.pid * 37) % (LAST - FIRST));

// freePort is a port that nobody listens on.
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    nextPort = nextPort >= LAST ? FIRST : nextPort + 1;
    if (await isFree(nextPort)) return nextPort;
  }
  throw new Error('no free port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

// until waits for something outside of a page, which expect.poll does inside
// of tests.
export async function until(ready: () => Promise<boolean>, what: string, within = 20_000): Promise<void> {
  const late = Date.now() + within;
  while (!(await ready())) {
    if (Date.now() > late) throw new Error(`${what} did not happen within ${within} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
