import type { Page } from '@playwright/test';
import { expect, open } from './desk';
import { onLine } from './lined';
import { look } from './look';
import { CLAIRE, SOPHIE } from './portal';
import { button, foot, heading, link, place } from './steps';

// What the portal tells comes into the window by itself: all of it at first, then what
// changes, and all of it again when the portal does not know any more how far it was.

const MANY = 3000; // requests of Claire's besides the demo's own
const PAGE = 200; // of one answer

const test = onLine.extend({
  contextOptions: { reducedMotion: 'reduce' },
});

// A portal that has a lot to tell, of which three answers come through.
const filled = test.extend({
  desk: async ({ newDesk, line, portal }, use) => {
    await portal.stop();
    portal.fill(MANY);
    await portal.start();
    line.answers(3);
    await use(await newDesk(line.address));
  },
});

const grid = (page: Page) => page.getByRole('grid', { name: 'Demandes' });
const rows = (page: Page) =>
  grid(page)
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });
const about = (page: Page, subject: string) => rows(page).filter({ has: link(page, subject) });
const count = (page: Page) => page.getByRole('main').getByRole('status').first();
const bar = (page: Page) => page.getByRole('progressbar');
const bell = (page: Page) => button(page.getByRole('banner'), /^Notifications/);

// stays marks the page: a mark that is still there was not loaded anew.
async function stays(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => Object.assign(window, { mark: true }));
  return async () => expect(await page.evaluate(() => 'mark' in window)).toBe(true);
}

// watched notes what the list shows at each moment from now on: how few rows, and
// which were the first.
async function watched(page: Page): Promise<() => Promise<{ least: number; firsts: string[] }>> {
  await grid(page).evaluate((box) => {
    const seen = { least: Number.POSITIVE_INFINITY, firsts: new Set<string>() };
    const look = () => {
      const drawn = [...box.querySelectorAll('[data-index]:not([aria-busy])')];
      seen.least = Math.min(seen.least, drawn.length);
      seen.firsts.add(drawn[0]?.querySelector('a')?.textContent ?? '');
    };
    new MutationObserver(look).observe(box, { childList: true, subtree: true, characterData: true });
    look();
    Object.assign(window, { seen });
  });
  return () =>
    page.evaluate(() => {
      const { seen } = window as unknown as { seen: { least: number; firsts: Set<string> } };
      return { least: seen.least, firsts: [...seen.firsts] };
    });
}

filled(
  'the first synchronisation is told, and what is here can be used meanwhile, the newest first',
  async ({ page, portal, line }) => {
    filled.slow();
    const unloaded = await stays(page);
    const all = (await portal.requests(CLAIRE)).length;
    expect(all).toBeGreaterThan(MANY);
    await place(page, 'Tableau de bord');
    const said = new RegExp(`^Première synchronisation\\s: ${3 * PAGE}\\sdemandes sur 3\\s010$`);
    await expect(page.getByText(said)).toBeVisible({ timeout: 30_000 });
    await expect(bar(page)).toHaveAttribute('aria-valuenow', String(3 * PAGE));
    await expect(
      page.getByText('Vos demandes arrivent du portail. Vous pouvez déjà travailler.'),
    ).toBeVisible();
    await look(page, 'sync-first');

    await place(page, 'Demandes');
    await expect(count(page)).toHaveText(/^600\sdemandes$/);
    await expect(rows(page).first()).toContainText(`Série ${MANY}`);
    await rows(page).first().focus();
    await page.keyboard.press('End');
    await expect(about(page, `Série ${MANY - 3 * PAGE + 1}`)).toBeFocused();
    await look(page, 'sync-list');
    await page.getByRole('searchbox', { name: /^Filtrer/ }).fill('série 2950');
    await expect(count(page)).toHaveText(/^1\sr/);
    await link(page, 'Série 2950').click();
    await expect(page.getByRole('heading', { level: 1, name: 'Série 2950' })).toBeVisible();

    line.release();
    await place(page, 'Tableau de bord');
    await expect(page.getByText('À jour', { exact: true })).toBeVisible({ timeout: 30_000 });
    await expect(bar(page)).toHaveCount(0);
    await place(page, 'Demandes');
    await expect(count(page)).toHaveText(/^3\s010\sdemandes$/);
    await unloaded();
  },
);

