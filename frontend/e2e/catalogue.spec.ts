import type { Page } from '@playwright/test';
import { noDisputes, otherQuestions } from './catalogues';
import { crash, expect, open, test } from './desk';
import { pdf } from './files';
import { CLAIRE } from './portal';
import {
  assistantTo,
  atStep,
  attach,
  attached,
  button,
  categories,
  DISPUTE,
  details,
  field,
  fillForm,
  foot,
  heading,
  link,
  next,
  pickCategory,
  place,
  RENEWED,
  resume,
  saved,
  send,
} from './steps';

// The vendor changes what is asked. What was written stays, only what is new is
// asked, and a request that waited comes back rather than getting lost.

const REFERENCE = 'Compta 11/26';

function leftOver(page: Page) {
  return page.getByRole('region', { name: 'Réponses sans place' });
}

test('a draft goes on under a newer form, and what has no place any more is carried over by hand', async ({
  page,
  desk,
  portal,
}) => {
  const subject = 'Maintenance comptée deux fois';
  await assistantTo(page, 'Détails');
  await details(page, subject);
  await field(page, 'Votre référence').fill(REFERENCE);
  await saved(page);
  await portal.stop();
  await expect(foot(page)).toContainText('Hors connexion'); // or the new portal is taken for the old one
  portal.catalogue = otherQuestions();
  await portal.start();

  // Under the hands of whoever writes the form stays as it is.
  await expect(foot(page)).toContainText('Connecté');
  await field(page, 'Description').press('End');
  await field(page, 'Description').pressSequentially(' Merci.');
  await saved(page);
  await expect(field(page, 'Votre référence')).toHaveValue(REFERENCE);

  await resume(page, subject);
  await atStep(page, 'Détails');
  await expect(field(page, 'Numéro de facture')).toHaveValue(DISPUTE.invoice);
  await expect(field(page, 'Sujet')).toHaveValue(subject);
  await expect(field(page, 'Description')).toHaveValue(`${DISPUTE.description} Merci.`);
  await expect(leftOver(page)).toContainText('Votre référence');
  await expect(leftOver(page)).toContainText(REFERENCE);

  await crash(page, desk);
  await desk.start();
  await open(page, desk);
  await link(page, 'Reprendre').click();
  await expect(leftOver(page)).toContainText(REFERENCE);

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await button(leftOver(page), 'Copier : Votre référence').click();
  await expect(page.getByText('Le texte est copié.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(REFERENCE);
  const notice = page.getByRole('alert').filter({ hasText: RENEWED });
  await button(notice, 'Remplissez « Ce que vous attendez ».').click();
  await expect(field(page, 'Ce que vous attendez')).toBeFocused();

  await next(page);
  const summary = page.getByRole('region', { name: 'Il reste 2 points à revoir' });
  await expect(summary).toBeFocused();
  await button(summary, /^« Votre référence » n’a plus sa place/).click();
  await expect(button(leftOver(page), 'Ajouter à la description : Votre référence')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(leftOver(page)).toBeHidden();
  await expect(field(page, 'Description')).toBeFocused();
  await expect(field(page, 'Description')).toHaveValue(/Merci\.\n\nVotre référence\s: Compta 11\/26$/);
  await field(page, 'Ce que vous attendez').fill('Un avoir');
  await next(page);
  await atStep(page, 'Fichiers et envoi');
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();

  const held = await portal.about(CLAIRE, subject);
  expect(held).toHaveLength(1);
  expect(held[0]).toMatchObject({
    catalogueVersion: otherQuestions().version,
    values: { desired: 'Un avoir' },
  });
  expect(held[0]?.values.description).toContain(REFERENCE);
  expect(held[0]?.values).not.toHaveProperty('reference');
});

test('a request whose category is withdrawn while it waits comes back, and arrives once', async ({
  page,
  portal,
}) => {
  const subject = 'Plus personne pour ce litige';
  await portal.stop();
  await fillForm(page, subject);
  await field(page, 'Votre référence').fill(REFERENCE);
  await attach(page, [pdf('facture.pdf')]);
  await send(page);
  await expect(heading(page, /elle partira dès le retour de la connexion/)).toBeVisible();
  portal.catalogue = noDisputes();
  await portal.start();

  await place(page, 'Boîte d’envoi');
  await button(page, `Corriger « ${subject} »`).click();
  await expect(page.getByText(RENEWED)).toBeVisible();
  await expect(categories(page)).toContainText('Choisir');
  await expect(
    page.getByText('Cette catégorie n’est plus proposée. Choisissez-en une autre.').first(),
  ).toBeVisible();
  for (const text of [subject, DISPUTE.invoice, REFERENCE, DISPUTE.description])
    await expect(leftOver(page)).toContainText(text);
  await expect(attached(page)).toContainText('facture.pdf');

  await pickCategory(page, 'Commande');
  await expect(field(page, 'Sujet')).toHaveValue(subject);
  await expect(field(page, 'Description')).toHaveValue(DISPUTE.description);
  await expect(field(page, 'Votre référence')).toHaveValue(REFERENCE);
  await expect(leftOver(page).getByRole('listitem')).toHaveText([/^Numéro de facture/]);
  await button(leftOver(page), 'Retirer : Numéro de facture').click();
  await expect(leftOver(page)).toBeHidden();
  await button(page.locator('.toasts'), 'Annuler').click();
  await expect(leftOver(page)).toContainText(DISPUTE.invoice);

  await pickCategory(page, 'Question sur une facture');
  await expect(field(page, 'Numéro de facture')).toHaveValue(DISPUTE.invoice);
  await expect(leftOver(page)).toBeHidden();
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const held = await portal.about(CLAIRE, subject);
  expect(held).toHaveLength(1);
  expect(held[0]).toMatchObject({ catalogueVersion: noDisputes().version, category: 'invoice-question' });
  expect(held[0]?.values.invoice).toBe(DISPUTE.invoice);
  expect(held[0]?.files).toHaveLength(1);
});
