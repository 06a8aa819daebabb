import type { Page } from '@playwright/test';
import { box, elsewhere, goTo, offline, said, talk, WAITING } from './acts';
import { crash, expect, open, test } from './desk';
import { drop, onDisk, paste, pdf, sha256 } from './files';
import { look, shot } from './look';
import { CLAIRE, type Portal } from './portal';
import { attach, attached, button, inEnglish, pick, popup, statement, tick } from './steps';

// Files of replies: by every way in, without a connection, and once.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

interface Message {
  text: string;
  received: boolean;
  files?: { id: string; name: string; sha256: string }[];
}

// messages are those of a request that the portal has in full, with the hash of each
// file's bytes as it gives them.
async function messages(portal: Portal, id: string): Promise<{ text: string; hashes: string[] }[]> {
  const answer = await portal.ask(CLAIRE, `/v1/requests/${id}/messages`);
  const { messages: all } = (await answer.json()) as { messages: Message[] };
  return Promise.all(
    all
      .filter((m) => m.received)
      .map(async (m) => ({
        text: m.text,
        hashes: await Promise.all((m.files ?? []).map((f) => portal.sha256(CLAIRE, id, f.id))),
      })),
  );
}

const sent = async (portal: Portal, id: string, text: string) =>
  (await messages(portal, id)).filter((m) => m.text === text);
const names = (page: Page) => attached(page).getByRole('listitem');

test('a reply with files waits without the portal, outlives a crash, and arrives once as it was', async ({
  page,
  desk,
  portal,
}) => {
  test.slow(); // the desk has to find out that the portal is away
  const [one, two] = [pdf('Bon de livraison.pdf', 200_000), pdf('de trop.pdf')] as const;
  const id = await goTo(page, desk, portal, WAITING);
  await offline(page, portal);
  await expect(button(talk(page), 'Joindre un fichier')).toBeVisible();
  await attach(page, [one, two]); // before a word is written
  await button(talk(page), `Retirer ${two.name}`).click();
  await expect(names(page)).toHaveCount(1);
  await button(page.getByRole('status').filter({ hasText: 'est retiré' }), 'Annuler').click();
  await expect(names(page)).toHaveCount(2);
  await button(talk(page), `Retirer ${two.name}`).click();
  await expect(names(page)).toHaveText([/Bon de livraison\.pdf.*confirmé à/]);
  await button(talk(page), 'Envoyer').click();
  await expect(talk(page)).toContainText('Écrivez d’abord votre réponse.');
  await box(page).fill('Voici le bon de livraison');
  await expect(talk(page).getByText(/^Enregistré à/)).toBeVisible();
  await look(page, 'reply-files');

  await crash(page, desk); // while it is written
  await desk.start();
  await open(page, desk, `/request/${id}`);
  await expect(box(page)).toHaveValue('Voici le bon de livraison');
  await expect(names(page)).toHaveCount(1);
  await button(talk(page), 'Envoyer').click();
  const waiting = said(page, 'Voici le bon de livraison');
  await expect(waiting.getByText('Pas encore envoyée')).toBeVisible();
  await expect(waiting).toContainText(one.name);
  await expect(attached(page)).toBeHidden();
  await expect(box(page)).toHaveValue('');
  await look(page, 'reply-files-waiting');

  await crash(page, desk); // and while it waits
  await portal.start();
  await desk.start();
  await open(page, desk, `/request/${id}`);
  const hashes = [sha256(one)];
  await expect
    .poll(() => sent(portal, id, 'Voici le bon de livraison'))
    .toEqual([{ text: 'Voici le bon de livraison', hashes }]);
  await expect(talk(page).getByText('Pas encore envoyée')).toBeHidden();
  await expect(waiting).toHaveCount(1);
  await expect(button(waiting, `Ouvrir : ${one.name}`)).toBeVisible();
  await desk.stop();
  await page.goto('about:blank');
  await desk.start();
  expect(await sent(portal, id, 'Voici le bon de livraison')).toHaveLength(1);
});

