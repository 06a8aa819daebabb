import type { Page } from '@playwright/test';
import { expect, open, test } from './desk';
import { pdf } from './files';
import { look } from './look';
import { CLAIRE, MARC, SOPHIE } from './portal';
import {
  act,
  atStep,
  attach,
  begin,
  button,
  choose,
  DISPUTE,
  details,
  field,
  fillForm,
  heading,
  link,
  next,
  pickCategory,
  place,
  saved,
  send,
  setting,
  signInAs,
} from './steps';

// Ways into the window, who may do what, and what the window remembers.

test('every entry point leads to a new request, by the road that it names', async ({ page }) => {
  const ways: [string, string][] = [
    ['Nouvelle demande', 'Assistant'],
    ['Nouvelle demande', 'Créer une demande'],
    ['Assistance', 'Résoudre un problème avec l’Assistant'],
    ['Assistance', 'Créer une demande'],
  ];
  for (const [menu, entry] of ways) {
    await place(page, 'Tableau de bord');
    await button(page, menu).click();
    await expect(page.getByRole('menuitem')).toHaveCount(2);
    await page.getByRole('menuitem', { name: entry }).click();
    await expect(heading(page, entry.startsWith('Créer') ? 'Créer une demande' : 'Assistant')).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Assistance technique' })).toBeVisible();
  }
  // On the home page, at the top right.
  for (const road of ['Assistant', 'Créer une demande'] as const) {
    await link(page.getByRole('navigation'), /^Accueil/).click();
    const way = link(page.getByRole('main'), road).first();
    const [box, page1] = [await way.boundingBox(), page.viewportSize()];
    expect(box?.y).toBeLessThan(200);
    expect(box?.x).toBeGreaterThan((page1?.width ?? 0) / 2);
    await way.click();
    await expect(heading(page, road)).toBeVisible();
  }
  // Nothing was typed, so nothing is kept.
  await place(page, 'Brouillons');
  await expect(heading(page, 'Aucun brouillon')).toBeVisible();
});

test('a menu that is pressed while the window still comes up opens', async ({ page, desk }) => {
  for (const menu of ['Nouvelle demande', 'Assistance', /^Personne et réglages/, 'Nouvelle demande']) {
    await page.goto('about:blank');
    await page.goto(desk.address, { waitUntil: 'commit' });
    await button(page, menu).click();
    await expect(page.getByRole('menu')).toBeVisible();
  }
});

test('the whole road can be gone by keyboard', async ({ page, portal }) => {
  const subject = 'Sans souris';
  await page.keyboard.press('Tab');
  await expect(button(page, 'Aller au contenu')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Bonjour Claire')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // Assistant
  await atStep(page, 'Type');
  await page.getByRole('radio', { name: 'Assistance administrative' }).press('Space');
  await page.keyboard.press('Enter');
  await atStep(page, 'Cabinet');
  await page.getByRole('searchbox', { name: /Chercher par nom/ }).pressSequentially('lorient');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('option', { name: 'Lorient' })).toHaveAttribute('aria-selected', 'true');
  await button(page, 'Suivant').press('Enter');
  await atStep(page, 'Catégorie');
  await expect(heading(page, /Catégorie/)).toBeFocused();
  await page.getByRole('radio', { name: 'Tout autre sujet administratif' }).press('Space');
  await button(page, 'Suivant').press('Enter');
  await field(page, 'Sujet').pressSequentially(subject);
  await field(page, 'Description').pressSequentially('Tout se fait au clavier.');
  await button(page, 'Suivant').press('Enter');
  await atStep(page, 'Fichiers et envoi');
  await button(page, 'Envoyer').press('Enter');
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  expect(await portal.numbered(CLAIRE, subject)).toHaveLength(1);
});

test('a hand that is faster than the disk skips no question', async ({ page }) => {
  await begin(page, 'Assistant');
  await page.getByRole('radio', { name: 'Assistance administrative' }).evaluate((radio: HTMLInputElement) => {
    radio.click();
    radio.form?.requestSubmit(); // in the same moment, before anything is stored or drawn
  });
  await atStep(page, 'Cabinet');
});

test('language and look are kept when Guichet is started again', async ({ page, desk }) => {
  const root = page.locator('html');
  await expect(root).toHaveAttribute('lang', 'fr');
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  await setting(page, 'Apparence', 'Sombre');
  await expect.poll(paper).not.toBe(light);
  const dark = await paper();
  await setting(page, 'Langue', 'English');
  await expect(root).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { level: 1, name: /Claire/ })).toHaveText('Hello Claire');

  await desk.stop();
  await page.goto('about:blank');
  await desk.start();
  await open(page, desk);
  await expect(root).toHaveAttribute('lang', 'en');
  await expect(page).toHaveTitle(/Hello Claire/);
  expect(await paper()).toBe(dark);
  await setting(page, 'Language', 'Français');
  await expect(heading(page, 'Bonjour Claire')).toBeVisible();
});

test.describe('a person without administrative rights', () => {
  test.use({ person: SOPHIE });

  test('sees that administrative requests are not for them, and sends a technical one', async ({
    page,
    portal,
  }) => {
    const subject = 'L’écran reste noir';
    await begin(page, 'Créer une demande');
    const administrative = page.getByRole('radio', { name: 'Assistance administrative' });
    await expect(administrative).toBeDisabled();
    await expect(administrative).toHaveAccessibleName(
      /Réservé aux administrateurs du cabinet\. Demandez à Claire Lefèvre\./,
    );
    await choose(page, 'Assistance technique');
    await expect(page.getByText('Pour Cabinet des Tilleuls')).toBeVisible(); // the only one: not asked
    await pickCategory(page, 'Logiciel');
    await field(page, 'Sujet').fill(subject);
    await field(page, 'Description').fill('Depuis ce matin, l’écran du second poste reste noir.');
    await send(page);
    await expect(heading(page, 'Demande envoyée')).toBeVisible();
    expect((await portal.about(SOPHIE, subject))[0]?.practice).toBe('cabinet-tilleuls');
    expect(await portal.about(CLAIRE, subject)).toHaveLength(1); // whose Admin sees it
  });
});

