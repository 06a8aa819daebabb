import type { Locator, Page } from '@playwright/test';
import { expect, test } from './desk';
import { look, shot } from './look';
import { CLAIRE, SOPHIE } from './portal';
import { atStep, button, field, heading, inEnglish, link, place, send } from './steps';

// « Contrats »: what the practice has with the vendor, and a request about it that
// begins half written.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const TERM = 'CT-20250318'; // of the demo: its notice is due this month
const card = (page: Page, number: string): Locator =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: number });

async function help(page: Page, number: string, topic: string): Promise<void> {
  await button(card(page, number), /^(Demander de l’aide|Ask for help)/).click();
  await page.getByRole('menuitem', { name: topic }).click();
}

test('an administrator sees the contracts of their practices, and of which notice is due soon', async ({
  page,
}) => {
  await place(page, 'Contrats');
  const cards = page.getByRole('main').getByRole('listitem');
  await expect(cards).toHaveCount(5);
  await expect(page.getByText('Vous voyez ceux des cabinets dont vous êtes administrateur.')).toBeVisible();
  await expect(card(page, TERM)).toContainText(/45,00\s€ HT par mois/);
  await expect(card(page, TERM)).toContainText(/Pour l’arrêter fin \S+ \d{4}, écrivez au plus tard le \d/);
  await expect(card(page, 'CT-20240142')).not.toContainText('Pour l’arrêter');
  await expect(card(page, 'CT-20210056')).toContainText('Terminé');
  await look(page, 'contracts');

  // Only those of one practice.
  await button(page, /Tous les cabinets/).click();
  await page.getByRole('option', { name: 'Cabinet des Tilleuls' }).click();
  await expect(cards).toHaveCount(3);
  await expect(page.getByRole('heading', { level: 2 })).toHaveText('Cabinet des Tilleuls');

  await page.setViewportSize({ width: 480, height: 700 });
  await shot(page, 'contracts-480');
  await inEnglish(page);
  await expect(card(page, TERM)).toContainText('€45.00 excl. VAT per month');
  await expect(card(page, TERM)).toContainText(/To end it at the end of \w+ \d{4}, write by \d+ \w+ \d{4}/);
  await page.setViewportSize({ width: 1024, height: 700 });
  await look(page, 'contracts-en');
});

test('help with a contract opens the Assistant at its details, with all that is known filled in', async ({
  page,
  portal,
}) => {
  await place(page, 'Contrats');
  await button(card(page, TERM), /^Demander de l’aide/).click();
  await expect(page.getByRole('menuitem')).toHaveText([
    'Une facture',
    'Une question',
    'Résilier',
    'Changer le mode de paiement',
  ]);
  await look(page, 'contracts-help');
  await page.getByRole('menuitem', { name: 'Résilier' }).click();
  await atStep(page, 'Détails');
  await expect(page.getByRole('main')).toContainText('Cabinet des Tilleuls');
  await expect(field(page, 'Référence du contrat')).toHaveValue(TERM);
  await look(page, 'contracts-begun');
  await field(page, 'Sujet').fill('Arrêter l’agenda en ligne');
  await field(page, 'Description').fill('Nous arrêtons ce contrat à son échéance.');
  await button(page, 'Suivant').click();
  await atStep(page, 'Fichiers et envoi');
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const [held] = await portal.about(CLAIRE, 'Arrêter l’agenda en ligne');
  expect(held?.category).toBe('contract-termination');
  expect(held?.practice).toBe('cabinet-tilleuls');
  expect(held?.values.contract).toBe(TERM);
});

test('without the portal the contracts stay, with a word of their age, and help can be asked for', async ({
  page,
  portal,
}) => {
  test.slow();
  await place(page, 'Contrats');
  await expect(card(page, TERM)).toBeVisible();
  await portal.kill();
  await place(page, 'Demandes');
  await link(page.getByRole('navigation'), 'Contrats').click();
  await expect(card(page, TERM)).toBeVisible();
  await expect(page.getByText(/^Le portail ne répond pas. Dernière mise à jour à \d\d:\d\d\.$/)).toBeVisible({
    timeout: 45_000,
  });
  await look(page, 'contracts-offline');
  await help(page, TERM, 'Une question');
  await atStep(page, 'Détails');
  await expect(field(page, 'Référence du contrat')).toHaveValue(TERM);
  await look(page, 'contracts-offline-begun');
  const subject = 'Demandé sans connexion';
  await field(page, 'Sujet').fill(subject);
  await field(page, 'Description').fill('Que comprend ce contrat ?');
  await button(page, 'Suivant').click();
  await atStep(page, 'Fichiers et envoi');
  await send(page);
  await expect(heading(page, /elle partira dès le retour de la connexion/)).toBeVisible();
  await portal.start();
  await expect.poll(() => portal.numbered(CLAIRE, subject), { timeout: 70_000 }).toHaveLength(1);
  const [held] = await portal.about(CLAIRE, subject);
  expect(held?.values.contract).toBe(TERM);
});

test.describe('somebody who administers nothing', () => {
  test.use({ person: SOPHIE });

  test('is told whom to talk to', async ({ page }) => {
    await place(page, 'Contrats');
    await expect(heading(page, 'Les contrats sont réservés aux administrateurs')).toBeVisible();
    await expect(page.getByText(/parlez-en à /)).toBeVisible();
    await look(page, 'contracts-no-access');
  });
});

test.describe('nobody at the desk', () => {
  test.use({ person: '' });

  test('contracts ask for a sign-in', async ({ page }) => {
    await page.goto(`${page.url().split('#')[0]}#/contracts`);
    await expect(heading(page, 'Connectez-vous pour voir les contrats')).toBeVisible();
    await look(page, 'contracts-signed-out');
    await button(page.getByRole('main'), 'Se connecter').click();
    await expect(page.getByRole('dialog')).toBeVisible();
  });
});

test.describe('a practice without contracts', () => {
  const admin = {
    id: 'inès',
    name: 'Inès Garnier',
    practices: [{ id: 'p1', name: 'Cabinet du Parc', town: 'Nantes', roles: ['admin'] }],
  };
  test.use({ people: [admin], person: admin.id });

  test('is told that there are none', async ({ page }) => {
    await place(page, 'Contrats');
    await expect(heading(page, 'Aucun contrat')).toBeVisible();
    await look(page, 'contracts-none');
  });
});
