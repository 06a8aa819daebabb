import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binary, freePort, Process } from './process';
import { tokenOf } from './signin';

// The portal of a test: a real portald on a folder and a port of its own,
// which it keeps when it is stopped and started again.

export interface Person {
  id: string;
  name: string;
  preferred?: string;
  practices: { id: string; name: string; town: string; roles: string[] }[];
}

// What a test looks at of a request that the portal holds.
export interface Held {
  id: string;
  number?: string;
  status?: string;
  updatedAt: string;
  practice: string;
  catalogueVersion: number;
  category: string;
  values: Record<string, string>;
  files: { id: string; name: string; size: number; sha256: string; received: boolean }[];
}

// The persons of the demo.
export const CLAIRE = 'demo-claire'; // Admin of two practices, Utilisateur in a third
export const MARC = 'demo-marc'; // Admin of one
export const SOPHIE = 'demo-sophie'; // Utilisateur of one

const TOKEN = 4 * 60_000; // ms for which a token is good

export class Portal {
  private process: Process | undefined;
  private port = 0;
  private readonly folder: string;
  people: Person[] | undefined; // as of the next start
  catalogue: object | undefined; // likewise, instead of the program's own
  private tokens = new Map<string, { token: string; at: number }>();

  // With people of its own it is an empty portal, otherwise the demo.
  constructor(folder: string, people?: Person[]) {
    this.folder = folder;
    this.people = people;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  // reserve gives it its address before it is started for the first time.
  async reserve(): Promise<void> {
    this.port ||= await freePort();
  }

  async start(): Promise<void> {
    await this.reserve();
    await mkdir(this.folder, { recursive: true });
    const args = ['--demo', '--listen', `127.0.0.1:${this.port}`, '--data', join(this.folder, 'data')];
    if (this.people) {
      const file = join(this.folder, 'people.json');
      await writeFile(file, JSON.stringify(this.people));
      args.push('--people', file);
    }
    if (this.catalogue) {
      const file = join(this.folder, 'catalogue.json');
      await writeFile(file, JSON.stringify(this.catalogue));
      args.push('--catalogue', file);
    }
    this.process = new Process(binary('PORTALD'), args, {});
    await this.process.firstLine;
    this.tokens.clear(); // roles may have changed
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }

  // says puts messages of support into the store of a portal that is stopped, each
  // as HTML of any kind, about the request with that number: the demo's own support
  // means no harm.
  says(number: string, messages: string[]): void {
    const at = Date.now();
    const rows = messages.map(
      (html, n) =>
        `INSERT INTO message (id, request, author, name, support, body, at, html) SELECT ${quoted(newID(at + n))}, id, 'support', 'Service client', 1, ${quoted(`Message ${n + 1}`)}, ${at + n}, ${quoted(html)} FROM request WHERE number=${quoted(number)};`,
    );
    this.write(
      ...rows,
      'UPDATE feed SET change=change+1;',
      `UPDATE request SET change=(SELECT change FROM feed), updated_at=${at} WHERE number=${quoted(number)};`,
    );
  }

  // fill puts n more requests of Claire's into its store, « Série 1 » the oldest, as
  // says does.
  fill(n: number): void {
    const now = Date.now();
    this.write(
      `CREATE TEMP TABLE made AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<${n})
         SELECT i, ${now}-(${n}-i+1)*20000 AS at, printf('%012x', ${now}-(${n}-i+1)*20000) AS t FROM n;`,
      `INSERT INTO request (id, revision, author, practice, digest, body, number, status, held_at, received_at, updated_at, change, staged)
         SELECT substr(t, 1, 8)||'-'||substr(t, 9)||printf('-7000-8000-%012x', i), revision, author, practice, digest,
           CAST(json_set(CAST(body AS TEXT), '$.put.values.subject', 'Série '||i) AS BLOB), printf('AS-2025-%06d', i), 'received', at, at, at,
           (SELECT change FROM feed)+i, 1 FROM made, request WHERE number='AS-2026-000010';`,
      `INSERT INTO watcher SELECT id, author, 'Claire Lefèvre' FROM request WHERE number LIKE 'AS-2025-%';`,
      `UPDATE feed SET change=change+${n};`,
    );
  }

  // forget deletes the request with that number, likewise.
  forget(number: string): void {
    this.write(
      'UPDATE feed SET change=change+1;',
      `INSERT INTO gone (change, request, person, practice, at)
         SELECT feed.change, id, author, practice, ${Date.now()} FROM request, feed WHERE number=${quoted(number)};`,
      `DELETE FROM request WHERE number=${quoted(number)};`,
    );
  }

  // forgetCursors has it know no cursor any more that a desk may have, likewise.
  forgetCursors(): void {
    this.write('UPDATE feed SET change=change+1, swept=change+1;');
  }

  // write changes the store of a portal that is stopped.
  private write(...statements: string[]): void {
    const input = ['PRAGMA foreign_keys=ON;', 'BEGIN;', ...statements, 'COMMIT;'].join('\n');
    execFileSync('sqlite3', ['-bail', join(this.folder, 'data', 'portald.db')], { input });
  }

  // act does something with a request in a person's name, as on another PC.
  async act(person: string, id: string, body: { kind: string; watchers?: string[] }): Promise<void> {
    const answer = await this.ask(person, `/v1/requests/${id}/acts/${newID(Date.now())}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...body, at: new Date().toISOString() }),
    });
    if (!answer.ok) throw new Error(`${body.kind}: ${answer.status} ${await answer.text()}`);
  }

  // ask is a call of the portal in a person's name.
  async ask(person: string, path: string, init: RequestInit = {}): Promise<Response> {
    let held = this.tokens.get(person);
    if (!held || Date.now() > held.at + TOKEN) {
      held = { token: await tokenOf(this.address, person), at: Date.now() };
      this.tokens.set(person, held);
    }
    const headers = { ...init.headers, Authorization: `Bearer ${held.token}` };
    return fetch(this.address + path, { ...init, headers });
  }

  private async get(person: string, path: string): Promise<Response> {
    const answer = await this.ask(person, path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
    return answer;
  }

  // withdraw makes it take nothing more under an id.
  async withdraw(person: string, id: string): Promise<void> {
    const answer = await this.ask(person, `/v1/requests/${id}`, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`DELETE: ${answer.status}`);
  }

  // requests are all that the person may see, the newest first.
  async requests(person: string): Promise<Held[]> {
    const all: Held[] = [];
    for (let cursor = ''; ; ) {
      const page = await this.get(person, `/v1/requests?limit=200${cursor && `&cursor=${cursor}`}`);
      const { requests, next } = (await page.json()) as { requests: Held[]; next?: string };
      all.push(...requests);
      if (!next) return all;
      cursor = next;
    }
  }

  // about are the requests with that subject: exactly one, if all is well.
  async about(person: string, subject: string): Promise<Held[]> {
    return (await this.requests(person)).filter((r) => r.values.subject === subject);
  }

  // numbered are the numbers of those with that subject.
  async numbered(person: string, subject: string): Promise<string[]> {
    return (await this.about(person, subject)).flatMap((r) => (r.number ? [r.number] : []));
  }

  // sha256 is the hash of the bytes that the portal holds of a file.
  async sha256(person: string, request: string, file: string): Promise<string> {
    return createHash('sha256')
      .update(await this.bytes(person, request, file))
      .digest('hex');
  }

  // bytes are those that the portal holds of a file.
  async bytes(person: string, request: string, file: string): Promise<Buffer> {
    const answer = await this.get(person, `/v1/requests/${request}/files/${file}`);
    return Buffer.from(await answer.arrayBuffer());
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`;
}

// newID is a UUIDv7 of that time.
function newID(at: number): string {
  const hex = at.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
