import { expect, open, test } from './desk';
import { drop, onDisk, paste, pdf, sha256 } from './files';
import { CLAIRE } from './portal';
import {
  assistantTo,
  attach,
  attached,
  button,
  field,
  fillForm,
  heading,
  pick,
  popup,
  send,
  statement,
  tick,
} from './steps';

// No file is stored before somebody has stated, for this file, that it holds no
// health data.

test('nothing is attached without the tick, nor after « Annuler »', async ({ page, desk }) => {
  const file = pdf('relevé.pdf');
  await assistantTo(page, 'Fichiers et envoi');
  await pick(page, [file]);
  await expect(popup(page)).toContainText(file.name);
  await expect(statement(page)).not.toBeChecked();
  await button(popup(page), 'Confirmer').click({ force: true }); // it says that it is disabled
  await expect(popup(page)).toContainText('Cochez d’abord la case ci-dessus, si la phrase est vraie.');
  await expect(button(popup(page), 'Confirmer')).toHaveAttribute('aria-disabled', 'true');
  expect(await desk.storedFiles()).toEqual([]);

  await tick(page);
  await button(popup(page), 'Annuler').click();
  await expect(popup(page)).toBeHidden();
  await expect(attached(page)).toBeHidden();

  await pick(page, [file]);
  await tick(page);
  await page.keyboard.press('Escape');
  await expect(popup(page)).toBeHidden();
  await expect(attached(page)).toBeHidden();
  expect(await desk.storedFiles()).toEqual([]);
  await open(page, desk, '/drafts'); // nor after the page was loaded anew
  await page.getByRole('link', { name: /^Reprendre/ }).click();
  await expect(heading(page, /Fichiers et envoi/)).toBeVisible();
  await expect(attached(page)).toBeHidden();
});

test('each file is asked about anew, and one of two can be left out', async ({ page, desk, portal }) => {
  const subject = 'Un fichier sur deux';
  const [kept, out, later] = [pdf('à joindre.pdf'), pdf('à laisser.pdf'), pdf('plus tard.pdf')] as const;
  await assistantTo(page, 'Fichiers et envoi', subject);
  await pick(page, [kept, out]);
  await expect(heading(page, 'Ces fichiers peuvent-ils sortir du cabinet ?')).toBeVisible();
  await button(popup(page), `Ne pas joindre ${out.name}`).click();
  await expect(popup(page)).toContainText('ne sera pas joint');
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(attached(page).getByRole('listitem')).toHaveText([/à joindre\.pdf.*confirmé à/]);
  expect(await desk.storedFiles()).toHaveLength(1);

  await pick(page, [later]);
  await expect(statement(page)).not.toBeChecked(); // what was said before counts for nothing
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(attached(page).getByRole('listitem')).toHaveCount(2);

  await button(page, `Retirer ${kept.name}`).click();
  await expect(attached(page).getByRole('listitem')).toHaveCount(1);
  await button(page, 'Annuler').click(); // of the notice that it is taken away
  await expect(attached(page).getByRole('listitem')).toHaveCount(2);

  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const held = await portal.about(CLAIRE, subject);
  expect(held[0]?.files.map((f) => f.sha256).sort()).toEqual([sha256(kept), sha256(later)].sort());
});

test('a pasted screenshot goes through the same pop-up, under a name that tells when', async ({
  page,
  desk,
}) => {
  await fillForm(page, 'Capture collée');
  await field(page, 'Description').focus();
  await paste(page);
  await expect(popup(page)).toContainText(/capture-\d{4}-\d\d-\d\d-\d\dh\d\dm\d\d\.png/);
  await expect(statement(page)).not.toBeChecked();
  expect(await desk.storedFiles()).toEqual([]);
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(attached(page)).toContainText(/capture-.*\.png/);
  const picture = attached(page).locator('img');
  await expect(picture).toHaveJSProperty('complete', true);
  await expect(picture).not.toHaveJSProperty('naturalWidth', 0);
});

test('a dropped file goes through the same pop-up', async ({ page, desk, folder }) => {
  const file = pdf('déposé.pdf');
  await fillForm(page, 'Fichier déposé');
  await drop(page, await onDisk(folder, file));
  await expect(popup(page)).toContainText(file.name);
  await expect(statement(page)).not.toBeChecked();
  expect(await desk.storedFiles()).toEqual([]);
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(attached(page)).toContainText(file.name);
  await expect(field(page, 'Sujet')).toHaveValue('Fichier déposé');
  expect(page.context().pages(), 'no other page shows it').toHaveLength(1);
});

test('a file that is dropped anywhere never replaces the page', async ({ page, desk, folder }) => {
  const path = await onDisk(folder, pdf('à côté.pdf'));
  await drop(page, path); // on the home page: a request begins with it
  await expect(popup(page)).toContainText('à côté.pdf');
  expect(new URL(page.url()).origin).toBe(new URL(desk.address).origin);
  await button(popup(page), 'Annuler').click();
  await expect(heading(page, 'Créer une demande')).toBeVisible();

  await fillForm(page, 'Sous la fenêtre');
  await attach(page, [pdf('première.pdf')]);
  await pick(page, [pdf('deuxième.pdf')]);
  await expect(popup(page)).toBeVisible();
  await drop(page, path); // on the pop-up: one at a time
  await expect(popup(page)).toContainText('deuxième.pdf');
  await expect(popup(page)).not.toContainText('à côté.pdf');
  await button(popup(page), 'Annuler').click();
  await expect(field(page, 'Sujet')).toHaveValue('Sous la fenêtre');
  await expect(attached(page).getByRole('listitem')).toHaveCount(1);
  expect(await desk.storedFiles()).toHaveLength(1);
  expect(page.context().pages(), 'no other page shows it').toHaveLength(1);
});
