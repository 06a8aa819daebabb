import type { Locator, Page } from '@playwright/test';
import { expect, test } from './desk';
import { pages } from './files';
import { look, shot } from './look';
import { CLAIRE } from './portal';
import { assistantTo, attached, button, heading, inEnglish, pick, popup, send, tick } from './steps';

// What a person blackens is gone from what leaves, and nothing else changes.

const NIR = '2 69 05 49 588 157 80'; // nobody's
const found = /Numéro de sécurité sociale ••• .*, page 2/;

// invoice has a number of the social security at the top of its second page.
const invoice = () => pages('relevé.pdf', ['Facture FA-2026-0412'], [`Assuré : ${NIR}`, 'Montant : 127,50']);

const view = (page: Page) => page.getByRole('dialog', { name: /^Pages de/ });
const sheet = (page: Page) => view(page).getByRole('application');
const box = (page: Page, name: string) => view(page).getByRole('button', { name, exact: true });

// shown waits for the picture of a page, and for the focus, which React Aria brings a
// moment later to whoever has opened a dialog by the keyboard.
async function shown(page: Page): Promise<void> {
  await expect(sheet(page).getByRole('img')).toBeVisible({ timeout: 20_000 });
  await expect(view(page).and(page.locator(':focus-within'))).toBeVisible();
}

// drag presses, goes and lets go, in fractions of a page.
async function drag(page: Page, on: Locator, from: [number, number], to: [number, number]): Promise<void> {
  const at = await on.boundingBox();
  if (!at) throw new Error('not there');
  const go = (f: [number, number], steps = 1) =>
    page.mouse.move(at.x + f[0] * at.width, at.y + f[1] * at.height, { steps });
  await go(from);
  await page.mouse.down();
  await go(to, 5);
  await page.mouse.up();
}

// asked is the pop-up with what was found.
async function asked(page: Page, subject: string): Promise<void> {
  await assistantTo(page, 'Fichiers et envoi', subject);
  await pick(page, [invoice()]);
  await expect(popup(page)).toContainText(found, { timeout: 30_000 });
}

test('what lies under a box is not in the file that arrives', async ({ page, portal }) => {
  test.setTimeout(120_000);
  const subject = 'Page noircie';
  await asked(page, subject);
  await button(popup(page), 'Noircir…').click();
  await shown(page);
  await expect(view(page)).toContainText('Page 2 sur 2');
  await expect(view(page)).toContainText(found);
  await expect(view(page)).toContainText('L’original sur votre poste ne change pas.');
  await expect(button(view(page), 'Noircir')).toHaveAttribute('aria-disabled', 'true');
  await drag(page, sheet(page), [0.05, 0.04], [0.95, 0.12]);
  await expect(box(page, 'Cadre 1, page 2')).toBeFocused();
  await look(page, 'redact');
  await button(view(page), 'Noircir').click();
  await expect(view(page)).toBeHidden({ timeout: 30_000 });
  await expect(popup(page)).toContainText('Une copie modifiée partira', { timeout: 60_000 });
  await expect(popup(page)).not.toContainText(found);
  await expect(page.getByRole('region', { name: /^Ce que Guichet a vu/ })).toBeFocused();
  await shot(page, 'redact-after');

  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(attached(page)).toContainText('relevé.pdf');
  const picture = attached(page).locator('img');
  await expect(picture).toHaveJSProperty('complete', true, { timeout: 20_000 });
  await expect(picture).not.toHaveJSProperty('naturalWidth', 0);
  await shot(page, 'redact-attached');
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible({ timeout: 20_000 });
  await expect.poll(async () => (await portal.about(CLAIRE, subject))[0]?.files[0]?.received).toBe(true);
  const [held] = await portal.about(CLAIRE, subject);
  const file = held?.files[0];
  if (!held || !file) throw new Error('nothing arrived');
  const bytes = (await portal.bytes(CLAIRE, held.id, file.id)).toString('latin1');
  expect(bytes.slice(0, 5)).toBe('%PDF-');
  expect(bytes).not.toContain(NIR);
  expect(bytes.match(/\/Subtype\/Image/g)).toHaveLength(2); // its pages are pictures,
  expect(bytes).not.toMatch(/\/Font|\bTj\b|\bTJ\b|FlateDecode|Metadata|\/Info/); // and nothing but
});

test('boxes are moved, resized, removed and brought back by mouse', async ({ page }) => {
  await asked(page, 'Cadres à la souris');
  await button(popup(page), 'Noircir…').click();
  await shown(page);
  const first = box(page, 'Cadre 1, page 2');
  await drag(page, sheet(page), [0.2, 0.1], [0.4, 0.15]);
  const drawn = await first.boundingBox();
  await drag(page, first, [0.5, 0.5], [1, 2]);
  const moved = await first.boundingBox();
  expect(moved?.x).toBeGreaterThan((drawn?.x ?? 0) + 50);
  expect(moved?.width).toBeCloseTo(drawn?.width ?? 0, 0);
  await drag(page, first, [1, 1], [1.5, 3]); // its corner
  const larger = await first.boundingBox();
  expect(larger?.width).toBeGreaterThan((moved?.width ?? 0) + 50);
  expect(larger?.x).toBeCloseTo(moved?.x ?? 0, 0);
  await button(view(page), 'Retirer le cadre 1, page 2').click();
  await expect(first).toBeHidden();
  await expect(view(page)).toContainText('Aucun cadre');
  await button(view(page), 'Défaire').click();
  await expect(first).toBeVisible();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  const back = await first.boundingBox();
  expect(back?.x).toBeCloseTo(drawn?.x ?? 0, 0);
  expect(back?.width).toBeCloseTo(drawn?.width ?? 0, 0);

  // A drag that is broken off leaves nothing, and the window where it is.
  await page.mouse.move(500, 400);
  await page.mouse.down();
  await page.mouse.move(700, 450, { steps: 3 });
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(view(page)).toContainText(/1\scadre/);
  await button(view(page), 'Zoom 200\u202f%').click();
  await expect(button(view(page), 'Zoom 200\u202f%')).toHaveAttribute('aria-pressed', 'true');
  await shot(page, 'redact-zoom');
  await button(view(page), 'Page précédente').click();
  await expect(view(page)).toContainText('Page 1 sur 2');
  await shown(page);
  await expect(first).toBeHidden(); // it is on the other page
});

