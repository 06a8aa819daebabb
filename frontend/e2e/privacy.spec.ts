import { expect, test } from './desk';
import { pdf } from './files';
import { look } from './look';
import { act, button, fillForm, heading, inEnglish, pick, place, popup, send, tick } from './steps';

// What lies here is told, can be kept for the practice's own register, and vanishes.

test('the page tells what lies where, and has it vanish', async ({ page }) => {
  await fillForm(page, 'Reçue');
  await pick(page, [pdf('devis.pdf')]);
  await expect(popup(page)).toContainText('Vérifié', { timeout: 60_000 }); // or « Confirmer » may come too soon
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(popup(page)).toBeHidden();
  await send(page);
  await expect(page.getByText(/G-\d{4}-\d+|AS-\d{4}-\d+/).first()).toBeVisible();
  await fillForm(page, 'Brouillon');
  await act(page, 'Confidentialité');
  await expect(heading(page, 'Confidentialité')).toBeVisible();
  await expect(page.locator('.privacy-amounts')).toContainText(/Copies de fichiers1.copie/);
  await expect(page.getByText(/: 1.ligne/)).toBeVisible();
  await look(page, 'privacy');

  const keep = button(page, /Copies des fichiers reçus$/);
  await keep.click();
  await page.getByRole('option', { name: /90/ }).click();
  await page.reload();
  await expect(keep).toContainText('90');

  await button(page, 'Effacer mes données sur ce poste…').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/1.brouillon/);
  await look(page, 'privacy-erase');
  await expect(button(dialog, 'Effacer définitivement')).toBeDisabled();
  await button(dialog, 'Effacer définitivement').click({ force: true });
  await expect(dialog).toContainText('Écrivez EFFACER');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await dialog.getByRole('textbox').fill('effacer');
  await button(dialog, 'Effacer définitivement').click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Vos données sont effacées de ce poste.')).toBeVisible();
  await place(page, 'Brouillons');
  await expect(page.getByText('Brouillon', { exact: true })).toHaveCount(0);
});

test('the page can be read in English', async ({ page }) => {
  await inEnglish(page);
  await act(page, 'Privacy');
  await expect(heading(page, 'Privacy')).toBeVisible();
  await look(page, 'privacy-en');
});
