import type { Page } from '@playwright/test';
import { box, elsewhere, goTo, messages, offline, said, statusOf, talk, WAITING } from './acts';
import { crash, expect, open, test } from './desk';
import { look, shot } from './look';
import { MARC } from './portal';
import { button, foot, heading, inEnglish, link, place } from './steps';

// What a person does with a request that the portal has, with it there and without.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

// Requests of the demo that its support leaves alone for as long as a test takes.
const AGENDA = /À quoi correspond la ligne/;
const UNANSWERED = 'Durée restante du contrat de maintenance'; // in progress

const main = (page: Page) => page.getByRole('main');
const more = (page: Page) => button(main(page), 'Plus d’actions').filter({ visible: true });

async function choose(page: Page, entry: string): Promise<void> {
  await more(page).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

test('a reply leaves at once when the portal is there', async ({ page, desk, portal }) => {
  const id = await goTo(page, desk, portal, WAITING);
  await expect(box(page)).toHaveAccessibleName(/Compléter la demande/);
  await box(page).fill('Une laser, achetée l’an dernier.');
  await expect(talk(page).getByText(/^Enregistré à/)).toBeVisible();
  await button(talk(page), 'Envoyer').click();
  await expect(box(page)).toHaveValue('');
  await expect(said(page, 'Une laser, achetée')).toHaveCount(1);
  await expect.poll(async () => messages(portal, id)).toContain('Une laser, achetée l’an dernier.');
  await expect(said(page, 'Une laser, achetée').getByText('Pas encore envoyée')).toBeHidden();
});

test('a reply that was sent without the portal waits in sight, and arrives once', async ({
  page,
  desk,
  portal,
}) => {
  test.slow(); // the desk has to find out that the portal is away
  const id = await goTo(page, desk, portal, WAITING);
  await offline(page, portal);
  await box(page).fill('Écrite hors connexion');
  await button(talk(page), 'Envoyer').click();
  const waiting = said(page, 'Écrite hors connexion');
  await expect(waiting.getByText('Pas encore envoyée')).toBeVisible();
  await expect(waiting).toContainText('Partira dès que le portail répondra.');
  await expect(foot(page)).toContainText('1 envoi attend le retour de la connexion');

  // Taken back it can be written on.
  await button(waiting, 'Reprendre cette réponse').click();
  await expect(box(page)).toHaveValue('Écrite hors connexion');
  await expect(box(page)).toBeFocused();
  await box(page).fill('Écrite hors connexion, puis revue');
  await button(talk(page), 'Envoyer').click();
  await expect(said(page, 'puis revue').getByText('Pas encore envoyée')).toBeVisible();

  await place(page, 'Boîte d’envoi');
  await expect(page.getByText('Rien en attente', { exact: true })).toBeHidden();
  const row = page.getByRole('region', { name: 'En attente' }).getByRole('listitem').first();
  await expect(row).toContainText(WAITING);
  await expect(row).toContainText('Réponse en attente d’envoi');
  await look(page, 'acts-outbox');
  await place(page, 'Demandes');
  const cell = page.getByRole('row').filter({ has: link(page, WAITING) });
  await expect(cell).toContainText('1 action en attente');

  await crash(page, desk); // it waits whatever happens
  await portal.start();
  await desk.start();
  await open(page, desk, `/request/${id}`);
  await expect
    .poll(async () => (await messages(portal, id)).filter((t) => t.startsWith('Écrite')))
    .toEqual(['Écrite hors connexion, puis revue']);
  await expect(said(page, 'Écrite hors')).toHaveCount(1);
  await expect(talk(page).getByText('Pas encore envoyée')).toBeHidden();
  await place(page, 'Boîte d’envoi');
  await expect(page.getByText('Rien en attente', { exact: true }).first()).toBeVisible();
});

test('what was being written is there after a crash, and can be thrown away', async ({
  page,
  desk,
  portal,
}) => {
  const id = await goTo(page, desk, portal, WAITING);
  await box(page).fill('Je cherche encore le mod');
  await expect(talk(page).getByText(/^Enregistré à/)).toBeVisible();
  await crash(page, desk);
  await desk.start();
  await open(page, desk, `/request/${id}`);
  await expect(box(page)).toHaveValue('Je cherche encore le mod');
  await link(page.getByRole('navigation'), /^Accueil/).click();
  await page.goBack();
  await expect(box(page)).toHaveValue('Je cherche encore le mod');
  await button(talk(page), 'Jeter').click();
  await expect(box(page)).toHaveValue('');
  await button(page.getByRole('status').filter({ hasText: 'jetée' }), 'Annuler').click();
  await expect(box(page)).toHaveValue('Je cherche encore le mod');
  expect(await messages(portal, id)).toHaveLength(1);
});

test('a reply to a request that was closed meanwhile comes back with its text and the reason', async ({
  page,
  desk,
  portal,
}) => {
  test.slow();
  const id = await goTo(page, desk, portal, AGENDA);
  await offline(page, portal);
  await box(page).fill('Oui, au mois de mars');
  await button(talk(page), 'Envoyer').click();
  await expect(said(page, 'au mois de mars').getByText('Pas encore envoyée')).toBeVisible();
  await page.goto('about:blank');
  await desk.stop();
  await portal.start();
  await elsewhere(portal, id, 'close');
  await desk.start();
  await open(page, desk, `/request/${id}`);
  await expect(talk(page)).toContainText('La réponse n’est pas partie : la demande est close ou retirée.');
  await expect(box(page)).toHaveValue('Oui, au mois de mars');
  await expect(talk(page)).toContainText('La demande est close');
  await expect(button(talk(page), 'Envoyer')).toBeHidden();
  await look(page, 'acts-back');
  await place(page, 'Boîte d’envoi');
  await expect(page.getByRole('region', { name: 'À corriger' })).toContainText(
    'La réponse n’a pas été acceptée',
  );
  await page.goBack();

  // Reopened it takes the reply.
  await button(talk(page), 'Rouvrir…').click();
  const dialog = page.getByRole('dialog', { name: 'Rouvrir la demande ?' });
  await dialog.getByRole('textbox').fill('Il manque ma réponse');
  await button(dialog, 'Rouvrir la demande').click();
  await expect.poll(() => statusOf(portal, id)).not.toBe('closed');
  await button(talk(page), 'Envoyer').click();
  await expect.poll(() => messages(portal, id)).toContain('Oui, au mois de mars');
});

test('a request is withdrawn with a reason, and waits for it without the portal', async ({
  page,
  desk,
  portal,
}) => {
  test.slow();
  const id = await goTo(page, desk, portal, WAITING);
  await offline(page, portal);
  await choose(page, 'Retirer la demande…');
  const dialog = page.getByRole('dialog', { name: 'Retirer la demande ?' });
  await button(dialog, 'Retirer la demande').click();
  await expect(dialog).toContainText('Donnez un motif, même court.');
  await look(page, 'acts-withdraw');
  await dialog.getByRole('textbox').fill('Réglé par téléphone');
  await button(dialog, 'Retirer la demande').dblclick();
  await expect(dialog).toBeHidden();
  await expect(heading(main(page), WAITING)).toBeFocused();
  await expect(main(page).getByText('Retrait en attente d’envoi')).toHaveCount(2); // chip and banner
  await expect(talk(page)).toContainText('annulez le retrait pour répondre');
  await look(page, 'acts-withdrawal');
  await button(main(page), 'Annuler : Retrait en attente d’envoi').click();
  await expect(main(page).getByText('Retrait en attente d’envoi')).toHaveCount(0);
  await expect(box(page)).toBeVisible();
  await choose(page, 'Retirer la demande…');
  await dialog.getByRole('textbox').fill('Réglé par téléphone');
  await button(dialog, 'Retirer la demande').click();
  await portal.start();
  await expect.poll(() => statusOf(portal, id), { timeout: 60_000 }).toBe('withdrawn');
  await expect(main(page).getByText('Retrait en attente d’envoi')).toHaveCount(0);
  await expect(main(page)).toContainText('La demande est retirée : on n’y répond plus.');
  expect((await messages(portal, id)).filter((t) => t === 'Réglé par téléphone').length).toBeLessThan(2);
});

test('an act that the portal does not take any more is told until it is understood', async ({
  page,
  desk,
  portal,
}) => {
  test.slow();
  const id = await goTo(page, desk, portal, WAITING);
  await offline(page, portal);
  await button(main(page), 'Clore').click();
  await expect(main(page).getByText('Clôture en attente d’envoi').first()).toBeVisible();
  await page.goto('about:blank');
  await desk.stop();
  await portal.start();
  await elsewhere(portal, id, 'withdraw', 'Ailleurs');
  await desk.start();
  await open(page, desk, `/request/${id}`);
  await expect(main(page)).toContainText('La clôture n’a pas été acceptée');
  await shot(page, 'acts-refused');
  await button(main(page), 'Compris : La clôture n’a pas été acceptée').click();
  await expect(main(page)).not.toContainText('La clôture n’a pas été acceptée');
});

test('a request is closed, reopened, followed and not followed any more', async ({ page, desk, portal }) => {
  const id = await goTo(page, desk, portal, UNANSWERED);
  await button(main(page), 'Clore').click();
  await expect(talk(page)).toContainText('La demande est close : on n’y répond plus. Rouvrez-la');
  expect(await statusOf(portal, id)).toBe('closed');
  await button(main(page).locator('.page-acts'), 'Rouvrir…').click();
  const dialog = page.getByRole('dialog', { name: 'Rouvrir la demande ?' });
  await dialog.getByRole('textbox').fill('Pas encore réglé');
  await button(dialog, 'Rouvrir la demande').click();
  await expect(box(page)).toBeVisible(); // behind the reopening
  await expect.poll(() => statusOf(portal, id)).not.toBe('closed'); // support may have answered already
  await expect(button(main(page), 'Clore')).toBeVisible();
  const followers = main(page).getByRole('region', { name: 'Personnes' });
  await button(main(page), 'Ne plus suivre').click(); // whoever writes a request follows it
  await expect(followers).toContainText('personne d’autre');
  await button(main(page), 'Suivre').click();
  await expect(button(main(page), 'Ne plus suivre')).toBeVisible();
  await expect(followers).toContainText('Suivie parClaire Lefèvre');
});

test('an Admin chooses who follows, and only with the portal', async ({ page, desk, portal }) => {
  test.slow();
  await goTo(page, desk, portal, UNANSWERED);
  const dialog = page.getByRole('dialog', { name: 'Qui suit cette demande ?' });
  await choose(page, 'Modifier les personnes qui suivent…');
  await dialog.locator('label').filter({ hasText: 'Sophie Martin' }).click();
  await look(page, 'acts-watchers');
  await button(dialog, 'Enregistrer').click();
  const followers = main(page).getByRole('region', { name: 'Personnes' });
  await expect(followers).toContainText('Sophie Martin');
  await choose(page, 'Modifier les personnes qui suivent…');
  await expect(dialog.getByRole('checkbox', { name: 'Sophie Martin' })).toBeChecked();
  await page.keyboard.press('Escape');
  await offline(page, portal);
  await choose(page, 'Modifier les personnes qui suivent…');
  await expect(dialog).toContainText('La liste des personnes du cabinet vient du portail');
});

test('a request is duplicated as a new draft without its files', async ({ page, desk, portal }) => {
  await goTo(page, desk, portal, UNANSWERED);
  await choose(page, 'Dupliquer');
  await expect(page.getByRole('status').filter({ hasText: 'Les fichiers ne sont pas repris' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(/Étape \d sur|Créer une demande/);
  await place(page, 'Brouillons');
  await expect(link(page, `Reprendre « ${UNANSWERED} »`)).toBeVisible();
});

test.describe('a colleague’s request', () => {
  test.use({ person: MARC });
  test('says whose it is', async ({ page, desk, portal }) => {
    const all = await portal.requests(MARC);
    const theirs = all.find((r) => r.values.subject === 'Lecteur de carte muet depuis ce matin');
    await place(page, 'Tableau de bord');
    await expect(page.getByText('À jour', { exact: true })).toBeVisible();
    await open(page, desk, `/request/${theirs?.id}`);
    await expect(page.locator('.details-line')).toContainText('de Claire Lefèvre');
    await expect(talk(page)).toContainText('La demande est close : on n’y répond plus.');
  });
});

test('a request and its acts can be read and used by everybody', async ({ page, desk, portal }) => {
  test.slow();
  const id = await goTo(page, desk, portal, WAITING);
  await box(page).fill('Une laser. '.repeat(330));
  await look(page, 'acts');
  await box(page).scrollIntoViewIfNeeded();
  await shot(page, 'acts-reply');
  await page.setViewportSize({ width: 1024, height: 700 });
  await shot(page, 'acts-1024');
  await page.setViewportSize({ width: 480, height: 800 });
  await shot(page, 'acts-480');
  await more(page).click();
  await expect(page.getByRole('menuitem', { name: 'Clore' })).toBeVisible();
  await shot(page, 'acts-menu-480');
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1024, height: 700 });
  await inEnglish(page);
  await open(page, desk, `/request/${id}`);
  await look(page, 'acts-en');
  await button(main(page), 'More actions').filter({ visible: true }).click();
  await look(page, 'acts-menu-en');
});
