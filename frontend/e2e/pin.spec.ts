import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { test as base, Desk, expect, open } from './desk';
import { Keyring } from './keyring';
import { look } from './look';
import { CLAIRE, MARC } from './portal';
import {
  act,
  button,
  field,
  fillForm,
  followLink,
  foot,
  heading,
  inEnglish,
  link,
  place,
  reached,
  saved,
} from './steps';

// A PIN keeps colleagues of the same account out of what somebody has written
// here, with a real keyring; it is asked for without a portal as well.

const test = base.extend<{ keyring: Keyring }>({
  keyring: async ({ folder }, use) => {
    const keyring = new Keyring(join(folder, 'keyring'));
    try {
      await keyring.start();
      await use(keyring);
    } finally {
      await keyring.stop();
    }
  },

  desk: async ({ folder, keyring, portal }, use) => {
    const desk = new Desk(join(folder, 'desk'), portal.address, CLAIRE, {
      GUICHET_KEYRING: 'system',
      ...keyring.env,
    });
    await desk.start();
    await use(desk);
    await desk.kill();
  },
});

test.skip(process.platform !== 'linux', 'a Secret Service of its own is of Linux only');
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const cover = (page: Page) => page.getByRole('dialog', { name: 'Guichet est verrouillé' });
const pin = (page: Page, name = 'Claire Lefèvre') =>
  page.getByRole('dialog').getByLabel(`${name}, votre code PIN`);

async function shown(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 1024, height: 700 });
  await look(page, name);
}

async function choosePIN(page: Page, code: string): Promise<void> {
  await act(page, 'Code PIN…');
  const dialog = page.getByRole('dialog', { name: 'Votre code PIN' });
  await dialog.getByLabel('Nouveau code PIN').fill(code);
  await dialog.getByLabel('Le même, encore une fois').fill(code);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
}

// again starts the desk anew: nobody signs in, since the keyring has kept it.
async function again(page: Page, desk: Desk): Promise<void> {
  desk.person = '';
  await desk.stop();
  await page.goto('about:blank');
  await desk.start();
  await open(page, desk);
}

// recoveryCode is one that is in use, made as the window does.
function recoveryCode(page: Page): Promise<string> {
  return page.evaluate(async () => {
    type Keyring = { NewCode(): Promise<string>; UseCode(code: string): Promise<void> };
    const { Keyring: keys } = (window as unknown as { go: { app: { Keyring: Keyring } } }).go.app;
    const code = await keys.NewCode();
    await keys.UseCode(code);
    return code;
  });
}

