import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { look } from './look';
import { Shipped } from './shipped';
import { button } from './steps';

// The parts of the window by themselves (gallery/page.tsx): each can be read and used by
// everybody in every state, can be seen to have the focus, and keeps still.

let shipped: Shipped;
const wrong: string[] = [];

test.beforeAll(async () => {
  shipped = await Shipped.start('gallery');
});
test.afterAll(() => shipped.stop());
test.beforeEach(async ({ page }) => {
  wrong.length = 0;
  page.on('console', (m) => m.type() === 'error' && wrong.push(m.text()));
  page.on('pageerror', (e) => wrong.push(e.message));
  await page.goto(shipped.address);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
test.afterEach(() => expect(wrong).toEqual([]));

// It has no words of its own.
const shown = (page: Page, name: string) => look(page, `gallery${name}`, { asItIs: true });

test('every part of src/ui is there', async ({ page }) => {
  const index = readFileSync(resolve(import.meta.dirname, '../src/ui/index.ts'), 'utf8');
  const names = [...index.matchAll(/export \{([^}]*)\}/g)]
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => /^[A-Z][a-z]/.test(name) && !['I18nProvider', 'GridCell'].includes(name));
  const there = await page.getByRole('heading', { level: 2 }).allTextContents();
  expect(there).toEqual(expect.arrayContaining(names));
});

test('the parts can be read and used by everybody', async ({ page }) => {
  await button(page, 'Dire').click();
  await button(page, 'Dire, et pouvoir annuler').click();
  await button(page, 'Dire, et mener plus loin').click();
  await shown(page, '');
});

test('what opens above the page can be read and used by everybody', async ({ page }) => {
  for (const name of ['Menu', 'Avec choix', 'Liste vide', 'Ouvrir un panneau']) {
    await button(page, new RegExp(name)).click();
    await expect(page.locator('.popover')).toBeVisible();
    await shown(page, `-${name}`);
    await page.keyboard.press('Escape');
    await expect(page.locator('.popover')).toBeHidden();
  }
  for (const name of ['Question', 'Large', 'Alerte', 'Pleine', 'Toutes les commandes']) {
    await button(page, name).click();
    await expect(page.getByRole(name === 'Alerte' ? 'alertdialog' : 'dialog')).toBeVisible();
    await shown(page, `-${name}`);
    await page.keyboard.press('Escape');
    await expect(page.locator('.veil')).toBeHidden();
  }
});

for (const forced of ['none', 'active'] as const)
  test(`whatever gets the focus by Tab has a ring, forced colours: ${forced}`, async ({ page }) => {
    await page.emulateMedia({ forcedColors: forced });
    const seen = new Set<string>();
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const e = document.activeElement;
        if (!e || e === document.body) return undefined;
        // A box of its own is drawn for what hides its input; a part of a date is filled.
        const drawn = [e, e.closest('label'), e.closest('label')?.querySelector('.check-box')];
        const ringed = drawn.some((d) => {
          const { outlineStyle, outlineWidth } = d
            ? getComputedStyle(d)
            : { outlineStyle: 'none', outlineWidth: '0' };
          return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
        });
        const filled = e.matches('.date-part[data-focused]');
        const box = (e.closest('label') ?? e).getBoundingClientRect();
        return {
          is: e.outerHTML.slice(0, 120),
          seen: (ringed || filled) && box.width * box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        };
      });
      if (!at || seen.has(at.is)) continue;
      seen.add(at.is);
      expect.soft(at, at.is).toMatchObject({ seen: true });
    }
    expect(seen.size).toBeGreaterThan(40);
  });

test('nothing moves for longer than 150 ms, and nothing at all for whoever wants no motion', async ({
  page,
}) => {
  const longest = () =>
    page.evaluate(() =>
      Math.max(
        ...[...document.querySelectorAll('*')].flatMap((e) => {
          const { transitionDuration, animationDuration } = getComputedStyle(e);
          return `${transitionDuration}, ${animationDuration}`.split(', ').map(Number.parseFloat);
        }),
      ),
    );
  expect(await longest()).toBeGreaterThan(0);
  expect(await longest()).toBeLessThanOrEqual(0.15);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await longest()).toBe(0);
});
