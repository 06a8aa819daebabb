import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize, resolve } from 'node:path';
import { build } from 'vite';

// What page.ts hands to its tests.
export interface Reader {
  told: number[];
  read(
    bytes: number[],
    limit?: number,
  ): Promise<{ text: string; confidence: number; words: { text: string; box: { x: number; y: number } }[] }>;
}

const FRONTEND = resolve(import.meta.dirname, '../..');
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.gz': 'application/gzip',
};

// Shipped serves a page that recognises, built as the window is and under its content
// policy, by a server that knows its files alone.
export class Shipped {
  private constructor(
    readonly address: string,
    private readonly dir: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Shipped> {
    const dir = await mkdtemp(join(tmpdir(), 'ocr-'));
    const ours = await readFile(join(FRONTEND, 'index.html'), 'utf8');
    const policy = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>/.exec(ours)?.[0];
    if (!policy) throw new Error('the window has no content policy');
    await build({
      root: import.meta.dirname,
      logLevel: 'error',
      plugins: [{ name: 'policy', transformIndexHtml: (html) => html.replace('<!-- policy -->', policy) }],
      configFile: join(FRONTEND, 'vite.config.ts'),
      build: { outDir: dir, emptyOutDir: true },
    });
    const server = createServer((asked, answer) => {
      const path = normalize(new URL(asked.url ?? '/', 'http://page').pathname);
      readFile(join(dir, path === '/' ? 'index.html' : path)).then(
        (body) => answer.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/html').end(body),
        () => answer.writeHead(404).end(),
      );
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new Shipped(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, dir, server);
  }

  async stop(): Promise<void> {
    this.server.close();
    await rm(this.dir, { recursive: true });
  }
}
