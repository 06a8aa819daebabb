import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { freePort } from './process';

// Line is a bad line to the portal: what is asked arrives there, and its
// answer comes late or not at all.
export class Line {
  private server: Server | undefined;
  private port = 0;
  private readonly portal: string;
  private readonly held: (() => void)[] = [];
  private changes = Number.POSITIVE_INFINITY;
  private readonly asked = new Set<string>(); // questions about changes, by cursor
  puts = 0; // requests that were put
  holding = false; // answers to a PUT wait for release
  cut = 0; // answers to a PUT, from now on, that get lost
  deaf = false; // every answer gets lost, but that to a DELETE
  ahead = 0; // ms by which the portal's clock seems to be ahead

  constructor(portal: string) {
    this.portal = portal;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    const server = createServer((asked, answer) => {
      const put = asked.method === 'PUT';
      if (put) this.puts++;
      const onward = request(
        this.portal + asked.url,
        { method: asked.method, headers: asked.headers },
        (got) => {
          const pass = () => {
            const date = new Date(Date.now() + this.ahead).toUTCString();
            answer.writeHead(got.statusCode ?? 502, this.ahead ? { ...got.headers, date } : got.headers);
            got.pipe(answer);
          };
          if (this.deaf && asked.method !== 'DELETE') lose(asked);
          else if (!this.passes(asked.url ?? '')) this.held.push(pass);
          else if (put && this.cut > 0) {
            this.cut--;
            lose(asked);
          } else if (put && this.holding) this.held.push(pass);
          else pass();
        },
      );
      onward.on('error', () => lose(asked));
      asked.on('close', () => asked.complete || onward.destroy());
      answer.on('close', () => answer.writableEnded || onward.destroy());
      asked.pipe(onward);
    });
    this.server = server;
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
  }

  // answers lets through those to so many questions about changes from now on; those
  // to others wait for release.
  answers(questions: number): void {
    this.changes = questions;
    this.asked.clear();
  }

  // passes tells whether an answer is not about changes, or to one of the first so
  // many questions about them: one that is broken off is asked again.
  private passes(url: string): boolean {
    if (!url.startsWith('/v1/changes')) return true;
    const cursor = new URL(url, this.portal).searchParams.get('cursor') ?? '';
    if (this.asked.size < this.changes) this.asked.add(cursor);
    return this.changes === Number.POSITIVE_INFINITY || this.asked.has(cursor);
  }

  // waiting is how many answers are held back.
  get waiting(): number {
    return this.held.length;
  }

  release(): void {
    this.holding = false;
    this.changes = Number.POSITIVE_INFINITY;
    for (const pass of this.held.splice(0)) pass();
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

function lose(asked: IncomingMessage): void {
  asked.socket.destroy();
}
