import { expect, test } from './desk';
import { pdf } from './files';
import { look } from './look';
import { button, fillForm, link, pick, popup, send, tick } from './steps';

test('what was sent by mistake can be asked to be removed, by a reply that is looked over first', async ({
  page,
}) => {
  await fillForm(page, 'Envoyée par erreur');
  await pick(page, [pdf('bio_durand.pdf')]);
  await expect(popup(page)).toContainText('Vérifié', { timeout: 60_000 }); // or « Confirmer » may come too soon
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(popup(page)).toBeHidden();
  await send(page);
  await expect(page.getByText(/G-\d{4}-\d+|AS-\d{4}-\d+/).first()).toBeVisible();
  await link(page.getByRole('navigation'), /^Demandes/).click();
  await link(page, 'Envoyée par erreur').click();
  await button(page, /^Plus|^Actions|^Autres/)
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Demander la suppression…' }).click();
  const dialog = page.getByRole('dialog');
  await button(dialog, 'Préparer la réponse').click();
  await expect(dialog.getByRole('checkbox', { name: 'bio_durand.pdf' })).toBeChecked(); // the only one
  await look(page, 'removal');
  await dialog.getByRole('textbox').fill('Mauvais fichier');
  await button(dialog, 'Préparer la réponse').click();
  await expect(dialog).toBeHidden();
  const reply = page.locator('.reply textarea');
  await expect(reply).toBeFocused();
  await expect(reply).toHaveValue(/- bio_durand\.pdf\n\nMotif.: Mauvais fichier/);
});