test('all of it by keyboard, and back to where it was opened', async ({ page }) => {
  test.setTimeout(120_000);
  await asked(page, 'Au clavier');
  const opener = button(popup(page), 'Noircir…');
  await opener.focus();
  await page.keyboard.press('Enter');
  await shown(page);
  await page.keyboard.press('Escape');
  await expect(view(page)).toBeHidden();
  await expect(popup(page)).toBeVisible(); // one at a time
  await expect(opener).toBeFocused();
  await page.keyboard.press('Enter');
  await shown(page);
  for (let i = 0; i < 12 && (await focused(page)) !== 'Ajouter un cadre'; i++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const first = box(page, 'Cadre 1, page 2');
  await expect(first).toBeFocused();
  const was = await first.boundingBox();
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowLeft']) await page.keyboard.press(key);
  for (let i = 0; i < 4; i++) await page.keyboard.press('Control+ArrowRight');
  await expect
    .poll(async () => {
      const now = await first.boundingBox();
      return (now?.width ?? 0) > (was?.width ?? 0) && (now?.x ?? 0) < (was?.x ?? 0);
    })
    .toBe(true);
  await look(page, 'redact-keyboard');
  await page.keyboard.press('Delete');
  await expect(first).toBeHidden();
  await expect(button(view(page), 'Ajouter un cadre')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(first).toBeFocused();
  await page.keyboard.press('Escape'); // what was drawn is not lost by it
  await expect(opener).toBeFocused();
  await page.keyboard.press('Enter');
  await shown(page);
  await expect(view(page)).toContainText(/1\scadre/);
  await button(view(page), 'Noircir').focus();
  await page.keyboard.press('Enter');
  await expect(popup(page)).toContainText('Une copie modifiée partira', { timeout: 60_000 });
});

test('« Annuler » leaves the file as it was', async ({ page, desk }) => {
  await asked(page, 'Rien de changé');
  await button(popup(page), 'Noircir…').click();
  await shown(page);
  await drag(page, sheet(page), [0.05, 0.04], [0.95, 0.12]);
  await button(view(page), 'Annuler').click();
  await expect(view(page)).toBeHidden();
  await expect(popup(page)).toContainText(found);
  await expect(popup(page)).not.toContainText('Une copie modifiée partira');
  await button(popup(page), 'Voir les pages de relevé.pdf').click();
  await shown(page);
  await expect(view(page)).toContainText('Page 1 sur 2');
  await expect(view(page)).toContainText('Aucun cadre');
  await page.keyboard.press('Escape');
  await expect(view(page)).toBeHidden();
  await expect(popup(page).and(page.locator(':focus-within'))).toBeVisible(); // it is back
  await page.keyboard.press('Escape');
  await expect(popup(page)).toBeHidden();
  expect(await desk.storedFiles()).toEqual([]);
});

test('a page that cannot be drawn says what to do', async ({ page }) => {
  await asked(page, 'Sans image');
  let broken = true;
  await page.route(/\/files\/[^/]+\/page\/2/, (route) =>
    broken ? route.fulfill({ status: 200, body: 'none' }) : route.continue(),
  );
  await button(popup(page), 'Noircir…').click();
  await expect(view(page).getByRole('alert')).toContainText('Cette page ne peut pas être affichée');
  await look(page, 'redact-no-page');
  broken = false;
  await button(view(page), 'Réessayer').click();
  await shown(page);
  await button(view(page), 'Ajouter un cadre').click();
  await button(view(page), 'Annuler').click();
  await expect(view(page)).toBeHidden();
});

test('it fits a small window, and speaks English', async ({ page }) => {
  await assistantTo(page, 'Fichiers et envoi', 'En anglais');
  await inEnglish(page);
  await pick(page, [invoice()]);
  await button(page, 'Black out…').click({ timeout: 30_000 });
  const dialog = page.getByRole('dialog', { name: /^Pages of/ });
  await expect(dialog.getByRole('img')).toBeVisible({ timeout: 20_000 });
  await button(dialog, 'Add a box').click();
  await look(page, 'redact-english');
  for (const [width, height] of [
    [1024, 700],
    [640, 600],
    [512, 350],
  ] as const) {
    await page.setViewportSize({ width, height });
    await shot(page, `redact-${width}`);
  }
});

// focused is what the button with the focus says.
function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.querySelector('button:focus')?.textContent ?? '');
}
