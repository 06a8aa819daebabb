import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './desk';
import { look, shot } from './look';
import { CLAIRE } from './portal';
import { until } from './process';
import { test as inWindow } from './production';
import { button, fillForm, heading, inEnglish, place, send } from './steps';

// What goes on paper of a request and of a list. What the system asks where to is
// answered in the shipped window only.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const SUBJECT = 'Maintenance comptée deux fois';

// printed is the text of the page on paper, as a reader of PDF finds it.
async function printed(page: Page, folder: string, name: string): Promise<string> {
  const path = join(folder, `${name}.pdf`);
  const body = await page.pdf({ preferCSSPageSize: true });
  writeFileSync(path, body);
  const shots = process.env.GUICHET_SHOTS;
  if (shots) execFileSync('pdftoppm', ['-r', '70', '-png', path, join(shots, name)]);
  return execFileSync('pdftotext', ['-layout', path, '-']).toString().replace(/\s+/g, ' ');
}

const more = (page: Page) => button(page.getByRole('main'), 'Plus d’actions').filter({ visible: true });

async function openDetails(page: Page, subject: string): Promise<void> {
  await place(page, 'Demandes');
  await page.getByRole('rowheader', { name: subject }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
}

test('a request that waits is printed as a local acknowledgement, which proves nothing', async ({
  page,
  portal,
  folder,
}) => {
  await portal.kill();
  await fillForm(page, SUBJECT);
  await send(page);
  await expect(heading(page, /elle partira dès le retour de la connexion/)).toBeVisible();
  await openDetails(page, SUBJECT);
  await expect(page.getByText('Ce document ne prouve pas')).toBeHidden();
  await look(page, 'details-papers');
  for (const width of [1024, 480]) {
    await page.setViewportSize({ width, height: 700 });
    await more(page).click();
    await expect(page.getByRole('menuitem')).toHaveText(['Enregistrer en PDF', /^Imprimer/]);
    await shot(page, `details-papers-${width}`);
    await page.keyboard.press('Escape');
  }
  await page.setViewportSize({ width: 1120, height: 720 });

  // In the dark as well: paper is white.
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const ground = await page.evaluate(() =>
    [document.documentElement, document.querySelector('main .card')].map(
      (e) => e && getComputedStyle(e).backgroundColor,
    ),
  );
  expect(ground).toEqual(['rgb(255, 255, 255)', 'rgb(255, 255, 255)']);
  await shot(page, 'print-waiting');
  await page.emulateMedia({ media: null, colorScheme: 'light' });
  const text = await printed(page, folder, 'print-waiting');
  for (const said of [
    SUBJECT,
    'Accusé d’enregistrement local',
    'sans accusé de réception du portail',
    'Ce document ne prouve pas que la demande est arrivée.',
    'Identifiant sur ce poste',
    'En attente d’envoi',
    'FA-2026-0412',
    'Imprimé le',
  ])
    expect(text).toContain(said);
  for (const hidden of [
    'Tableau de bord',
    'Boîte d’envoi',
    'Modifier',
    'Exporter',
    'Plus d’actions',
    'Enregistrer en PDF',
    'Rien en attente',
  ])
    expect(text).not.toContain(hidden);
});

test('a request that was received is printed with its number and its conversation', async ({
  page,
  folder,
}) => {
  await place(page, 'Demandes');
  const row = page
    .getByRole('row')
    .filter({ hasText: 'AS-' })
    .filter({ hasText: 'Vous avez la main' })
    .first();
  await row.click();
  await expect(page.getByRole('region', { name: 'Échanges' }).getByRole('listitem').first()).toBeVisible();
  const text = await printed(page, folder, 'print-received');
  expect(text).toMatch(/Transmise sous le n° AS-\d{4}-\d+, reçue par le portail le/);
  expect(text).toContain('Échanges');
  expect(text).not.toContain('ne prouve pas');
  for (const control of ['Compléter la demande', 'déposez', 'Joindre'])
    expect(text, 'nothing to be typed or pressed').not.toContain(control);
  await inEnglish(page);
  expect(await printed(page, folder, 'print-received-en')).toMatch(/Sent under no\. AS-\d{4}-\d+/);
});

test('Ctrl P prints a request, and nothing else', async ({ page }) => {
  await page.evaluate(() => {
    window.print = () => {
      document.body.dataset.printed = String(Number(document.body.dataset.printed ?? 0) + 1);
    };
  });
  const count = () => page.evaluate(() => Number(document.body.dataset.printed ?? 0));
  await place(page, 'Demandes');
  await page.getByRole('row').filter({ hasText: 'AS-' }).first().click();
  await expect(more(page)).toBeVisible();
  await page.keyboard.press('Control+p');
  await expect.poll(count).toBe(1);
  await more(page).click();
  await page.getByRole('menuitem', { name: 'Imprimer' }).click();
  await expect.poll(count).toBe(2);
});

test('the head of a request has one line of buttons at 1024 px, and the rest by the keyboard', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await openDetails(page, 'Ordonnance imprimée sur deux pages');
  const head = page.locator('.page-acts').getByRole('button').filter({ visible: true });
  await expect(head).toHaveText(['Clore', 'Ne plus suivre', 'Plus d’actions']);
  const tops = await head.evaluateAll((all) => all.map((b) => b.getBoundingClientRect().top));
  expect(new Set(tops).size).toBe(1);
  await look(page, 'details-head');
  await page.setViewportSize({ width: 1024, height: 700 });
  await head.nth(1).focus();
  await page.keyboard.press('Tab');
  await expect(more(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem')).toHaveText([
    'Enregistrer en PDF',
    /^Imprimer/,
    'Retirer la demande…',
    'Modifier les personnes qui suivent…',
    'Dupliquer',
    'Demander la suppression…',
  ]);
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await look(page, 'details-more');
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: 'Demander la suppression…' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(more(page)).toBeFocused();
});

