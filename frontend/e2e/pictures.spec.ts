import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './desk';
import { pdf } from './files';
import { assistantTo, attach, details, fillForm, heading, inEnglish, link, send, setting } from './steps';

// The pictures of the help (src/guide/pictures): each screen as it is, in both languages.
// With GUICHET_PICTURES=1 they are made anew; otherwise those that are shipped have to
// look like the screens of today.

const FOLDER = join(import.meta.dirname, '../src/guide/pictures');
const ALIKE = 0.06; // mean difference of two pictures, in the share of full contrast

test.use({ viewport: { width: 1024, height: 640 }, contextOptions: { reducedMotion: 'reduce' } });

test('the pictures of the help look like the screens that they are of', async ({ page, portal, context }) => {
  test.slow();
  const studio = await context.newPage(); // a page without a content policy
  const check = async (topic: string, lang: 'fr' | 'en') => {
    await page.mouse.move(0, 0);
    await expect(page.locator('.toast')).toHaveCount(0, { timeout: 20_000 });
    const now = await page.screenshot({ caret: 'initial' });
    const file = join(FOLDER, `${topic}-${lang}.webp`);
    if (process.env.GUICHET_PICTURES) {
      await mkdir(FOLDER, { recursive: true });
      return writeFile(file, await webp(studio, now));
    }
    const differs = await difference(studio, now, await readFile(file));
    expect.soft(differs, `${topic}-${lang}: how much it differs`).toBeLessThan(ALIKE);
  };
  const places = async (lang: 'fr' | 'en') => {
    for (const [place, topic] of [
      ['dashboard', 'dashboard'],
      ['requests', 'requests'],
      ['drafts', 'drafts'],
      ['outbox', 'outbox'],
      ['contracts', 'contracts'],
      ['privacy', 'privacy'],
      ['help', 'diagnosis'],
    ] as const) {
      await link(page.getByRole('navigation'), /./)
        .and(page.locator(`[href="#/${place}"]`))
        .click();
      await expect(page.locator('main h1')).toBeVisible();
      await settled(page);
      await check(topic, lang);
    }
  };
  const open = async (place: string) => {
    await page.evaluate((to) => location.assign(`#${to}`), place);
    await expect(page.locator('main h1')).toBeVisible();
    await settled(page);
  };
  await setting(page, 'Apparence', 'Claire');
  await page.getByRole('button', { name: 'Non merci' }).click(); // the tour
  await assistantTo(page, 'Détails');
  await details(page, 'Maintenance comptée deux fois');
  const assistant = new URL(page.url()).hash.slice(1);
  await fillForm(page, 'Facture FA-2026-0412');
  await attach(page, [pdf('facture.pdf')]);
  const form = new URL(page.url()).hash.slice(1);
  await portal.stop();
  await fillForm(page, 'Changement de mode de paiement');
  await send(page);
  await expect(heading(page, 'Demande enregistrée')).toBeVisible();
  const sent = new URL(page.url()).hash.slice(1);
  const shown = async (lang: 'fr' | 'en') => {
    await open('/');
    await check('home', lang);
    for (const [topic, place] of [
      ['assistant', assistant],
      ['form', form],
      ['sent', sent],
    ] as const) {
      await open(place);
      await check(topic, lang);
    }
    await places(lang);
    await open('/requests');
    await link(page, /option agenda/)
      .first()
      .click();
    await expect(page.getByRole('region', { name: /^(Échanges|Conversation)/ })).toBeVisible();
    await settled(page);
    await check('request', lang);
  };
  await shown('fr');
  await open('/');
  await inEnglish(page);
  await shown('en');
});

// settled waits until nothing is being looked up any more.
async function settled(page: Page): Promise<void> {
  await expect(page.locator('[class*=skeleton]')).toHaveCount(0);
  await expect(page.getByText(/^(Vérification en cours|Checking)/)).toHaveCount(0, { timeout: 60_000 });
}

const url = (bytes: Buffer, type: string) => `data:image/${type};base64,${bytes.toString('base64')}`;

// webp packs a picture, as the browser does.
async function webp(studio: Page, png: Buffer): Promise<Buffer> {
  const packed = await studio.evaluate(
    async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), {
        width: image.width,
        height: image.height,
      });
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', 0.72);
    },
    url(png, 'png'),
  );
  return Buffer.from(packed.slice(packed.indexOf(',') + 1), 'base64');
}

// difference compares two pictures, made small: words and dates may differ, places not.
function difference(studio: Page, now: Buffer, shipped: Buffer): Promise<number> {
  return studio.evaluate(
    async (sources) => {
      const [w, h] = [64, 40];
      const small = async (src: string) => {
        const image = new Image();
        image.src = src;
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
        const context = canvas.getContext('2d');
        if (!context) throw new Error('no canvas');
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, w, h);
        return context.getImageData(0, 0, w, h).data;
      };
      const [a, b] = await Promise.all(sources.map(small));
      if (!a || !b) return 1;
      return a.reduce((sum, v, i) => sum + Math.abs(v - (b[i] ?? 0)), 0) / a.length / 255;
    },
    [url(now, 'png'), url(shipped, 'webp')],
  );
}
