import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { test as base, crash, Desk, expect, open } from './desk';
import { Keyring } from './keyring';
import { look, shot } from './look';
import {
  act,
  begin,
  button,
  choose,
  DISPUTE,
  field,
  heading,
  inEnglish,
  link,
  personMenu,
  pickCategory,
  place,
  saved,
} from './steps';

// What is written is sealed with a key that the system's keyring has. When it has
// it no more, nothing is lost: the recovery code opens it again.

const NOBODY = 'http://127.0.0.1:9'; // no portal is needed to write

// A desk at which nobody has signed in, with a real keyring, or with none.
const test = base.extend<{ keyring: Keyring; without: boolean }>({
  without: [false, { option: true }],

  keyring: async ({ folder }, use) => {
    const keyring = new Keyring(join(folder, 'keyring'));
    try {
      await keyring.start();
      await use(keyring);
    } finally {
      await keyring.stop();
    }
  },

  desk: async ({ folder, keyring, without }, use) => {
    const bus = without ? { DBUS_SESSION_BUS_ADDRESS: 'disabled:' } : keyring.env;
    const desk = new Desk(join(folder, 'desk'), NOBODY, '', { GUICHET_KEYRING: 'system', ...bus });
    await desk.start();
    await use(desk);
    await desk.kill();
  },
});

test.skip(process.platform !== 'linux', 'a Secret Service with keys that can be lost is of Linux only');
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const SUBJECT = 'Avoir sur la maintenance';

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Votre code de secours' });
const line = (page: Page, name: string) => page.getByRole('region', { name });

// skipStart leaves the first steps, which writing needs none of.
async function skipStart(page: Page): Promise<void> {
  await button(page, 'Écrire d’abord, me connecter plus tard').click();
  await expect(link(page.getByRole('main'), 'Créer une demande')).toBeVisible();
}

async function write(page: Page): Promise<void> {
  await begin(page, 'Créer une demande');
  await choose(page, DISPUTE.type);
  await pickCategory(page, DISPUTE.category);
  await field(page, 'Sujet').fill(SUBJECT);
  await saved(page);
}

async function written(page: Page): Promise<void> {
  await place(page, 'Brouillons');
  await link(page, `Reprendre « ${SUBJECT} »`).click();
  await expect(field(page, 'Sujet')).toHaveValue(SUBJECT);
}

// codeIn reads the code that a dialog shows, as it would be written down.
async function codeIn(page: Page, name = 'Code de secours'): Promise<string> {
  const groups = page.getByRole('dialog').getByRole('region', { name }).getByRole('listitem');
  await expect(groups).toHaveCount(7);
  return (await groups.allTextContents()).join('-');
}

const endOf = (code: string) => code.split('-').slice(-2).join('');

// screen looks at a screen in the size that most PCs at a desk leave to it.
async function screen(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 1024, height: 700 });
  await look(page, name);
}

test('a code that is written down opens what a lost key has sealed', async ({ page, desk, keyring }) => {
  test.setTimeout(120_000);
  const notice = line(page, 'Votre code de secours');
  await expect(notice).toBeVisible();
  await screen(page, 'keys-start');
  await skipStart(page);
  await screen(page, 'keys-home');
  await button(notice, 'Voir le code').click();
  const code = await codeIn(page);
  expect(code).toMatch(/^([0-9A-Z]{4}-){6}[0-9A-Z]{3}$/);
  await screen(page, 'keys-code');

  // It is no code yet: whoever goes away finds the same one again.
  await button(dialog(page), 'Annuler').click();
  await button(notice, 'Voir le code').click();
  expect(await codeIn(page)).toBe(code);
  await button(dialog(page), 'Je l’ai noté').click();
  const end = dialog(page).getByRole('textbox');
  await expect(end).toBeFocused();
  await expect(dialog(page)).not.toContainText(endOf(code).slice(0, 4));
  await end.fill(endOf(code).replace(/.$/, '#'));
  await end.press('Enter');
  await expect(dialog(page)).toContainText('Ce n’est pas la fin du code');
  await screen(page, 'keys-end');
  await end.fill(endOf(code).toLowerCase().replace(/^..../, '$& '));
  await button(dialog(page), 'Confirmer').click();
  await expect(dialog(page)).toBeHidden();
  await expect(notice).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();

  await write(page);
  await crash(page, desk);
  await keyring.unlock('another');
  await desk.start();
  await open(page, desk);
  await expect(heading(page, 'La clé de vos textes est introuvable')).toBeVisible();
  await screen(page, 'keys-lost');
  const typed = field(page, 'Code de secours');
  await typed.fill(code.slice(3));
  await button(page, 'Ouvrir mes textes').click();
  await expect(page.getByRole('main')).toContainText('Il manque 3 caractères');
  const [first = '', second = ''] = code;
  await typed.fill((first === second ? (first === 'Z' ? 'Y' : 'Z') : second) + first + code.slice(2));
  await typed.press('Enter');
  await expect(typed).toHaveAccessibleDescription(/Ce code de secours n’ouvre pas les données de ce poste/);
  await screen(page, 'keys-lost-wrong');
  await button(page, 'Réessayer').click();
  await expect(page.getByRole('main')).toContainText('La clé reste introuvable.');
  await typed.fill(` ${code.toLowerCase().replaceAll('-', ' – ')} `);
  await typed.press('Enter');
  await expect(heading(page, 'Bonjour')).toBeFocused();
  await expect(notice).toBeHidden();
  await written(page);

  await inEnglish(page);
  await act(page, 'Recovery code…');
  const newer = await codeIn(page, 'Recovery code');
  expect(newer).not.toBe(code);
  await expect(page.getByRole('dialog')).toContainText('There is a code already');
  await screen(page, 'en-keys-code');
  await button(page, 'I have written it down').click();
  await page.getByRole('dialog').getByRole('textbox').fill(endOf(newer));
  await screen(page, 'en-keys-end');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Your recovery code is in place' })).toBeVisible();

  // The key is there again after the next start, and the older code opens nothing
  // once the newer one is in use.
  await crash(page, desk);
  await desk.start();
  await open(page, desk);
  await expect(heading(page, 'Hello')).toBeVisible();
  await crash(page, desk);
  await keyring.unlock('a third');
  await desk.start();
  await open(page, desk);
  await expect(heading(page, 'The key of your texts cannot be found')).toBeVisible();
  await screen(page, 'en-keys-lost');
  const again = page.getByRole('textbox', { name: 'Recovery code' });
  await again.fill(code);
  await again.press('Enter');
  await expect(again).toHaveAccessibleDescription(/does not open the data of this PC/);
  await again.fill(newer);
  await again.press('Enter');
  await expect(link(page, /^Resume|^Go on/).first()).toBeVisible();
});

