import type { Page } from '@playwright/test';
import { expect, open, test } from './desk';
import { look, shot } from './look';
import { CLAIRE } from './portal';
import { button, DISPUTE, fillForm, foot, heading, inEnglish, link, place, send } from './steps';

// Where requests are: the dashboard and its charts, the bell, the page of one.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const SUPPORT = 60_000; // ms after which the demo's support has answered

const bell = (page: Page) => button(page.getByRole('banner'), /^(Notifications|Notices)/);
const notices = (page: Page) => page.getByRole('dialog', { name: 'Notifications' });
const chart = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const column = (page: Page, name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) });
const slices = (page: Page, name: string) => chart(page, name).getByRole('group').getByRole('link');

// counted adds up the figures that the slices of a chart say of themselves.
async function counted(page: Page, name: string): Promise<number> {
  const said = await slices(page, name).evaluateAll((all) =>
    all.map((a) => a.getAttribute('aria-label') ?? ''),
  );
  return said.reduce((sum, s) => sum + Number(/: (\d+)/.exec(s.replace(/\u202f/g, ' '))?.[1]), 0);
}

test('the dashboard counts all requests, and each of its figures leads to their list', async ({
  page,
  portal,
}) => {
  await place(page, 'Tableau de bord');
  const held = await portal.requests(CLAIRE);
  await expect.poll(() => counted(page, 'Par statut')).toBe(held.length);
  await expect(page.getByText('À jour', { exact: true })).toBeVisible();
  const open = held.filter((r) => !['resolved', 'closed', 'withdrawn'].includes(r.status ?? ''));
  expect(await counted(page, 'Par priorité')).toBe(open.length);
  for (const [name, status] of [
    ['En cours', 'in-progress'],
    ['Vous avez la main', 'waiting'],
  ] as const) {
    const count = held.filter((r) => r.status === status).length;
    expect(count).toBeGreaterThan(0);
    await expect(column(page, name).getByRole('heading')).toContainText(`${count} demande`);
    await expect(column(page, name).getByRole('listitem')).toHaveCount(Math.min(count, 5));
  }

  // With the mouse, by the keyboard, and from the table.
  await slices(page, 'Par statut')
    .filter({ has: page.locator('path') })
    .and(link(page, /^Vous avez la main/))
    .click();
  await expect(page).toHaveURL(/requests.*state=waiting|state=waiting.*requests/);
  await expect(heading(page, 'Demandes')).toBeVisible();
  await place(page, 'Tableau de bord');
  const first = slices(page, 'Par priorité').first();
  await button(chart(page, 'Par priorité'), 'Afficher en tableau').focus();
  await page.keyboard.press('Tab');
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/priority=(urgent|high|normal|low)$/);
  await place(page, 'Tableau de bord');
  await button(chart(page, 'Par statut'), 'Afficher en tableau').click();
  await link(chart(page, 'Par statut').getByRole('table'), 'En cours').click();
  await expect(page).toHaveURL(/state=in-progress/);
  await place(page, 'Tableau de bord');
  await link(page, 'Voir toutes les demandes').click();
  await expect(heading(page, 'Demandes')).toBeVisible();
});

test('without the portal the dashboard counts what this PC holds, and says of when it is', async ({
  page,
  portal,
}) => {
  await place(page, 'Tableau de bord');
  await expect(page.getByText('À jour', { exact: true })).toBeVisible();
  const before = await counted(page, 'Par statut');
  await portal.kill();
  await fillForm(page, 'Écrit sans connexion');
  await send(page);
  await expect(heading(page, /elle partira dès le retour de la connexion/)).toBeVisible();
  await place(page, 'Tableau de bord');
  await expect(page.getByText(/^Dernière synchronisation à \d\d:\d\d$/)).toBeVisible();
  await expect.poll(() => counted(page, 'Par statut')).toBe(before + 1);
  await expect(link(column(page, 'Sur ce poste'), /Écrit sans connexion/)).toBeVisible();
});

