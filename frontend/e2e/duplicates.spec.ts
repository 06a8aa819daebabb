import { expect, test } from './desk';
import { look } from './look';
import {
  assistantTo,
  begin,
  button,
  choose,
  DISPUTE,
  field,
  fillForm,
  heading,
  inEnglish,
  link,
  pickCategory,
  place,
  send,
} from './steps';

// A number that somebody has already written about is told below its field, and stops
// nothing.

const told = /Facture FA-2026-0412 déjà signalée/;

test('a number that a request or a draft has is told on both roads, with a way there', async ({ page }) => {
  await fillForm(page, 'La première fois');
  await expect(page.getByText(told)).toHaveCount(0); // it is not its own twin
  await send(page);
  await expect(page.getByText(/G-\d{4}-\d+|AS-\d{4}-\d+/).first()).toBeVisible();

  await assistantTo(page, 'Détails');
  const number = field(page, 'Numéro de facture');
  await number.fill('fa-2026-0412');
  await expect(page.getByText(told)).toHaveCount(0); // still being typed
  await number.press('Tab');
  await expect(page.getByText(told)).toContainText(/, demande n°/);
  await look(page, 'duplicate-assistant');
  await number.fill('FA-2026-0413');
  await number.press('Tab');
  await expect(page.getByText(/déjà signalée/)).toHaveCount(0);
  await number.fill('FA-2026-0412');
  await link(page, /^demande n°/)
    .or(number)
    .first()
    .focus();
  await number.press('Tab');
  await expect(page.getByText(told)).toBeVisible();

  await begin(page, 'Créer une demande');
  await choose(page, DISPUTE.type);
  await page.getByRole('option', { name: DISPUTE.practice }).click();
  await pickCategory(page, DISPUTE.category);
  await number.fill('FA 2026 0412');
  await field(page, 'Sujet').fill('La troisième fois');
  await expect(page.getByText(/FA 2026 0412 déjà signalée/)).toBeVisible();
  await expect(page.getByText(/FA 2026 0412 déjà dans un brouillon/)).toBeVisible();
  await number.fill('FA-2026-0412');
  await field(page, 'Description').fill(DISPUTE.description);
  await look(page, 'duplicate-form');
  await inEnglish(page);
  await expect(page.getByText(/Invoice FA-2026-0412 already reported/)).toBeVisible();
  await look(page, 'duplicate-form-en');
  await page.getByRole('link', { name: /^request no\./ }).click();
  await expect(heading(page, 'La première fois')).toBeVisible();
});

test('a draft that is opened again tells it at once, and is sent all the same', async ({ page }) => {
  await fillForm(page, 'Deux fois');
  await place(page, 'Brouillons');
  await fillForm(page, 'Encore');
  await expect(page.getByText(/déjà dans un brouillon/)).toBeVisible();
  await place(page, 'Brouillons');
  await link(page, 'Reprendre « Encore »').click();
  await expect(page.getByText(/déjà dans un brouillon/)).toBeVisible();
  await expect(button(page, 'Envoyer')).toBeEnabled();
  await send(page);
  await expect(page.getByText(/G-\d{4}-\d+|AS-\d{4}-\d+/).first()).toBeVisible();
});