test('a practice where one is no Admin is offered for technical requests only', async ({ page }) => {
  await begin(page, 'Assistant');
  await choose(page, 'Assistance technique');
  await next(page);
  await expect(page.getByRole('option')).toHaveText([/Tilleuls/, /du Port/, /Saint-Michel/]);
  await page.getByRole('option', { name: 'Saint-Michel' }).click();
  await button(page, 'Précédent').click();
  await choose(page, 'Assistance administrative'); // she thinks again
  await next(page);
  await expect(page.getByRole('option')).toHaveText([/Tilleuls/, /du Port/]);
  await next(page);
  await expect(page.getByRole('region', { name: 'Il reste un point à revoir' })).toContainText(
    'Votre rôle dans ce cabinet ne permet pas ce type de demande.',
  );
});

test('two persons at one desk see their own drafts only', async ({ page }) => {
  await fillForm(page, 'Le brouillon de Claire');
  await place(page, 'Brouillons');
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
  await signInAs(page, MARC);
  await expect(heading(page, 'Aucun brouillon')).toBeVisible();
  await signInAs(page, CLAIRE);
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
});

test('a draft on the screen is not shown to the next person', async ({ page }) => {
  await fillForm(page, 'À moi, Claire');
  await field(page, 'Description').fill('Ce que personne d’autre ne doit lire.');
  await signInAs(page, MARC);
  await expect(heading(page, /^Ce brouillon n’est plus ici/)).toBeVisible();
  await expect(page.getByText('personne d’autre')).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('textbox')).toHaveCount(0);
  await signInAs(page, CLAIRE);
  await expect(field(page, 'Description')).toHaveValue('Ce que personne d’autre ne doit lire.');
});

test('what is written before anybody has signed in leaves in nobody’s name unasked', async ({
  page,
  portal,
}) => {
  const subject = 'Écrit sans connexion';
  await act(page, 'Se déconnecter');
  await writeAsNobody(page, subject);
  await attach(page, [pdf('facture.pdf')]);
  await place(page, 'Brouillons');
  const shared = page.getByRole('region', { name: 'Brouillons communs à ce poste' });
  await expect(shared).toContainText('Toute personne qui l’utilise peut les lire');
  await expect(shared.getByRole('listitem')).toHaveCount(1);
  await look(page, 'drafts-shared');

  await signInAs(page, CLAIRE);
  await link(page, /^Reprendre/).click();
  await expect(page.getByRole('main')).toContainText('Ce brouillon est commun à ce poste');
  await look(page, 'form-shared');
  await page.getByRole('option', { name: /Tilleuls/ }).click();
  // Nobody knows who has ticked the sentence: she answers for the file herself.
  await expect(page.getByRole('main')).toContainText('Ce fichier a été joint avant votre connexion.');
  await page
    .locator('label')
    .filter({ has: page.getByRole('checkbox', { name: /^Je confirme/ }) })
    .click();
  await button(page, 'Confirmer').click();
  await expect(page.getByRole('main')).not.toContainText('À vous de confirmer');
  await send(page);
  const dialog = page.getByRole('dialog', { name: 'Envoyer à votre nom ?' });
  await expect(dialog).toContainText('au nom de Claire Lefèvre');
  await look(page, 'send-as-own');
  await button(dialog, 'Annuler').click();
  await expect(dialog).toBeHidden();
  expect(await portal.about(CLAIRE, subject)).toHaveLength(0);
  await send(page);
  await button(dialog, 'Envoyer à mon nom').click();
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  await expect.poll(async () => (await portal.about(CLAIRE, subject)).length).toBe(1);
});

test('a draft of the PC that somebody takes is theirs alone', async ({ page }) => {
  await act(page, 'Se déconnecter');
  await writeAsNobody(page, 'Pris à mon nom');
  await signInAs(page, CLAIRE);
  await button(page, 'Le prendre à mon nom').click();
  await expect(page.getByRole('main')).not.toContainText('Ce brouillon est commun à ce poste');
  await place(page, 'Brouillons');
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Brouillons communs à ce poste' })).toHaveCount(0);
  await signInAs(page, MARC);
  await expect(heading(page, 'Aucun brouillon')).toBeVisible();
});

// writeAsNobody fills in all that can be asked of somebody who is not known.
async function writeAsNobody(page: Page, subject: string): Promise<void> {
  await begin(page, 'Créer une demande');
  await choose(page, DISPUTE.type);
  await pickCategory(page, DISPUTE.category);
  await details(page, subject);
  await saved(page);
}

test('the answer of support appears on the request’s page by itself', async ({ page }) => {
  const subject = 'Réponse attendue au guichet';
  await fillForm(page, subject);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  await link(page, 'Détails de la demande').click();
  await expect(heading(page, subject)).toBeVisible();
  const talk = page.getByRole('region', { name: 'Échanges' });
  await expect(talk).toContainText('Pas encore de réponse de l’assistance.');
  // Nothing is pressed and nothing is loaded anew from here on.
  const main = page.getByRole('main');
  await expect(main).toContainText('En cours', { timeout: 15_000 });
  await expect(talk).toContainText('nous avons repris la facture avec la comptabilité', { timeout: 20_000 });
  await expect(talk).toContainText('Service client');
  await expect(main).toContainText('Vous avez la main');
  await expect(page.getByRole('region', { name: 'Historique' })).toContainText('Réponse de l’assistance');
});
