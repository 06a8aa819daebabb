import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { test as base, Desk, expect, open } from './desk';
import { pdf, png, sha256 } from './files';
import { look } from './look';
import { CLAIRE, type Portal } from './portal';
import { attach, button, fillForm, foot, heading, link, place, send } from './steps';

// What a person follows of their requests while the portal is away: all that this PC
// has heard of them.

const ANSWERED = 'AS-2026-000010'; // in progress
const SAID = 'Votre contrat court jusqu’au 31 mars.';

// A desk that has the system's own programs open files: what they are given is kept.
const test = base.extend<{ opened: string }>({
  opened: async ({ folder }, use) => {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\ncp "$1" '${folder}/opened'\n`);
    await chmod(join(bin, 'xdg-open'), 0o755);
    await use(join(folder, 'opened'));
  },
  desk: async ({ folder, portal, person, opened }, use) => {
    const path = `${join(opened, '../bin')}:${process.env.PATH}`;
    const desk = new Desk(join(folder, 'desk'), portal.address, person, { PATH: path });
    await desk.start();
    await use(desk);
    await desk.kill();
  },
  contextOptions: { reducedMotion: 'reduce' },
});

const main = (page: Page) => page.getByRole('main');
const count = (page: Page) => main(page).getByRole('status').first();
const rows = (page: Page) =>
  main(page)
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });
const search = (page: Page) => page.getByRole('searchbox', { name: /^Filtrer/ });
const bell = (page: Page) => button(page.getByRole('banner'), /^Notifications/);
const current = (page: Page) => page.getByText('À jour', { exact: true });

async function leaves(page: Page, portal: Portal): Promise<void> {
  await portal.stop();
  await expect(foot(page)).toContainText(/Hors connexion/, { timeout: 45_000 });
}

async function narrow(page: Page, menu: RegExp, choice: string): Promise<void> {
  await button(page.locator('.list-filters'), menu).click();
  await page.getByRole('menuitemcheckbox', { name: choice, exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
}

test('without the portal: the counts and of when they are, the list in any order, the bell', async ({
  page,
  portal,
}) => {
  test.slow();
  await place(page, 'Tableau de bord');
  await expect(current(page)).toBeVisible();
  await portal.stop();
  portal.says(ANSWERED, [`<p>${SAID}</p>`]);
  await portal.start();
  await expect(bell(page)).toHaveAccessibleName(/1\snon lue$/, { timeout: 60_000 });
  const held = await portal.requests(CLAIRE);
  const of = (...states: string[]) => held.filter((r) => states.includes(r.status ?? '')).length;
  await leaves(page, portal);

  await expect(page.getByText(/^Dernière synchronisation à \d\d:\d\d$/)).toBeVisible();
  for (const [name, n] of [
    ['En cours', of('in-progress')],
    ['Vous avez la main', of('waiting')],
    ['Finies', of('resolved', 'closed', 'withdrawn')],
  ] as const) {
    const column = page.getByRole('region', { name: new RegExp(`^${name}`) });
    await expect(column.getByRole('heading')).toContainText(`${n} demande`);
  }
  await expect(page.getByRole('region', { name: 'Aujourd’hui' })).toContainText('1 avec du nouveau');
  await look(page, 'away-board');
  const byState = page.getByRole('region', { name: 'Par statut', exact: true });
  await button(byState, 'Afficher en tableau').click();
  await link(byState.getByRole('table'), 'En cours').click();
  await expect(count(page)).toHaveText(new RegExp(`^${of('in-progress')}\\sr`));

  await button(page, 'Effacer les filtres').click();
  await expect(count(page)).toHaveText(new RegExp(`^${held.length}\\sdemandes`));
  await narrow(page, /^Statut/, 'Vous avez la main');
  await expect(count(page)).toHaveText(new RegExp(`^${of('waiting')}\\sr`));
  for (const r of await rows(page).all()) await expect(r).toContainText('Vous avez la main');
  await button(page, 'Effacer les filtres').click();
  await button(page, 'Numéro').click();
  await button(page, 'Numéro').click();
  const numbers = held.map((r) => r.number ?? '').sort();
  await expect
    .poll(async () => (await rows(page).allTextContents()).map((t) => t.match(/AS-\d+-\d+/)?.[0]))
    .toEqual(numbers);
  // By a word of the conversation, by the name of its category, by its number.
  for (const words of ['contrat message', 'question contrat', ANSWERED]) {
    await search(page).fill(words);
    await expect(count(page)).toHaveText(/^1\sr/);
    await expect(rows(page)).toContainText('Durée restante du contrat de maintenance');
  }
  await look(page, 'away-list');

  await bell(page).click();
  const notices = page.getByRole('dialog', { name: 'Notifications' });
  await expect(button(notices, new RegExp(`${ANSWERED}\\s?: nouvelle réponse`))).toBeVisible();
  await look(page, 'away-bell');
  await button(notices, new RegExp(ANSWERED)).click();
  await expect(page.getByRole('region', { name: 'Échanges' })).toContainText(SAID);
  await expect(bell(page)).toHaveAccessibleName(/rien de nouveau$/);
  await place(page, 'Tableau de bord');
  await expect(page.getByRole('region', { name: 'Aujourd’hui' })).toContainText('0 avec du nouveau');
});

test('without the portal: a request with its files, and what is to be done for one that is not here', async ({
  page,
  portal,
  desk,
  newDesk,
  opened,
}) => {
  test.slow();
  const mine = [pdf('facture.pdf'), png('capture.png')] as const;
  await fillForm(page, 'Avec des fichiers d’ici');
  await attach(page, [...mine]);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  // Another PC of hers, from which the same person sends.
  const other = await newDesk(portal.address);
  const theirs = pdf('annexe.pdf');
  await open(page, other);
  await fillForm(page, 'Avec un fichier d’ailleurs');
  await attach(page, [theirs]);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  await open(page, desk, '/requests');
  await expect(link(main(page), 'Avec un fichier d’ailleurs')).toBeVisible({ timeout: 45_000 });
  await leaves(page, portal);

  await link(main(page), 'Avec des fichiers d’ici').click();
  const files = page.getByRole('region', { name: 'Fichiers' });
  await expect(files.getByRole('listitem')).toHaveCount(2);
  await expect(files.locator('img')).toHaveCount(2); // a PDF shows its first page
  expect(
    await files
      .locator('img')
      .last()
      .evaluate((img: HTMLImageElement) => img.naturalWidth),
  ).toBeGreaterThan(0);
  for (const sample of mine) {
    await button(files, `Ouvrir : ${sample.name}`).click();
    await expect
      .poll(async () => sha256({ ...sample, buffer: await readFile(opened).catch(() => Buffer.alloc(0)) }))
      .toBe(sha256(sample));
  }
  const overlaps = await files.locator('.file').evaluateAll(
    (all) =>
      all.filter((f) => {
        const text = f.querySelector('.file-name')?.getBoundingClientRect();
        const acts = f.querySelector('.button')?.getBoundingClientRect();
        return !text || !acts || (text.right > acts.left && text.bottom > acts.top && text.top < acts.bottom);
      }).length,
  );
  expect(overlaps, 'what a file is called can be read beside what is done with it').toBe(0);
  await look(page, 'away-details');

  await place(page, 'Demandes');
  await link(main(page), 'Avec un fichier d’ailleurs').click();
  await button(files, 'Ouvrir : annexe.pdf').click();
  const told = page.locator('.toast').filter({ hasText: '« annexe.pdf » n’est pas sur ce poste' });
  await expect(told).toContainText('Réessayez au retour de la connexion.');
  await look(page, 'away-file');
  await portal.start();
  await expect(foot(page)).toContainText('Connecté au portail', { timeout: 70_000 });
  await button(files, 'Ouvrir : annexe.pdf').click();
  await expect.poll(async () => sha256({ ...theirs, buffer: await readFile(opened) })).toBe(sha256(theirs));
});
