import type { Locator, Page } from '@playwright/test';
import { expect, open, test } from './desk';
import { look } from './look';
import { CLAIRE, MARC } from './portal';
import { act, button, followLink, heading, inEnglish, link, place } from './steps';

// « Demandes »: everything that was written and sent, however much it is.

const grid = (page: Page) => page.getByRole('grid', { name: 'Demandes' });
const rows = (page: Page) =>
  grid(page)
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });
const row = (page: Page, name: string | RegExp) => rows(page).filter({ hasText: name });
const about = (page: Page, subject: string) => rows(page).filter({ has: link(page, subject) });
const search = (page: Page) => page.getByRole('searchbox', { name: /^Filtrer/ });
const count = (page: Page) => page.getByRole('main').getByRole('status').first();
const news = (page: Page) => page.locator('.list-news').getByRole('status');
const chips = (page: Page) => page.getByRole('list', { name: 'Filtres actifs' }).getByRole('listitem');

async function narrow(page: Page, menu: RegExp, ...choices: string[]): Promise<void> {
  await button(page.locator('.list-filters'), menu).click();
  for (const name of choices)
    await page
      .getByRole('menuitemcheckbox', { name, exact: true })
      .or(page.getByRole('menuitemradio', { name, exact: true }))
      .click();
  if ((await page.getByRole('menu').count()) > 0) await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
}

// write makes drafts by the same calls as by hand, only faster.
function write(page: Page, subjects: string[]): Promise<void> {
  return page.evaluate(async (all) => {
    const { Drafts } = (window as unknown as { go: { app: { Drafts: Calls } } }).go.app;
    interface Calls {
      Create(content: object): Promise<{ id: string }>;
      Save(id: string, revision: number, content: object): Promise<unknown>;
    }
    for (const subject of all) {
      const content = { road: 'form', step: 'type', type: '', practice: '', category: '' };
      const { id } = await Drafts.Create({ ...content, values: {} });
      await Drafts.Save(id, 0, { ...content, values: { subject } });
    }
  }, subjects);
}

const series = (n: number) => Array.from({ length: n }, (_, i) => `Série ${i + 1}`);

const top = (page: Page) => grid(page).evaluate((e) => e.scrollTop);

async function focused(at: Locator): Promise<void> {
  await expect(at).toBeFocused();
  await expect(at).toBeInViewport();
}

test('a thousand rows are gone through by keyboard, and one comes back to where one was', async ({
  page,
}) => {
  await write(page, series(1000));
  await place(page, 'Demandes');
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '1011');
  await expect(about(page, 'Série 1000')).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(40);

  await rows(page).first().focus();
  await page.keyboard.press('ArrowDown');
  await focused(about(page, 'Série 999'));
  await page.keyboard.press('PageDown');
  await focused(page.locator('[role=row]:focus'));
  expect(Number(await page.locator('[role=row]:focus').getAttribute('aria-rowindex'))).toBeGreaterThan(6);
  await page.keyboard.press('End');
  await focused(page.locator('[aria-rowindex="1011"]'));
  await expect(page.locator('[aria-rowindex="1011"]')).toContainText(/AS-|Série/);
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowUp');
  const at = page.locator('[aria-rowindex="981"]');
  await focused(at);
  await expect(at).toContainText('Série');
  const subject = (await at.getByRole('link').textContent()) ?? '';
  const before = await top(page);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Créer une demande')).toBeVisible();

  await page.goBack();
  await focused(about(page, subject));
  expect(Math.abs((await top(page)) - before)).toBeLessThan(2);
  await page.keyboard.press('Home');
  await focused(about(page, 'Série 1000'));
});

