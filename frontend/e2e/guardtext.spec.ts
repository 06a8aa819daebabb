import type { Page } from '@playwright/test';
import { box, goTo, messages, talk, WAITING } from './acts';
import { expect, test } from './desk';
import { pdf } from './files';
import { look } from './look';
import {
  assistantTo,
  atStep,
  button,
  details,
  field,
  fillForm,
  heading,
  inEnglish,
  next,
  pick,
  popup,
} from './steps';

// What the guard says of texts while they are written, and what it keeps back.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

// number is what the social security would give to somebody who does not exist.
function number(order: number): string {
  const body = `1850578006${String(order).padStart(3, '0')}`;
  const key = 97 - Number(BigInt(body) % 97n);
  return `${body}${String(key).padStart(2, '0')}`.replace(
    /^(.)(..)(..)(..)(...)(...)(..)$/,
    '$1 $2 $3 $4 $5 $6 $7',
  );
}

// account has the check digits of a bank account.
function account(): string {
  const bban = '30004000031234567890143';
  const check = 98 - Number(BigInt(`${bban}152700`) % 97n);
  return `FR${String(check).padStart(2, '0')}${bban}`.replace(/(.{4})/g, '$1 ').trim();
}

const lines = (page: Page) => page.locator('.guard-line');
const send = (page: Page) => button(page, 'Envoyer').click();
const sent = (page: Page) => expect(heading(page, /^Demande (envoyée|enregistrée)/)).toBeVisible();
const marked = (page: Page) =>
  field(page, 'Description').evaluate((e: HTMLTextAreaElement) =>
    e.value.slice(e.selectionStart, e.selectionEnd),
  );

async function explain(page: Page, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(reason);
  await button(dialog, 'Confirmer').click();
  await expect(dialog).toBeHidden();
}

test('a number of the social security is told while it is typed, keeps the request back, and leaves masked', async ({
  page,
  portal,
}) => {
  const nir = number(84);
  const subject = 'Deux fois la maintenance';
  await fillForm(page, subject);
  const text = `Bonjour 👋\nÉléonore est assurée\nsous le ${nir}, merci.`;
  await field(page, 'Description').fill(text);
  await expect(lines(page)).toHaveText(/^Numéro de sécurité sociale ••• \d{4}, ligne\s3/);
  await expect(field(page, 'Description')).toBeFocused();
  await look(page, 'guardtext-nir');

  await send(page);
  const summary = page.getByRole('region', { name: /point à revoir/ });
  await expect(summary).toBeFocused();
  await button(summary, /Un numéro de sécurité sociale s’y trouve/).click();
  await expect(field(page, 'Description')).toBeFocused();
  await look(page, 'guardtext-refused');

  await button(lines(page), 'Voir').click();
  expect(await marked(page)).toBe(nir);

  await button(lines(page), 'Masquer').click();
  const hidden = text.replace(nir, `• •• •• •• ••• ••• ${nir.slice(-2)}`);
  await expect(field(page, 'Description')).toHaveValue(hidden);
  await expect(lines(page)).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(field(page, 'Description')).toHaveValue(text);
  await expect(lines(page)).toHaveCount(1);
  await button(lines(page), 'Masquer').click();
  await button(page.locator('.toast'), 'Annuler').last().click();
  await expect(field(page, 'Description')).toHaveValue(text);
  await button(lines(page), 'Masquer').click();
  await expect(field(page, 'Description')).toHaveValue(hidden);
  await send(page);
  await sent(page);
  await expect
    .poll(
      async () =>
        (await portal.requests('demo-claire')).find((r) => r.values.subject === subject)?.values.description,
    )
    .toBe(hidden);
});

test('what only looks like a number leaves with a reason, by the Assistant as well', async ({ page }) => {
  const nir = number(113);
  await assistantTo(page, 'Détails');
  await details(page, 'Lecteur en panne');
  await field(page, 'Description').fill(`L’appareil ${nir} ne répond plus, voir la photo jointe.`);
  await next(page);
  await expect(page.getByRole('region', { name: /point à revoir/ })).toBeFocused(); // not at the last step only
  await atStep(page, 'Détails');
  await button(lines(page), 'Ce n’en est pas un…').click();
  await look(page, 'guardtext-why');
  await explain(page, 'Le numéro de série du lecteur');
  await expect(lines(page)).toHaveText(
    /^Vous avez indiqué que ••• \d{4} n’est pas un numéro de sécurité sociale$/,
  );
  await expect(field(page, 'Description')).toBeFocused();
  await expect(page.getByRole('region', { name: /point à revoir/ })).toBeHidden();
  await look(page, 'guardtext-answered');
  await next(page);
  await atStep(page, 'Fichiers et envoi');
  await send(page);
  await look(page, 'guardtext-reminder-assistant');
  await button(page, 'Envoyer sans fichier').click();
  await sent(page);
});