test('a PIN is chosen, asked for, got wrong, changed and taken away', async ({ page, desk, portal }) => {
  test.setTimeout(180_000);
  await act(page, 'Code PIN…');
  const dialog = page.getByRole('dialog', { name: 'Votre code PIN' });
  await expect(dialog).toContainText('pas des collègues qui utilisent le même compte de ce poste');
  await expect(dialog.getByLabel('Nouveau code PIN')).toBeFocused();
  await dialog.getByLabel('Nouveau code PIN').fill('123');
  await dialog.getByLabel('Le même, encore une fois').fill('124');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('Les deux codes ne sont pas les mêmes.');
  await dialog.getByLabel('Le même, encore une fois').fill('123');
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Nouveau code PIN')).toHaveAccessibleDescription(/C’est trop court/);
  await shown(page, 'pin-short');
  await button(dialog, 'Annuler').click();
  await choosePIN(page, '2580');
  await expect(page.getByText('Votre code PIN est en place.')).toBeVisible();

  // Masked, it is asked for, and every word is there afterwards.
  await fillForm(page, 'Sous le code');
  await field(page, 'Description').fill('Une phrase à demi');
  await portal.stop(); // nobody has to be asked
  await act(page, 'Masquer maintenant');
  await expect(pin(page)).toBeFocused();
  await shown(page, 'masked-pin');
  expect(await reached(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(cover(page)).toBeVisible();
  await pin(page).fill('1111');
  await page.keyboard.press('Enter');
  await expect(pin(page)).toHaveAccessibleDescription(/Ce n’est pas le bon code\. Il reste 9.essais\./);
  await shown(page, 'masked-pin-wrong');
  await pin(page).fill('2580');
  await page.keyboard.press('Enter');
  await expect(cover(page)).toBeHidden();
  await expect(field(page, 'Description')).toHaveValue('Une phrase à demi');
  await saved(page);

  // At the start nothing of hers is to be had before it: no list, no name of a draft.
  await portal.start();
  await again(page, desk);
  await expect(cover(page)).toContainText('s’ouvre avec votre code PIN');
  await expect(pin(page)).toBeFocused();
  await shown(page, 'locked');
  expect(await reached(page)).toEqual([]);
  expect(await page.content()).not.toContain('Sous le code');
  const list = await page.evaluate(() =>
    (window as unknown as { go: { app: { Drafts: { List(): Promise<unknown> } } } }).go.app.Drafts.List(),
  );
  expect(list).toEqual([]);
  for (let i = 0; i < 3; i++) {
    await pin(page).fill(`000${i}`);
    await page.keyboard.press('Enter');
    await expect(pin(page)).toHaveAccessibleDescription(new RegExp(`Il reste ${9 - i}.essais`));
  }
  await expect(cover(page)).toContainText(/Prochain essai possible dans 1.s/);
  await expect(cover(page)).not.toContainText('Prochain essai possible');
  await pin(page).fill('2580');
  await button(cover(page), 'Reprendre').click();
  await expect(cover(page)).toBeHidden();
  await expect(link(page, 'Reprendre')).toBeVisible();
  await expect(foot(page)).toContainText('Connecté au portail'); // her sign-in was kept

  // Changed and taken away with the one that is set.
  await act(page, 'Code PIN…');
  await dialog.getByLabel('Code PIN actuel').fill('9999');
  await dialog.getByLabel('Nouveau code PIN').fill('sésame');
  await dialog.getByLabel('Le même, encore une fois').fill('sésame');
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Code PIN actuel')).toHaveAccessibleDescription(/Il reste 9.essais/);
  await shown(page, 'pin-change');
  await dialog.getByLabel('Code PIN actuel').fill('2580');
  await dialog.getByLabel('Nouveau code PIN').fill('sésame');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await act(page, 'Code PIN…');
  await dialog.getByLabel('Code PIN actuel').fill('sésame');
  await button(dialog, 'Retirer le code PIN').click();
  await expect(dialog).toBeHidden();
  await act(page, 'Masquer maintenant');
  await expect(pin(page)).toHaveCount(0);
  const bare = page.getByRole('dialog', { name: 'Guichet est masqué' }); // nothing locks it
  await button(bare, 'Reprendre').click();
  await expect(bare).toBeHidden();
});

test('somebody else takes the desk from behind a PIN, and a forgotten one is replaced by the code', async ({
  page,
  desk,
}) => {
  test.setTimeout(180_000);
  const code = await recoveryCode(page);
  await choosePIN(page, '2580');
  await fillForm(page, 'De Claire seule');
  await saved(page);
  await again(page, desk);
  await button(cover(page), 'Une autre personne…').click();
  await expect(button(cover(page), 'Se connecter')).toBeFocused();
  await shown(page, 'locked-others');
  await button(cover(page), 'Se connecter').click();
  const href = link(cover(page), 'Ouvrir la page de connexion');
  await expect(href).toBeVisible();
  await shown(page, 'locked-sign-in');
  await followLink(page, MARC);
  await expect(heading(page, 'Bonjour Marc')).toBeVisible();
  await expect(page.locator('.toast')).toContainText('Bonjour Marc Diallo.'); // what the mask says outlives it
  await expect(page.getByText('De Claire seule')).toHaveCount(0);

  await act(page, /^Claire Lefèvre/);
  const dialog = page.getByRole('dialog', { name: 'Ouvrir pour Claire Lefèvre' });
  await expect(pin(page)).toBeFocused();
  await shown(page, 'enter-pin');
  await button(dialog, 'Code PIN oublié ?').click();
  const typed = dialog.getByRole('textbox', { name: 'Code de secours' });
  await typed.fill(code.slice(0, -1));
  await page.keyboard.press('Enter');
  await expect(typed).toHaveAccessibleDescription(/Il manque 1.caractère/);
  await typed.fill(code.replace(/.$/, (last) => (last === 'Z' ? 'Y' : 'Z')));
  await page.keyboard.press('Enter');
  await expect(typed).toHaveAccessibleDescription(/Ce code de secours n’ouvre pas/);
  await shown(page, 'enter-code');
  await typed.fill(code.toLowerCase());
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: /Claire Lefèvre/ })).toBeVisible();
  await place(page, 'Brouillons');
  await expect(page.getByRole('main')).toContainText('De Claire seule');

  // It is gone: one click each way from here on.
  await act(page, /^Marc Diallo/);
  await expect(heading(page, 'Aucun brouillon')).toBeVisible();
  await act(page, /^Claire Lefèvre/);
  await expect(page.getByRole('main')).toContainText('De Claire seule');
});

test('the same can be read in English', async ({ page, desk }) => {
  await choosePIN(page, '2580');
  await inEnglish(page);
  await act(page, 'PIN…');
  await shown(page, 'en-pin-change');
  await button(page.getByRole('dialog'), 'Forgotten your PIN?').click();
  await expect(page.getByRole('dialog')).toContainText('No recovery code was written down for this name');
  await shown(page, 'en-pin-forgotten');
  await button(page.getByRole('dialog'), 'Cancel').click();
  await again(page, desk);
  const cover = page.getByRole('dialog', { name: 'Guichet is locked' });
  const box = cover.getByLabel('Claire Lefèvre, your PIN');
  await box.fill('1111');
  await page.keyboard.press('Enter');
  await expect(box).toHaveAccessibleDescription(/This is not the right PIN\. 9.tries are left\./);
  await shown(page, 'en-locked-wrong');
  await button(cover, 'Forgotten your PIN?').click();
  await expect(cover).toContainText('No recovery code was written down for this name');
  await shown(page, 'en-locked-no-code');
  await button(cover, 'Somebody else…').click();
  await shown(page, 'en-locked-others');
});

test('whoever cannot open a PC that waits for a PIN can write all the same', async ({ page, desk }) => {
  await choosePIN(page, '2580');
  await again(page, desk);
  await button(cover(page), 'Une autre personne…').click();
  await button(cover(page), 'Écrire sans se connecter').click();
  await expect(cover(page)).toBeHidden();
  await expect(heading(page, 'Bonjour')).toBeVisible();
  await act(page, /^Claire Lefèvre/);
  await pin(page).fill('2580');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Bonjour Claire')).toBeVisible();
});