test('the code is put off until the next start, and can be printed alone', async ({ page, desk }) => {
  const notice = line(page, 'Votre code de secours');
  await skipStart(page);
  await button(notice, 'Plus tard').click();
  await expect(notice).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await place(page, 'Brouillons');
  await link(page.getByRole('navigation'), /^Accueil/).click();
  await expect(heading(page, 'Bonjour')).toBeVisible();
  await expect(notice).toBeHidden();

  await act(page, 'Code de secours…');
  const code = await codeIn(page);
  const printed: string[] = [];
  await page.exposeFunction('printed', () => printed.push('once'));
  await page.evaluate(() => {
    window.print = () => (window as unknown as { printed(): void }).printed();
  });
  await button(dialog(page), 'Imprimer').click();
  await expect.poll(() => printed).toEqual(['once']);
  await page.emulateMedia({ media: 'print' });
  const paper = page.locator('body > :visible');
  await expect(paper).toHaveCount(1);
  for (const text of ['Guichet, code de secours', ...code.split('-'), 'Poste :', 'Imprimé le'])
    await expect(paper).toContainText(text);
  await shot(page, 'keys-paper');
  const mask = page.locator('dialog.mask');
  await mask.evaluate((cover: HTMLDialogElement) => cover.showModal());
  await expect(paper).toHaveCount(0);
  await mask.evaluate((cover: HTMLDialogElement) => cover.close());
  await page.emulateMedia({ media: 'screen' });
  await button(dialog(page), 'Annuler').focus();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();

  await desk.stop();
  await page.goto('about:blank');
  await desk.start();
  await open(page, desk);
  await expect(notice).toBeVisible();
});

test('a keyring that does not answer is waited for', async ({ page, desk, keyring }) => {
  test.setTimeout(120_000);
  await skipStart(page);
  await write(page);
  await crash(page, desk);
  await keyring.lock('first');
  await desk.start();
  await open(page, desk);
  await expect(heading(page, 'Le trousseau de clés ne répond pas')).toBeVisible();
  await screen(page, 'keys-silent');
  await button(page, 'Réessayer').click();
  await expect(page.getByRole('main')).toContainText('Toujours pas de réponse.');
  await keyring.unlock('first');
  await button(page, 'Réessayer').click();
  await expect(heading(page, 'Bonjour')).toBeFocused();
  await inEnglish(page);
  await screen(page, 'en-keys-home');
  await crash(page, desk);
  await keyring.lock('first');
  await desk.start();
  await open(page, desk);
  await expect(heading(page, 'The keyring does not answer')).toBeVisible();
  await screen(page, 'en-keys-silent');
});

test.describe('without a keyring', () => {
  test.use({ without: true });

  test('it is said once that nothing is sealed, and why can be read later', async ({ page }) => {
    const notice = line(page, 'Textes non chiffrés sur ce poste');
    await expect(notice).toContainText('Vos textes ne sont pas chiffrés');
    await skipStart(page);
    await screen(page, 'plain-home');
    await button(notice, 'Que faire ?').click();
    await expect(page.getByRole('dialog')).toContainText('prestataire informatique');
    await screen(page, 'plain-dialog');
    await button(page.getByRole('dialog'), 'Fermer').click();
    await expect(button(notice, 'Que faire ?')).toBeFocused();
    await button(notice, 'Compris').click();
    await expect(notice).toBeHidden();
    await write(page);
    await personMenu(page);
    await screen(page, 'plain-menu');
    await page.getByRole('menuitem', { name: 'Chiffrement de ce poste…' }).click();
    await expect(page.getByRole('dialog', { name: 'Textes non chiffrés sur ce poste' })).toBeVisible();
    await page.keyboard.press('Escape');
    await inEnglish(page);
    await act(page, 'Encryption on this PC…');
    await screen(page, 'en-plain-dialog');
  });
});