test('a bank account is warned of, and a file that is only spoken of; neither keeps anything back', async ({
  page,
}) => {
  await fillForm(page, 'Nouveau compte');
  await field(page, 'Description').fill(`Notre compte est le ${account()}. Voir la pièce jointe.`);
  await expect(lines(page)).toContainText('fraude courante');
  await send(page);
  const reminder = page.getByRole('alert').filter({ hasText: 'aucun fichier n’est joint' });
  await expect(reminder).toBeVisible();
  await expect(button(reminder, 'Joindre un fichier')).toBeFocused();
  await look(page, 'guardtext-reminder');
  const chooser = page.waitForEvent('filechooser');
  await button(reminder, 'Joindre un fichier').click();
  await chooser;
  await pick(page, [pdf('releve.pdf')]);
  await button(popup(page), 'Annuler').click();
  await expect(popup(page)).toBeHidden();
  await send(page);
  await button(reminder, 'Envoyer sans fichier').click();
  await sent(page);
});

test('a reply is looked through as a request is, and so is a reason', async ({ page, desk, portal }) => {
  const nir = number(201);
  const id = await goTo(page, desk, portal, WAITING);
  await box(page).fill(`Il s’agit du ${nir}.`);
  await button(talk(page), 'Envoyer').click();
  await expect(box(page)).toBeFocused();
  await expect(box(page)).toHaveAccessibleDescription(/Un numéro de sécurité sociale s’y trouve/);
  await expect(lines(page)).toHaveCount(1);
  await look(page, 'guardtext-reply');
  await expect(box(page)).toHaveAccessibleDescription(/s’y trouve/); // also once it is saved
  await button(lines(page), 'Ce n’en est pas un…').click();
  await explain(page, 'Le numéro de série de l’imprimante');
  await expect(lines(page)).toHaveText(/^Vous avez indiqué/);
  await expect(box(page)).not.toHaveAccessibleDescription(/sécurité sociale/);
  await box(page).fill(`Il s’agit du ${nir}. Voir la copie ci-jointe.`);
  await button(talk(page), 'Envoyer').click();
  await button(talk(page), 'Envoyer sans fichier').click();
  await expect(box(page)).toHaveValue('');
  await expect
    .poll(async () => messages(portal, id))
    .toContain(`Il s’agit du ${nir}. Voir la copie ci-jointe.`);

  await button(page.getByRole('main'), 'Plus d’actions').filter({ visible: true }).click();
  await page.getByRole('menuitem', { name: 'Retirer la demande…' }).click();
  const dialog = page.getByRole('dialog', { name: /Retirer la demande/ });
  await dialog.getByRole('textbox').fill(`À cause du ${number(202)}`);
  await button(dialog, 'Retirer la demande').click();
  await expect(dialog.getByRole('alert')).toContainText('Un numéro de sécurité sociale s’y trouve');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await look(page, 'guardtext-reason');
  await button(dialog, 'Masquer').click();
  await expect(dialog.getByRole('textbox')).toHaveValue(/^À cause du • ••/);
  await button(dialog, 'Retirer la demande').click();
  await expect(dialog).toBeHidden();
});

test('nobody who types is held up: the program is asked when they pause, not for each key', async ({
  page,
}) => {
  const asked: string[] = [];
  await page.routeWebSocket(/\/wails\/ipc/, (line) => {
    const program = line.connectToServer();
    line.onMessage((said) => {
      if (String(said).includes('Guard.Texts')) asked.push(String(said));
      program.send(said);
    });
  });
  await page.reload();
  await fillForm(page, 'Vite tapé');
  await page.waitForTimeout(600); // longer than any pause that is waited for
  asked.length = 0;
  await field(page, 'Description').fill('');
  const text = `Le ${number(84)} est tapé sans une pause, et rien ne s’arrête.`;
  await field(page, 'Description').pressSequentially(text, { delay: 20, timeout: 45_000 });
  await expect(field(page, 'Description')).toHaveValue(text);
  await expect(lines(page)).toHaveCount(1);
  expect(asked.length).toBeLessThan(text.length / 10); // a busy machine pauses as well
});

test('in English it says the same', async ({ page }) => {
  await fillForm(page, 'In English');
  await field(page, 'Description').fill(`My number is\n${number(84)} and our account ${account()}`);
  await inEnglish(page);
  await expect(lines(page)).toHaveText([
    /^Social security number ••• \d{4}, line\s2/,
    /^Bank account \(IBAN\)/,
  ]);
  await look(page, 'guardtext-english');
});
