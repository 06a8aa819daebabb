import { expect, type Page, test } from '@playwright/test';
import type { Reader } from './ocr/page';
import { Shipped } from './shipped';

// Pictures are read by what is shipped, under the window's own content policy, from
// one server and nobody else.

let shipped: Shipped;
let address: string;

test.beforeAll(async () => {
  shipped = await Shipped.start('ocr');
  address = shipped.address;
});
test.afterAll(() => shipped.stop());

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
async function written(page: Page, html: string): Promise<number[]> {
  await page.setContent(
    `<div style="font: 24px 'DejaVu Sans'; padding: 40px; background: #fff">${html}</div>`,
  );
  return [...(await page.locator('div').screenshot())];
}
