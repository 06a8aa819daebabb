import { crash, expect, open, test } from './desk';
import { pdf, sha256 } from './files';
import { onLine } from './lined';
import { CLAIRE } from './portal';
import { assistantTo, attach, button, fillForm, foot, heading, link, listed, place, send } from './steps';

// Without a connection: what was sent waits on the disk and leaves by itself.

const waits = 'Demande enregistrée, elle partira dès le retour de la connexion';

test('a request sent offline survives a power cut and arrives by itself, once', async ({
  page,
  portal,
  desk,
}) => {
  const subject = 'Écrit sans connexion';
  const file = pdf('bon de commande.pdf');
  await expect(foot(page)).toContainText('Connecté au portail');
  await portal.kill();
  await assistantTo(page, 'Fichiers et envoi', subject);
  await attach(page, [file]);
  await send(page);
  await expect(heading(page, waits)).toBeVisible();
  await expect(heading(page, 'Demande envoyée')).toBeHidden();
  await expect(link(page, 'Détails de la demande')).toBeVisible();
  await expect(foot(page)).toContainText(/Hors connexion \(constaté à \d+:\d\d\)/);
  await expect(foot(page)).toContainText('1 envoi attend le retour de la connexion');
  await expect(link(page, /^Boîte d’envoi.* 1 en attente/)).toBeVisible();

  await crash(page, desk);
  await desk.start();
  await open(page, desk);
  await expect(foot(page)).toContainText('Reconnectez-vous : 1 envoi en attente');
  await place(page, 'Boîte d’envoi');
  const waiting = page.getByRole('region', { name: 'En attente' });
  await expect(waiting.getByRole('listitem').filter({ hasText: subject })).toHaveCount(1);
  await expect(waiting).toContainText('Partira dès votre connexion.');

  await portal.start();
  await expect.poll(() => portal.numbered(CLAIRE, subject), { timeout: 40_000 }).toHaveLength(1);
  await expect(heading(page, 'Rien en attente')).toBeVisible();
  await expect(foot(page)).toContainText('Connecté au portail');
  await expect(foot(page)).toContainText(/Dernier envoi à \d+:\d\d/);
  await place(page, 'Demandes');
  await expect(listed(page, subject)).toContainText(/Reçue|En cours/);
  const held = await portal.about(CLAIRE, subject);
  expect(held).toHaveLength(1);
  expect(await portal.sha256(CLAIRE, held[0]?.id ?? '', held[0]?.files[0]?.id ?? '')).toBe(sha256(file));
});

onLine(
  '« Envoyer maintenant » sends everything that waits as soon as the portal is there',
  async ({ page, portal, line }) => {
    const subjects = ['Première en attente', 'Deuxième en attente'];
    await line.stop();
    for (const subject of subjects) {
      await fillForm(page, subject);
      await send(page);
      await expect(heading(page, waits)).toBeVisible();
    }
    await expect(foot(page)).toContainText('2 envois attendent le retour de la connexion');
    await place(page, 'Boîte d’envoi');
    for (const subject of subjects) await expect(page.getByRole('main')).toContainText(subject);
    await line.start();
    await button(page, 'Envoyer maintenant').click();
    await expect(heading(page, 'Rien en attente')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await expect(foot(page)).toContainText('Rien en attente');
    for (const subject of subjects) expect(await portal.numbered(CLAIRE, subject)).toHaveLength(1);
  },
);

test('« Envoyer maintenant » says that nothing has left, once, until something does', async ({
  page,
  portal,
}) => {
  await portal.kill();
  await fillForm(page, 'Rien ne part');
  await send(page);
  await expect(heading(page, waits)).toBeVisible();
  await place(page, 'Boîte d’envoi');
  await button(page, 'Envoyer maintenant').click();
  await expect(button(page, 'Envoi en cours…')).toBeFocused();
  await expect(button(page, 'Envoyer maintenant')).toBeFocused();
  const nothing = page.getByText(
    'Rien n’est parti. Le portail n’a pas pu être joint. Prochain essai d’ici une minute.',
  );
  await expect(nothing).toHaveCount(1);
  await button(page, 'Envoyer maintenant').click();
  await expect(button(page, 'Envoyer maintenant')).toBeFocused();
  await expect(nothing).toHaveCount(1); // not one below the other
  await portal.start();
  await expect(heading(page, 'Rien en attente')).toBeVisible({ timeout: 70_000 });
  await expect(nothing).toBeHidden();
});

test('the page after « Envoyer » tells by itself when the request has arrived', async ({ page, portal }) => {
  const subject = 'Le portail revient';
  await portal.kill();
  await fillForm(page, subject);
  await send(page);
  await expect(heading(page, waits)).toBeVisible();
  await portal.start();
  await expect(heading(page, 'Demande envoyée')).toBeVisible({ timeout: 40_000 });
  const [number] = await portal.numbered(CLAIRE, subject);
  await expect(page.getByText(`Le portail l’a reçue sous le numéro ${number}.`)).toBeVisible();
});

test('the sending of a request that waits can be taken back', async ({ page, portal }) => {
  const subject = 'Envoi repris à temps';
  await portal.kill();
  await fillForm(page, subject);
  await send(page);
  await expect(heading(page, waits)).toBeVisible();
  await place(page, 'Boîte d’envoi');
  await button(page, `Annuler l’envoi de « ${subject} »`).click();
  await button(page.getByRole('dialog'), 'Annuler l’envoi').click();
  await expect(page.getByText('L’envoi est annulé.')).toBeVisible();
  await expect(heading(page, 'Rien en attente')).toBeVisible();
  await portal.start();
  await expect(foot(page)).toContainText('Connecté au portail', { timeout: 40_000 });
  expect(await portal.about(CLAIRE, subject)).toEqual([]);
});
