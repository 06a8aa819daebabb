import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { build } from 'vite';

// Pictures are read by what is shipped, under the window's own content policy, from
// one server and nobody else: the page is built as the window is, and served by a
// server that knows its files alone.

interface Reader {
  told: number[];
  read(
    bytes: number[],
    limit?: number,
  ): Promise<{ text: string; confidence: number; words: { text: string; box: { x: number; y: number } }[] }>;
}

const ROOT = resolve(import.meta.dirname, 'ocr');
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.gz': 'application/gzip',
};

let dir: string;
let server: Server;
let address: string;

test.beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ocr-'));
  const ours = await readFile(resolve(import.meta.dirname, '../index.html'), 'utf8');
  const policy = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>/.exec(ours)?.[0] ?? 'none';
  await build({
    root: ROOT,
    logLevel: 'error',
    plugins: [{ name: 'policy', transformIndexHtml: (html) => html.replace('<!-- policy -->', policy) }],
    configFile: resolve(import.meta.dirname, '../vite.config.ts'),
    build: { outDir: dir, emptyOutDir: true },
  });
  server = createServer((asked, answer) => {
    const path = normalize(new URL(asked.url ?? '/', 'http://page').pathname);
    readFile(join(dir, path === '/' ? 'index.html' : path)).then(
      (body) => answer.setHeader('Content-Type', TYPES[extname(path || '.html')] ?? 'text/html').end(body),
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

test.afterAll(async () => {
  server.close();
  await rm(dir, { recursive: true });
});

test('a picture is read in the window, with nothing from elsewhere', async ({ page, context }) => {
  const asked: string[] = [];
  const wrong: string[] = [];
  context.on('request', (r) => asked.push(r.url()));
  page.on('console', (m) => m.type() === 'error' && wrong.push(m.text()));
  page.on('pageerror', (e) => wrong.push(e.message));
  const picture = await written(
    page,
    'N° de sécurité sociale : 1 84 12 76 451 089 46<br>Montant réglé : 127,50 €',
  );
  await page.goto(address);
  const got = await page.evaluate((b) => (window as unknown as Reader).read(b), picture);
  expect(got.text).toContain('1 84 12 76 451 089 46');
  expect(got.text).toContain('127,50');
  expect(got.confidence).toBeGreaterThan(60);
  const first = got.words.find((w) => w.text === '84');
  expect(first?.box.x).toBeGreaterThan(0.2);
  expect(first?.box.y).toBeLessThan(0.4);
  const told = await page.evaluate(() => (window as unknown as Reader).told);
  expect(told.at(-1)).toBe(1);
  expect(told.every((f) => f >= 0 && f <= 1)).toBe(true);
  expect(wrong).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(address) && !url.startsWith('blob:'))).toEqual([]);
});

test('reading is stopped at once, and the next picture is read', async ({ page }) => {
  const picture = await written(page, 'Bonjour madame<br>'.repeat(40));
  await page.goto(address);
  const stopped = await page.evaluate(
    (b) =>
      (window as unknown as Reader).read(b, 30).then(
        () => 'read',
        (e: Error) => e.name,
      ),
    picture,
  );
  expect(stopped).toBe('TimeoutError');
  const got = await page.evaluate((b) => (window as unknown as Reader).read(b), picture);
  expect(got.text).toContain('Bonjour madame');
});

test('what is no picture is unrecognised', async ({ page }) => {
  await page.goto(address);
  const got = await page.evaluate(() =>
    (window as unknown as Reader).read([1, 2, 3]).then(
      () => 'read',
      (e: Error) => e.name,
    ),
  );
  expect(got).toBe('Unrecognised');
});

// written is a PNG with that on it.
async function written(page: import('@playwright/test').Page, html: string): Promise<number[]> {
  await page.setContent(
    `<div style="font: 24px 'DejaVu Sans'; padding: 40px; background: #fff">${html}</div>`,
  );
  return [...(await page.locator('div').screenshot())];
}