test('a thousand rows scroll without a halt', async ({ page }) => {
  await write(page, series(1000));
  await place(page, 'Demandes');
  await expect(about(page, 'Série 1000')).toBeVisible();
  const seen = await grid(page).evaluate(async (box) => {
    const frames: number[] = [];
    let most = 0;
    let empty = 0;
    for (let last = performance.now(); box.scrollTop + box.clientHeight < box.scrollHeight - 1; ) {
      box.scrollTop += 108;
      const now = await new Promise<number>((done) => requestAnimationFrame(done));
      frames.push(now - last);
      last = now;
      most = Math.max(most, box.querySelectorAll('[role=row]').length);
      const middle = box.getBoundingClientRect();
      const there = document.elementFromPoint(middle.x + 100, middle.y + middle.height / 2);
      if (!there?.closest('[role=row]:not([aria-busy])')) empty++;
    }
    frames.sort((a, b) => a - b);
    const part = (p: number) => Math.round(frames[Math.floor(frames.length * p)] ?? 0);
    return { frames: frames.length, half: part(0.5), most95: part(0.95), worst: part(0.999), most, empty };
  });
  test.info().annotations.push({ type: 'scrolling', description: JSON.stringify(seen) });
  expect(seen.frames).toBeGreaterThan(400);
  expect(seen.most).toBeLessThan(50);
  expect(seen.half).toBeLessThan(50);
  expect(seen.empty / seen.frames).toBeLessThan(0.2);
  await expect(page.locator('[aria-rowindex="1011"]')).toContainText(/AS-|Série/);
});

test('what changes meanwhile moves nothing away under whoever reads or writes', async ({ page }) => {
  await write(page, series(150));
  await place(page, 'Demandes');
  await rows(page).first().focus();
  for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowDown');
  const here = about(page, 'Série 110');
  await focused(here);
  const before = (await here.boundingBox())?.y ?? 0;
  await write(page, ['Juste arrivée', 'Et une autre']);
  await expect(news(page)).toHaveText('2 nouveautés');
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '161');
  await focused(here);
  expect(Math.abs(((await here.boundingBox())?.y ?? 0) - before)).toBeLessThan(2);
  await page.keyboard.press('ArrowUp');
  await focused(about(page, 'Série 111'));

  // Further down the rows are read that belong behind what is new.
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowDown');
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '163');
  await expect(news(page)).toHaveText('');
  await focused(about(page, 'Série 81'));
  await page.keyboard.press('ArrowUp');
  await focused(about(page, 'Série 82'));
  await page.keyboard.press('Home');
  await focused(row(page, 'Et une autre'));
});

test('a row that somebody points at stays under the pointer, and the news wait for them', async ({
  page,
}) => {
  await write(page, series(5));
  await place(page, 'Demandes');
  const aimed = about(page, 'Série 3');
  const to = (await link(aimed, 'Série 3').getAttribute('href')) ?? '';
  await aimed.hover();
  const before = await aimed.boundingBox();
  await write(page, ['Juste arrivée']);
  await expect(news(page)).toHaveText('1 nouveauté');
  await expect(link(page.getByRole('navigation'), /^Brouillons/)).toContainText('6'); // it counts on
  expect(await aimed.boundingBox()).toEqual(before);
  await expect(about(page, 'Juste arrivée')).toHaveCount(0);
  await page.mouse.down();
  await page.mouse.up();
  await expect(page).toHaveURL(`${page.url().split('#')[0]}${to}`);

  // Whoever comes back finds the list as it is now.
  await page.goBack();
  await expect(about(page, 'Juste arrivée')).toBeVisible();
  await aimed.hover();
  await write(page, ['Encore une']);
  await expect(news(page)).toHaveText('1 nouveauté');
  await button(page, 'Actualiser la liste').click();
  await focused(about(page, 'Encore une'));
  await aimed.hover();
  await write(page, ['La dernière']);
  await expect(news(page)).toHaveText('1 nouveauté');
  await search(page).focus(); // with nothing of them in use
  await page.mouse.move(5, 5);
  await expect(about(page, 'La dernière')).toBeVisible();
  await expect(news(page)).toHaveText('');
});