filled(
  'a portal that has lost the thread is compared with in place: no row goes, nor what was written',
  async ({ page, portal, line }) => {
    filled.slow();
    line.release();
    await place(page, 'Tableau de bord');
    await expect(page.getByText('À jour', { exact: true })).toBeVisible({ timeout: 30_000 });
    await place(page, 'Demandes');
    await about(page, `Série ${MANY - 1}`).click();
    const box = page.getByRole('region', { name: 'Échanges' }).getByRole('textbox');
    await box.fill('Écrit avant');
    await expect(page.getByRole('region', { name: 'Échanges' }).getByText(/^Enregistré à/)).toBeVisible();
    await link(page.getByRole('navigation'), /^Demandes/).click();
    await expect(count(page)).toHaveText(/^3\s010\sdemandes$/);
    await page.mouse.move(5, 5);
    const unloaded = await stays(page);
    const shown = await rows(page).count();
    const seen = await watched(page);

    await portal.stop();
    portal.forgetCursors();
    portal.forget('AS-2025-002990'); // among the rows in sight
    line.answers(3); // it does not know the cursor, and two answers
    await portal.start();
    await expect.poll(() => line.waiting, { timeout: 60_000 }).toBeGreaterThan(0);
    await expect(about(page, 'Série 2990')).toBeVisible();
    await expect(count(page)).toHaveText(/^3\s010\sdemandes$/);
    expect(await seen()).toEqual({ least: shown, firsts: [`Série ${MANY}`] });
    await link(page.getByRole('navigation'), 'Tableau de bord').click();
    await expect(page.getByText(/^Vérification\s: 400\sdemandes sur 3\s009$/)).toBeVisible();
    await expect(page.getByText(/Première synchronisation/)).toHaveCount(0);
    await look(page, 'sync-again');
    await link(page.getByRole('navigation'), /^Demandes/).click();
    await page.mouse.move(5, 5);
    await expect(rows(page).first()).toContainText(`Série ${MANY}`);

    const still = await watched(page);
    line.release();
    await expect(about(page, 'Série 2990')).toHaveCount(0, { timeout: 30_000 });
    await expect(count(page)).toHaveText(/^3\s009\sdemandes$/);
    const { least, firsts } = await still();
    expect(firsts).toEqual([`Série ${MANY}`]);
    expect(least).toBeGreaterThanOrEqual(shown - 1);
    await about(page, `Série ${MANY - 1}`).click();
    await expect(box).toHaveValue('Écrit avant');
    await unloaded();
  },
);

test('what the portal deletes leaves the list, the counts and its own page by itself', async ({
  page,
  portal,
  desk,
}) => {
  test.slow(); // the desk has to find out that the portal is back
  await place(page, 'Demandes');
  await expect(count(page)).toHaveText(/^10\sdemandes$/);
  const unloaded = await stays(page);
  const forget = async (number: string) => {
    await portal.stop();
    portal.forget(number);
    await portal.start();
  };
  await forget('AS-2026-000010');
  await expect(rows(page).filter({ hasText: 'AS-2026-000010' })).toHaveCount(0, { timeout: 60_000 });
  await expect(count(page)).toHaveText(/^9\sdemandes$/);
  await expect(link(page.getByRole('navigation'), /^Demandes/)).toContainText('9 demandes');
  await rows(page).filter({ hasText: 'AS-2026-000008' }).click();
  await expect(page.getByRole('main')).toContainText('AS-2026-000008');
  await forget('AS-2026-000008');
  await expect(heading(page, 'Demande introuvable')).toBeVisible({ timeout: 60_000 });
  await look(page, 'request-gone');
  await unloaded();
  await expect(foot(page)).toContainText('Connecté au portail');
  await open(page, desk, '/dashboard');
  await expect(link(page.getByRole('navigation'), /^Demandes/)).toContainText('8 demandes');
});

test.describe('a colleague', () => {
  test.use({ person: SOPHIE });

  test('sees a request as long as she may, and is told when she is made to follow it', async ({
    page,
    portal,
  }) => {
    const subject = 'Durée restante du contrat de maintenance';
    const [theirs] = await portal.about(CLAIRE, subject);
    const id = theirs?.id ?? '';
    await place(page, 'Demandes');
    await expect(rows(page).first()).toBeVisible();
    await expect(about(page, subject)).toHaveCount(0);
    const unloaded = await stays(page);
    await portal.act(CLAIRE, id, { kind: 'watchers', watchers: [CLAIRE, SOPHIE] });
    await expect(about(page, subject)).toBeVisible();
    await expect(about(page, subject)).toContainText('de Claire Lefèvre');
    await expect(bell(page)).toHaveAccessibleName(/1\snon lue$/);
    await look(page, 'made-watcher');

    await portal.act(CLAIRE, id, { kind: 'watchers', watchers: [CLAIRE] });
    await expect(about(page, subject)).toHaveCount(0);
    await expect(bell(page)).toHaveAccessibleName(/rien de nouveau$/); // it is no news of hers any more
    await page.getByRole('searchbox', { name: /^Filtrer/ }).fill('maintenance');
    await expect(about(page, subject)).toHaveCount(0);
    await unloaded();
  });
});