test('files are dropped and pasted into a reply, and none is stored before the statement', async ({
  page,
  desk,
  portal,
  folder,
}) => {
  const dropped = pdf('déposé.pdf');
  const id = await goTo(page, desk, portal, WAITING);
  await drop(page, await onDisk(folder, dropped));
  await expect(popup(page)).toContainText(dropped.name);
  await expect(statement(page)).not.toBeChecked();
  expect(await desk.storedFiles()).toEqual([]);
  await button(popup(page), 'Annuler').click();
  await expect(attached(page)).toBeHidden();
  await expect(button(talk(page), 'Jeter')).toBeHidden();

  await box(page).fill('Deux fichiers');
  await drop(page, await onDisk(folder, dropped));
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(names(page)).toHaveCount(1);
  await box(page).focus();
  await paste(page);
  await expect(popup(page)).toContainText(/capture-.*\.png/);
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(names(page)).toHaveCount(2);
  await expect(attached(page).locator('img').last()).not.toHaveJSProperty('naturalWidth', 0);
  await expect(box(page)).toHaveValue('Deux fichiers');
  await pick(page, [{ ...pdf('x'), name: 'programme.exe' }]);
  await expect(page.getByRole('dialog')).toContainText('programme.exe');
  await button(page.getByRole('dialog'), 'Fermer').click();
  await button(talk(page), 'Envoyer').click();
  await expect.poll(async () => (await sent(portal, id, 'Deux fichiers'))[0]?.hashes).toHaveLength(2);
  expect((await sent(portal, id, 'Deux fichiers'))[0]?.hashes[0]).toBe(sha256(dropped));
});

test('a reply that is thrown away comes back with its files', async ({ page, desk, portal }) => {
  const file = pdf('gardé.pdf');
  const id = await goTo(page, desk, portal, WAITING);
  await box(page).fill('À garder peut-être');
  await attach(page, [file]);
  await button(talk(page), 'Jeter').click();
  await expect(box(page)).toHaveValue('');
  await expect(attached(page)).toBeHidden();
  await button(page.getByRole('status').filter({ hasText: 'jetée' }), 'Annuler').click();
  await expect(box(page)).toHaveValue('À garder peut-être');
  await expect(attached(page)).toContainText(file.name);
  await box(page).fill(''); // the file alone is kept
  await expect(talk(page).getByText(/^Enregistré à/)).toBeVisible();
  await crash(page, desk);
  await desk.start();
  await open(page, desk, `/request/${id}`);
  await expect(attached(page)).toContainText(file.name);
  await expect(box(page)).toHaveValue('');
});

test('a reply that came too late is kept with its files, and leaves with them later', async ({
  page,
  desk,
  portal,
}) => {
  test.slow();
  const file = pdf('trop tard.pdf');
  const id = await goTo(page, desk, portal, WAITING);
  await offline(page, portal);
  await box(page).fill('Encore ceci');
  await attach(page, [file]);
  await button(talk(page), 'Envoyer').click();
  await expect(said(page, 'Encore ceci').getByText('Pas encore envoyée')).toBeVisible();
  await page.goto('about:blank');
  await desk.stop();
  await portal.start();
  await elsewhere(portal, id, 'close');
  await desk.start();
  await open(page, desk, `/request/${id}`);
  await expect(talk(page)).toContainText('La réponse n’est pas partie : la demande est close ou retirée.');
  await expect(box(page)).toHaveValue('Encore ceci');
  await expect(attached(page)).toContainText(file.name);
  await expect(button(talk(page), 'Joindre un fichier')).toBeHidden();
  await look(page, 'reply-files-back');
  await button(talk(page), 'Rouvrir…').click();
  const dialog = page.getByRole('dialog', { name: 'Rouvrir la demande ?' });
  await dialog.getByRole('textbox').fill('Il manque un fichier');
  await button(dialog, 'Rouvrir la demande').click();
  await button(talk(page), 'Envoyer').click();
  await expect
    .poll(() => sent(portal, id, 'Encore ceci'))
    .toEqual([{ text: 'Encore ceci', hashes: [sha256(file)] }]);
});

test('files of a reply can be seen by everybody, in both languages', async ({ page, desk, portal }) => {
  test.slow();
  const id = await goTo(page, desk, portal, WAITING);
  await page.setViewportSize({ width: 1024, height: 700 });
  await box(page).fill('Voici les deux pages.');
  await pick(page, [pdf('Relevé page 1.pdf', 40_000), pdf('Relevé page 2.pdf', 80_000)]);
  await expect(popup(page)).toBeVisible();
  await look(page, 'reply-files-popup');
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(names(page)).toHaveCount(2);
  await attached(page).scrollIntoViewIfNeeded();
  await look(page, 'reply-files-1024');
  await page.setViewportSize({ width: 480, height: 800 });
  await attached(page).scrollIntoViewIfNeeded();
  await shot(page, 'reply-files-480');
  await page.setViewportSize({ width: 1024, height: 700 });
  await inEnglish(page);
  await open(page, desk, `/request/${id}`);
  await expect(button(page, 'Attach a file')).toBeVisible();
  await page.getByRole('list', { name: 'Attached files' }).scrollIntoViewIfNeeded();
  await look(page, 'reply-files-en');
});
