import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Desk, expect, open, test } from './desk';
import { look } from './look';
import { act, button, foot, heading, inEnglish, link, place } from './steps';

// What a PC is found to lack is said with what to do, also when nothing opens; a report
// of it can be read before it is saved.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const finding = (page: Page, is: string | RegExp) =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: is });

// screen looks at a screen in the size that most PCs at a desk leave to it.
async function screen(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 1024, height: 700 });
  await look(page, name);
}

test('what is amiss on this PC is said with what to do, and read in a report', async ({ page, portal }) => {
  await act(page, 'Aide et diagnostic');
  await expect(heading(page, 'Aide et diagnostic')).toBeFocused();
  await expect(page.getByRole('main')).toContainText('1 point demande votre attention', { timeout: 40_000 });
  await expect(finding(page, /^À surveiller.*trousseau/)).toContainText('Que faire');
  await page.getByText(/points vérifiés, sans problème/).click();
  await expect(finding(page, 'Le portail 127.0.0.1')).toBeVisible();
  await screen(page, 'help');

  await portal.stop();
  await button(page, 'Vérifier de nouveau').click();
  await expect(finding(page, /^Problème.*refuse la liaison/)).toBeVisible({ timeout: 40_000 });

  await button(page, 'Préparer le rapport').click();
  const files = page.getByRole('list', { name: 'Fichiers du rapport' });
  await expect(files).toBeVisible({ timeout: 40_000 });
  for (const name of [
    'LISEZMOI.txt',
    'doctor.txt',
    'doctor.json',
    'settings.json',
    'counts.json',
    'logs/guichet.log',
  ]) {
    await button(files, `Lire ${name}`).click();
    await expect(page.getByRole('region', { name: `Contenu de ${name}` })).toContainText(/\w/);
    if (name === 'doctor.txt') await screen(page, 'help-report');
    await button(files, `Refermer ${name}`).click();
  }
  await button(files, 'Lire counts.json').click();
  const counts = page.getByRole('region', { name: 'Contenu de counts.json' });
  await expect(counts).toContainText('"requests"');
  await expect(counts).not.toContainText(/Lefèvre|Tilleuls|demo-claire/);

  await inEnglish(page);
  await expect(heading(page, 'Help and diagnosis')).toBeVisible();
  await expect(page.getByRole('main')).toContainText(/points need your attention/, { timeout: 40_000 });
  await expect(finding(page, /^Problem.*refuses the connection/)).toContainText('What to do');
  await screen(page, 'en-help');
});

test('data in a folder that is copied elsewhere is said once, with what to do', async ({
  page,
  folder,
  portal,
  desk,
}) => {
  await page.goto('about:blank');
  await desk.stop();
  const away = new Desk(join(folder, 'Nextcloud', 'Guichet'), portal.address, desk.person);
  await away.start();
  try {
    await open(page, away);
    const line = page.getByRole('region', { name: 'Emplacement des données' });
    await expect(line).toContainText('Nextcloud copie ailleurs');
    await screen(page, 'help-place');
    await button(line, 'Que faire ?').click();
    await expect(finding(page, /^À surveiller.*Nextcloud/)).toContainText('hors de Nextcloud', {
      timeout: 40_000,
    });
    await link(page.getByRole('navigation'), /^Accueil/).click();
    await button(line, 'Compris').click();
    await expect(line).toBeHidden();
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await place(page, 'Brouillons');
    await link(page.getByRole('navigation'), /^Accueil/).click();
    await expect(foot(page)).toBeVisible();
    await expect(line).toBeHidden();
    await page.reload();
    await expect(heading(page, /^Bonjour/)).toBeVisible();
    await expect(line).toBeHidden();
  } finally {
    await page.goto('about:blank');
    await away.kill();
  }
});

test('help is within reach when nothing opens', async ({ page, desk, folder }) => {
  await page.goto('about:blank');
  await desk.stop();
  const data = join(folder, 'spoilt');
  const spoilt = new Desk(data, desk.portal, '');
  await mkdir(data, { recursive: true });
  await writeFile(
    join(data, 'guichet.db'),
    'a file of another program, which is nobody’s database'.repeat(200),
  );
  await mkdir(join(data, 'damaged'));
  await writeFile(join(data, 'keys.json'), '{"version":99}');
  await spoilt.start();
  try {
    await page.goto(spoilt.address);
    await link(page.getByRole('main'), 'Aide et diagnostic').click();
    await expect(heading(page, 'Aide et diagnostic')).toBeVisible();
    await expect(finding(page, /^Problème/).first()).toContainText('Que faire', { timeout: 40_000 });
    await screen(page, 'help-closed');
    await button(page, 'Préparer le rapport').click();
    await expect(page.getByRole('list', { name: 'Fichiers du rapport' })).toBeVisible({ timeout: 40_000 });
  } finally {
    await page.goto('about:blank');
    await spoilt.kill();
  }
});
