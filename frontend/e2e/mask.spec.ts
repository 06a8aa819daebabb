import type { Page } from '@playwright/test';
import { expect, open, test } from './desk';
import { pdf } from './files';
import { look } from './look';
import { begin, button, field, fillForm, heading, link, pick, popup, reached, saved } from './steps';

// A window that nobody sits at shows nothing, and loses nothing.

const cover = (page: Page) => page.getByRole('dialog', { name: 'Guichet est masqué' });

async function maskNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Personne et réglages/ }).click();
  await page.getByRole('menuitem', { name: 'Masquer maintenant' }).click();
  await expect(cover(page)).toBeVisible();
}

test('what was typed is there again, to the letter, and so is the place in it', async ({ page }) => {
  await fillForm(page, 'Sujet sous le masque');
  const text = field(page, 'Description');
  await text.fill('Une phrase à demi');
  await maskNow(page);
  await look(page, 'masked');
  expect(await reached(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(cover(page)).toBeVisible();
  await saved(page); // it was saved on the way
  await button(cover(page), 'Reprendre').click();
  await expect(cover(page)).toBeHidden();
  await expect(text).toHaveValue('Une phrase à demi');
  await text.press('End');
  await text.pressSequentially(' écrite');
  await expect(text).toHaveValue('Une phrase à demi écrite');
});

test('nobody there for ten minutes masks it, over a pop-up as well', async ({ page, desk }) => {
  await page.clock.install();
  await open(page, desk);
  await begin(page, 'Créer une demande');
  await fillForm(page, 'Pop-up sous le masque');
  await pick(page, [pdf('pièce.pdf')]);
  await expect(popup(page)).toContainText('Vérifié');
  await page.clock.fastForward('09:30');
  await expect(cover(page)).toBeHidden();
  await page.clock.fastForward('00:40');
  await expect(cover(page)).toBeVisible();
  expect(await reached(page)).toEqual([]);
  await expect(button(cover(page), 'Reprendre')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cover(page)).toBeHidden();
  await expect(popup(page)).toBeVisible();
  await popup(page).getByRole('checkbox').first().focus();
  await page.keyboard.press('Escape');
  await expect(popup(page)).toBeHidden();
});

test('how long is chosen, and never is a choice', async ({ page, desk }) => {
  await page.clock.install();
  await open(page, desk);
  await page.getByRole('button', { name: /^Personne et réglages/ }).click();
  await page.getByRole('menuitem', { name: 'Masquer en cas d’inactivité' }).click();
  await page.getByRole('menuitemradio', { name: 'Jamais' }).click();
  await page.clock.fastForward('05:00:00');
  await expect(heading(page, /^Bonjour/)).toBeVisible();
  await expect(cover(page)).toBeHidden();
  await expect(link(page.getByRole('navigation'), /^Accueil/)).toBeVisible();
});