test('an answer rings the bell, which names no more than a number, until its request is opened', async ({
  page,
  portal,
}) => {
  test.slow(); // the demo's support takes its time
  const subject = 'Ce que le passant ne doit pas lire';
  await place(page, 'Tableau de bord');
  await expect(page.getByText('À jour', { exact: true })).toBeVisible();
  await bell(page).click();
  const readAll = button(notices(page), 'Tout marquer comme lu');
  if (await readAll.isVisible()) await readAll.click();
  await expect(readAll).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(notices(page)).toBeHidden();
  await expect(bell(page)).toBeFocused();
  await expect(bell(page)).toHaveAccessibleName(/rien de nouveau$/);
  await fillForm(page, subject);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const [number = ''] = await portal.numbered(CLAIRE, subject);

  await place(page, 'Tableau de bord');
  await expect(bell(page)).toHaveAccessibleName(/\d\snon lues?$/, { timeout: SUPPORT });
  await bell(page).click();
  const answer = button(notices(page), new RegExp(`${number}\\s?: nouvelle réponse`));
  await expect(answer).toBeVisible({ timeout: SUPPORT });
  for (const told of [subject, DISPUTE.category, DISPUTE.practice, DISPUTE.invoice])
    await expect(notices(page)).not.toContainText(told);
  await page.keyboard.press('Escape');
  const card = link(column(page, 'Vous avez la main'), new RegExp(subject));
  await expect(card).toContainText('Nouveau');

  await bell(page).click();
  await answer.click();
  await expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
  await expect(notices(page)).toBeHidden();
  await expect(bell(page)).toHaveAccessibleName(/rien de nouveau$/);
  const life = page.getByRole('list', { name: 'Où en est la demande' });
  await expect(life.getByRole('listitem')).toHaveCount(7);
  await expect(life).toContainText(`sous le n° ${number}`);
  await expect(page.getByRole('region', { name: 'Échanges' }).getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('main').getByText('Nouveau', { exact: true })).toHaveCount(0);
  await place(page, 'Tableau de bord');
  await expect(card).not.toContainText('Nouveau');
  await expect(link(column(page, 'Aujourd’hui'), /(a|ont) eu une réponse/)).toBeVisible();
});

test('the system’s notifications can be had without the window’s: the choice is kept', async ({ page }) => {
  const answers = () => notices(page).getByRole('checkbox', { name: 'Les réponses' });
  await bell(page).click();
  await button(notices(page), 'Notifications du système').click();
  await expect(answers()).toBeChecked();
  await answers().uncheck();
  await expect(answers()).not.toBeChecked();
  await page.reload();
  await bell(page).click();
  await button(notices(page), 'Notifications du système').click();
  await expect(answers()).not.toBeChecked();
});

test('the dashboard, the bell and a request can be read and used by everybody', async ({ page, desk }) => {
  test.slow(); // each of them in many lights
  await place(page, 'Tableau de bord');
  await expect(slices(page, 'Par statut').first()).toBeAttached();
  await look(page, 'board');
  await button(chart(page, 'Par statut'), 'Afficher en tableau').focus();
  await page.keyboard.press('Tab');
  await expect(slices(page, 'Par statut').first()).toBeFocused();
  for (const [name, media] of [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['forced', { forcedColors: 'active' }],
    ['forced-dark', { forcedColors: 'active', colorScheme: 'dark' }],
  ] as const) {
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', ...media });
    await chart(page, 'Par priorité').scrollIntoViewIfNeeded();
    await shot(page, `board-charts-${name}`);
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
  for (const name of ['Par statut', 'Par priorité'])
    await button(chart(page, name), 'Afficher en tableau').click();
  await look(page, 'board-tables');
  await page.setViewportSize({ width: 480, height: 800 });
  await shot(page, 'board-480');
  await bell(page).click();
  await expect(notices(page)).toBeVisible();
  await shot(page, 'bell-480');
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1024, height: 700 });
  await bell(page).click();
  await button(notices(page), 'Notifications du système').click();
  await look(page, 'bell');
  await page.keyboard.press('Escape');
  await link(page, /^Accueil/).click();
  await expect(page.getByRole('region', { name: 'Aujourd’hui' })).toContainText(/attend|nouveau/);
  await look(page, 'board-home');
  await page.setViewportSize({ width: 1024, height: 700 });
  await shot(page, 'board-home-1024');
  await link(page, /option agenda/)
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Échanges' })).toContainText('par téléphone');
  await look(page, 'board-details');
  await page.setViewportSize({ width: 1024, height: 700 });
  await shot(page, 'board-details-1024');
  await inEnglish(page);
  await open(page, desk, '/dashboard');
  await expect(page.getByRole('heading', { level: 1, name: 'Support dashboard' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'By status' })).toBeVisible();
  await look(page, 'en-board');
  await expect(foot(page)).toBeVisible();
});