test('a list without a row has nothing to export, and says so', async ({ page }) => {
  await place(page, 'Demandes');
  const csv = button(page, 'Exporter en CSV');
  await expect(csv).not.toHaveAttribute('aria-disabled', 'true');
  await look(page, 'list-csv');
  await page.getByRole('searchbox', { name: /^Filtrer/ }).fill('zzzzz');
  await expect(csv).toHaveAttribute('aria-disabled', 'true');
  await csv.click({ force: true });
  await expect(page.getByText(/Rien à exporter\s: la liste est vide/)).toBeVisible();
  await shot(page, 'list-csv-none');
});

for (const away of [false, true])
  inWindow(
    `the shipped window saves a request as a PDF, and the list for a spreadsheet${away ? ', and prints, without the portal as well' : ''}`,
    async ({ window, portal, folder }) => {
      const requests = await portal.requests(CLAIRE);
      const held = requests.find((r) => r.number);
      const shown = `!!document.querySelector('.details-line .figures')`;
      await until(async () => {
        await window.evaluate(`{ location.hash = '/'; location.hash = '/request/${held?.id}'; }`);
        return window.evaluate<boolean>(shown);
      }, 'the request on this PC');
      if (away) {
        await portal.kill();
        await window.sees('footer', 'Hors connexion');
      }
      await window.press('.acts-direct button', 'Plus d’actions');
      await window.press('[role=menuitem]', 'Enregistrer en PDF');
      await window.dialog('Enregistrer la demande en PDF');
      const pdf = join(folder, 'paper.pdf');
      await window.paste(pdf);
      await window.display.xdotool('key', 'Return');
      await window.sees('.toast', `Enregistré dans ${pdf}`);
      const text = execFileSync('pdftotext', ['-layout', pdf, '-']).toString();
      expect(text).toContain(held?.number);
      expect(text).toMatch(/Statut\s+(Reçue|En cours|Vous avez la main|Résolue|Close|Retirée)/);

      await window.go('/requests', 'Demandes');
      await window.sees('[role=row]', 'AS-');
      await window.press('button', 'Exporter en CSV');
      await window.sees('button[aria-disabled=true]', 'Export en cours');
      await window.dialog('Exporter la liste en CSV');
      const csv = join(folder, 'liste.csv');
      await window.paste(csv);
      await window.display.xdotool('key', 'Return');
      await window.sees('.toast', `Enregistré dans ${csv}`);
      const [head = '', ...rows] = (await readFile(csv, 'utf8')).trim().split('\r\n');
      expect(head).toMatch(
        /Numéro[;,]Sujet[;,]Statut[;,]Cabinet[;,]Priorité[;,]Modifiée[;,]Reçue[;,]Réponse[;,]Close/,
      );
      expect(rows).toHaveLength(requests.length);
      expect(rows.join()).toContain('Vous avez la main');
      if (!away) return;
      await window.evaluate(`{ location.hash = '/request/${held?.id}'; }`);
      await window.press('.acts-direct button', 'Plus d’actions');
      await window.press('[role=menuitem]', 'Imprimer');
      await window.display.windowNamed('^(Print|Imprimer)$');
    },
  );

inWindow('the shipped window has the system print a request', async ({ window }) => {
  await window.go('/requests', 'Demandes');
  await window.press('[role=gridcell]', 'AS-');
  await window.press('.acts-direct button', 'Plus d’actions');
  await window.press('[role=menuitem]', 'Imprimer');
  await window.display.windowNamed('^(Print|Imprimer)$');
});