test('filters lead to what one wants, each with its way back, and stand in the address', async ({
  page,
  desk,
}) => {
  await write(page, ['Un brouillon']);
  await open(page, desk, '/requests?state=waiting');
  await expect(chips(page)).toHaveText(['Statut : Vous avez la main', 'Effacer les filtres']);
  await expect(count(page)).toHaveText(/^2\sr/);
  for (const r of await rows(page).all()) await expect(r).toContainText('Vous avez la main');

  await narrow(page, /^Statut/, 'Brouillon');
  await expect(count(page)).toHaveText(/^3\sr/);
  await expect(row(page, 'Un brouillon')).toBeVisible();
  expect(page.url()).toContain('state=draft,waiting');
  await page.reload();
  await expect(count(page)).toHaveText(/^3\sr/);
  await button(page, 'Retirer le filtre Statut : Vous avez la main').click();
  await expect(count(page)).toHaveText(/^1\sr/);
  await expect(button(page, 'Retirer le filtre Statut : Brouillon')).toBeFocused();
  await button(page, 'Effacer les filtres').click();
  await expect(search(page)).toBeFocused();
  await expect(count(page)).toHaveText(/^10\sdemandes, 1\sbrouillon/);

  await narrow(page, /^Plus/, 'des collègues');
  await expect(row(page, 'de Sophie Martin').first()).toBeVisible();
  await narrow(page, /^Plus/, 'Non lues');
  await narrow(page, /^Période/, 'Cette année');
  await expect(chips(page).filter({ hasText: 'Période : Cette année' })).toBeVisible();
  expect(page.url()).toContain('whose=others&unread=1&period=year');
  await narrow(page, /^Statut/, 'À corriger');
  await expect(heading(page, 'Rien ne correspond à ces filtres')).toBeVisible();
  await button(page.locator('.empty'), 'Effacer les filtres').click();
  await expect(count(page)).toHaveText(/^10\sdemandes, 1\sbrouillon/);

  await open(page, desk, '/requests?watching=1');
  await expect(count(page)).toHaveText(/résultats/);
  await open(page, desk, '/requests?unread=1'); // what was there before is no news
  await expect(heading(page, 'Rien ne correspond à ces filtres')).toBeVisible();
});

test('a period that is kept under a name is one of days to come as well', async ({ page, portal }) => {
  const week = Date.now() - 6 * 24 * 3600_000;
  await place(page, 'Demandes');
  await expect(count(page)).toHaveText(/^10\sdemandes$/);
  await narrow(page, /^Période/, '7 derniers jours');
  await expect(chips(page).first()).toHaveText('Période : 7 derniers jours');
  const held = (await portal.requests(CLAIRE)).filter((r) => Date.parse(r.updatedAt) >= week).length;
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(10);
  await expect(count(page)).toHaveText(new RegExp(`^${held}\\s`));
  await button(page, /^Mes filtres/).click();
  await page.getByRole('menuitem', { name: 'Enregistrer ces filtres…', exact: true }).click();
  await page.getByRole('textbox', { name: 'Nom' }).fill('La semaine');
  await page.keyboard.press('Enter');
  await button(page, 'Effacer les filtres').click();
  await expect(count(page)).toHaveText(/^10\sdemandes$/);
  await button(page, /^Mes filtres/).click();
  await page.getByRole('menuitem', { name: 'La semaine', exact: true }).click();
  await expect(count(page)).toHaveText(new RegExp(`^${held}\\s`));
  expect(page.url()).toMatch(/requests\?period=week$/); // and no day
});

test('a period is given by its days', async ({ page }) => {
  await place(page, 'Demandes');
  await expect(count(page)).toHaveText(/^10\sdemandes$/);
  await narrow(page, /^Période/, 'Choisir des dates…');
  const dialog = page.getByRole('dialog', { name: 'Modifiée entre deux dates' });
  await expect(dialog).toBeVisible();
  await dialog.getByRole('spinbutton', { name: /jour, Du/ }).click();
  await page.keyboard.type('02012031');
  await dialog.getByRole('spinbutton', { name: /jour, Au/ }).click();
  await page.keyboard.type('01012031');
  await button(dialog, 'Appliquer').click();
  await expect(dialog).toContainText('Cette date vient avant l’autre.');
  await dialog.getByRole('spinbutton', { name: /jour, Au/ }).click();
  await page.keyboard.type('03012031');
  await button(dialog, 'Appliquer').click();
  await expect(chips(page).first()).toHaveText('Modifiée du 2 janvier 2031 au 3 janvier 2031');
  expect(page.url()).toContain('since=2031-01-02&until=2031-01-03');
  await expect(heading(page, 'Rien ne correspond à ces filtres')).toBeVisible();
});

