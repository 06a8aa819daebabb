import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Process, until } from './process';

const run = promisify(execFile);

// Nothing is started on the bus that a test does not start.
const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`;

// Keyring is the keyring of a Linux desktop: gnome-keyring, on a session bus of
// its own.
export class Keyring {
  private bus: Process | undefined;
  private daemon: Process | undefined;
  private readonly folder: string;
  private address = '';

  constructor(folder: string) {
    this.folder = folder;
  }

  // env is what a program needs to find it.
  get env(): Record<string, string> {
    return { DBUS_SESSION_BUS_ADDRESS: this.address };
  }

  async start(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const config = join(this.folder, 'bus.conf');
    await writeFile(config, BUS);
    await writeFile(this.password, 'pw');
    this.bus = new Process('dbus-daemon', ['--nofork', '--print-address=1', `--config-file=${config}`], {});
    this.address = (await this.bus.firstLine).trim();
    await this.unlock('first');
  }

  private get password(): string {
    return join(this.folder, 'password');
  }

  // unlock serves the keyring of that name, which is new if there is none yet.
  unlock(name: string): Promise<void> {
    return this.serve(name, ['--unlock'], this.password);
  }

  // lock serves it without anybody having given its password, or who could be
  // asked for it.
  lock(name: string): Promise<void> {
    return this.serve(name, [], '/dev/null');
  }

  private async serve(name: string, args: string[], input: string): Promise<void> {
    await this.daemon?.kill();
    await this.awaitService(false);
    const home = join(this.folder, name);
    await mkdir(home, { recursive: true });
    const command = `exec gnome-keyring-daemon --foreground --components=secrets ${args.join(' ')} <'${input}'`;
    const env = { ...this.env, HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home, DISPLAY: '' };
    this.daemon = new Process('sh', ['-c', command], env);
    await this.awaitService(true);
  }

  private async awaitService(there: boolean): Promise<void> {
    const ask = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
    const call = ['org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
    await until(
      async () => {
        const { stdout } = await run('dbus-send', [...ask, ...call], {
          env: { ...process.env, ...this.env },
        });
        return stdout.includes(`boolean ${there}`);
      },
      there ? 'the keyring’s coming' : 'the keyring’s going',
    );
  }

  async stop(): Promise<void> {
    await this.daemon?.kill();
    await this.bus?.kill();
  }
}
