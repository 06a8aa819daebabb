import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize, resolve } from 'node:path';
import { build } from 'vite';

const FRONTEND = resolve(import.meta.dirname, '..');
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.gz': 'application/gzip',
};

// Shipped serves a page of the tests, built as the window is and under its content policy,
// by a server that knows its files alone.
export class Shipped {
  private constructor(
    readonly address: string,
    private readonly dir: string,
    private readonly server: Server,
  ) {}

  // start builds the page whose index.html stands in that folder beside this file.
  static async start(page: string): Promise<Shipped> {
    const dir = await mkdtemp(join(tmpdir(), `${page}-`));
    const ours = await readFile(join(FRONTEND, 'index.html'), 'utf8');
    const policy = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>/.exec(ours)?.[0];
    if (!policy) throw new Error('the window has no content policy');
    await build({
      root: join(import.meta.dirname, page),
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