test('what is typed is found as one types, here and from the head of the window', async ({ page }) => {
  await place(page, 'Demandes');
  await search(page).fill('agenda');
  await expect(row(page, /agenda/).first()).toBeVisible();
  await expect(count(page)).toHaveText(/résultat/);
  const number =
    (
      await row(page, /agenda/)
        .first()
        .textContent()
    )?.match(/AS-\d+-\d+/)?.[0] ?? '';
  expect(page.url()).not.toContain('agenda');
  await row(page, /agenda/)
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Demandes');
  await page.goBack();
  await expect(search(page)).toHaveValue('agenda');
  await expect(row(page, number)).toBeFocused();

  await page.keyboard.press('Control+f');
  await page.keyboard.type(number);
  await expect(search(page)).toHaveValue(number);
  await expect(count(page)).toHaveText(/^1\sr/);
  await page.keyboard.press('Enter'); // to what was found, and into it
  await expect(row(page, number)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Demandes');
  await page.goBack();
  await expect(row(page, number)).toBeFocused();
  await link(page.getByRole('navigation'), /^Demandes/).click();
  await expect(search(page)).toHaveValue('');
  await expect(count(page)).toHaveText(/^10\sdemandes$/);

  await link(page.getByRole('navigation'), 'Accueil').click();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('introuvable');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Rien ne correspond à « introuvable »')).toBeVisible();
  await expect(page.locator('.empty')).not.toContainText('filtre');
  await button(page.locator('.empty'), 'Effacer la recherche').click();
  await expect(search(page)).toHaveValue('');
  await expect(count(page)).toHaveText(/^10\sdemandes$/);
});

test('columns are chosen, put in order and sorted by', async ({ page, desk }) => {
  await place(page, 'Demandes');
  const heads = page.getByRole('columnheader');
  const usual = ['Numéro', 'Sujet', 'Statut', 'Étape', 'Cabinet', 'Priorité', 'Modifiée'];
  await expect(heads).toHaveText(usual);
  await expect(heads.filter({ hasText: 'Modifiée' })).toHaveAttribute('aria-sort', 'descending');
  await button(page, 'Colonnes').click();
  const dialog = page.getByRole('dialog', { name: 'Colonnes de la liste' });
  await dialog.locator('label').filter({ hasText: 'Étape' }).click();
  await dialog.locator('label').filter({ hasText: 'Catégorie' }).click();
  await button(dialog, 'Monter « Priorité »').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('Enter');
  await expect(button(dialog, 'Monter « Priorité »')).toBeFocused();
  await expect(dialog.getByRole('status')).toHaveText('« Priorité » est à la place 1 sur 7.');
  await button(dialog, 'Fermer').click();
  const mine = ['Priorité', 'Numéro', 'Sujet', 'Statut', 'Cabinet', 'Modifiée', 'Catégorie'];
  await expect(heads).toHaveText(mine);

  await button(page, 'Numéro').click();
  await expect(heads.filter({ hasText: 'Numéro' })).toHaveAttribute('aria-sort', 'descending');
  const numbers = async () =>
    (await rows(page).allTextContents()).map((t) => t.match(/AS-\d+-\d+/)?.[0] ?? '');
  await expect.poll(async () => (await numbers())[0]).toMatch(/11$/);
  await button(page, 'Numéro').click();
  await expect(heads.filter({ hasText: 'Numéro' })).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(async () => (await numbers())[0]).not.toMatch(/11$/);
  const up = await numbers();
  expect(up).toEqual([...up].sort());

  await page.goto('about:blank');
  await desk.stop();
  await desk.start();
  await open(page, desk, '/requests');
  await expect(heads).toHaveText(mine);
  await button(page, 'Colonnes').click();
  await button(dialog, 'Colonnes habituelles').click();
  await button(dialog, 'Fermer').click();
  await expect(heads).toHaveText(usual);
});

test('filters are kept under a name, replaced, deleted and brought back; a colleague has none of them', async ({
  page,
  desk,
}) => {
  await open(page, desk, '/requests?state=waiting');
  const menu = async (name: string) => {
    await button(page, /^Mes filtres/).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
  };
  await menu('Enregistrer ces filtres…');
  const dialog = page.getByRole('dialog');
  await button(dialog, 'Enregistrer').click();
  await expect(dialog).toContainText('Donnez un nom à ces filtres.');
  const name = dialog.getByRole('textbox', { name: 'Nom' });
  await name.fill('x'.repeat(81));
  await button(dialog, 'Enregistrer').click();
  await expect(dialog).toContainText('81 caractères pour 80 au plus');
  await look(page, 'list-view-save');
  await name.fill('À moi');
  await name.press('Enter');
  await expect(page.getByText('Ces filtres sont enregistrés sous « À moi ».')).toBeVisible();
  await button(page, 'Effacer les filtres').click();
  await menu('À moi');
  await expect(chips(page).first()).toHaveText('Statut : Vous avez la main');
  await expect(count(page)).toHaveText(/^2\sr/);

  await narrow(page, /^Statut/, 'En cours');
  await menu('Enregistrer ces filtres…');
  await name.fill('a moi');
  await button(dialog, 'Remplacer').click();
  await expect(page.getByText('« a moi » a maintenant les filtres affichés.')).toBeVisible();
  await menu('Ranger mes filtres…');
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await look(page, 'list-views');
  await button(dialog, 'Supprimer « a moi »').click();
  await expect(dialog).toContainText('Vous n’avez enregistré aucun filtre.');
  await button(dialog, 'Fermer').click();
  await button(page.locator('.toast').filter({ hasText: 'est supprimé' }), 'Annuler').click();
  await button(page, 'Effacer les filtres').click();
  await menu('a moi');
  await expect(chips(page)).toHaveText([
    'Statut : En cours',
    'Statut : Vous avez la main',
    'Effacer les filtres',
  ]);

  await act(page, /^Une autre personne/);
  await followLink(page, MARC);
  await expect(page.getByRole('button', { name: /Marc Diallo/ })).toBeVisible();
  await expect(chips(page)).toHaveCount(0);
  await button(page, /^Mes filtres/).click();
  await expect(page.getByRole('menuitem')).toHaveText(['Enregistrer ces filtres…']);
});

test.describe('the list', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('can be read and used by everybody', async ({ page }) => {
    await place(page, 'Demandes');
    await expect(count(page)).toHaveText(/^10\sdemandes$/);
    const cut = () =>
      page
        .locator('.grid-cell.number .two-lines')
        .evaluateAll((all) => all.filter((e) => e.scrollWidth > e.clientWidth || e.clientHeight > 30).length);
    for (const width of [1024, 1120]) {
      await page.setViewportSize({ width, height: 720 });
      expect(await grid(page).evaluate((e) => e.scrollWidth - e.clientWidth)).toBe(0);
      expect(await cut(), `no number that is cut at ${width}`).toBe(0);
    }
    await write(page, series(40));
    await expect(about(page, 'Série 40')).toBeVisible();
    await rows(page).nth(2).focus();
    await look(page, 'list');
    await write(page, ['Juste arrivée']);
    await expect(news(page)).toHaveText('1 nouveauté');
    await look(page, 'list-news');
    await button(page, 'Actualiser la liste').click();
    await search(page).fill('facture');
    await narrow(page, /^Statut/, 'En cours', 'Reçue', 'Vous avez la main', 'Close', 'Résolue');
    await narrow(page, /^Période/, 'Cette année');
    await look(page, 'list-filtered');
    await button(page.locator('.list-filters'), /^Statut/).click();
    await look(page, 'list-states');
    await page.keyboard.press('Escape');
    await button(page, 'Colonnes').click();
    await look(page, 'list-columns');
    await button(page, 'Fermer').click();
    await narrow(page, /^Période/, 'Choisir des dates…');
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(page, 'list-dates');
    await button(page, 'Annuler').click();
    await page.setViewportSize({ width: 480, height: 700 });
    await look(page, 'list-narrow');
    await page.setViewportSize({ width: 1024, height: 700 });
    await inEnglish(page);
    await look(page, 'en-list');
  });
});
