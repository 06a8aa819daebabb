import { expect, type Locator, type Page } from '@playwright/test';
import type { Sample } from './files';
import { signInBy } from './signin';

// What people do in the window, by the labels that they know.

export const DISPUTE = {
  type: 'Assistance administrative',
  practice: 'Cabinet des Tilleuls',
  category: 'Litige de facture',
  invoice: 'FA-2026-0412',
  description: 'La maintenance est comptée deux fois. Nous attendons un avoir.',
};

export function button(at: Page | Locator, name: string | RegExp): Locator {
  return at.getByRole('button', { name, exact: typeof name === 'string' });
}

export function link(at: Page | Locator, name: string | RegExp): Locator {
  return at.getByRole('link', { name, exact: typeof name === 'string' });
}

export function heading(at: Page | Locator, name: string | RegExp): Locator {
  return at.getByRole('heading', { name });
}

export function foot(page: Page): Locator {
  return page.getByRole('contentinfo');
}

export function field(page: Page, label: string): Locator {
  return page.getByRole('main').getByRole('textbox', { name: label });
}

// choose answers a question whose answers are all in sight.
export async function choose(page: Page, answer: string): Promise<void> {
  const radio = page.getByRole('radio', { name: answer });
  await page.locator('label').filter({ has: radio }).click();
  await expect(radio).toBeChecked();
}

// begin takes one of the two roads from the home page.
export async function begin(page: Page, road: 'Assistant' | 'Créer une demande'): Promise<void> {
  await link(page.getByRole('navigation'), /^Accueil/).click();
  await link(page.getByRole('main'), road).first().click();
  await expect(heading(page, road)).toBeVisible();
}

export async function next(page: Page): Promise<void> {
  await button(page, 'Suivant').click();
}

// step is the question that the Assistant shows.
export async function atStep(page: Page, name: string): Promise<void> {
  await expect(heading(page, new RegExp(`^Étape \\d sur \\d : ${name}`))).toBeVisible();
}

// assistantTo goes through the Assistant up to a step, with the usual answers.
export async function assistantTo(
  page: Page,
  to: 'Cabinet' | 'Catégorie' | 'Détails' | 'Fichiers et envoi',
  subject = 'Maintenance comptée deux fois',
): Promise<void> {
  await begin(page, 'Assistant');
  await choose(page, DISPUTE.type);
  await next(page);
  await atStep(page, 'Cabinet');
  if (to === 'Cabinet') return;
  await page.getByRole('option', { name: DISPUTE.practice }).click();
  await next(page);
  await atStep(page, 'Catégorie');
  if (to === 'Catégorie') return;
  await choose(page, DISPUTE.category);
  await next(page);
  await atStep(page, 'Détails');
  if (to === 'Détails') return;
  await details(page, subject);
  await next(page);
  await atStep(page, 'Fichiers et envoi');
}

// details fills in the fields of an invoice dispute.
export async function details(page: Page, subject: string): Promise<void> {
  await field(page, 'Numéro de facture').fill(DISPUTE.invoice);
  await field(page, 'Sujet').fill(subject);
  await field(page, 'Description').fill(DISPUTE.description);
}

// fillForm fills in the form, with the usual answers.
export async function fillForm(page: Page, subject: string): Promise<void> {
  await begin(page, 'Créer une demande');
  await choose(page, DISPUTE.type);
  await page.getByRole('option', { name: DISPUTE.practice }).click();
  await pickCategory(page, DISPUTE.category);
  await details(page, subject);
}

// categories is the list of the form that opens.
export function categories(page: Page): Locator {
  return button(page, /Catégorie$/);
}

export async function pickCategory(page: Page, category: string): Promise<void> {
  await categories(page).click();
  await page.getByRole('option', { name: category }).click();
  await expect(categories(page)).toContainText(category);
}

// pick hands files to the window as the system's dialog does.
export async function pick(page: Page, files: Sample[] | string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(files);
}

export function popup(page: Page): Locator {
  return page.getByRole('dialog', { name: /sortir du cabinet/ });
}

export function statement(page: Page): Locator {
  return popup(page).getByRole('checkbox', { name: /^(Je confirme|I confirm)/ });
}

export async function tick(page: Page): Promise<void> {
  await popup(page)
    .locator('label')
    .filter({ hasText: /^(Je confirme|I confirm)/ })
    .click();
  await expect(statement(page)).toBeChecked();
}

// attach chooses files and states that they may leave.
export async function attach(page: Page, files: Sample[]): Promise<void> {
  await pick(page, files);
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(popup(page)).toBeHidden({ timeout: 60_000 }); // each is looked into first
  for (const f of files) await expect(attached(page)).toContainText(f.name);
}

// attached is the list of files of the draft that is open.
export function attached(page: Page): Locator {
  return page.getByRole('list', { name: 'Fichiers joints' });
}

export async function send(page: Page): Promise<void> {
  await button(page, 'Envoyer').click();
}

// listed are the rows about a subject in « Demandes ».
export function listed(page: Page, subject: string): Locator {
  return page.getByRole('row').filter({ has: link(page, subject) });
}

export async function place(page: Page, name: string): Promise<void> {
  await link(page.getByRole('navigation'), new RegExp(`^${name}`)).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

// saved resolves as soon as the foot says that everything typed is stored. It
// watches the page itself, so that what comes next comes right after.
export function saved(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((done) => {
        const foot = document.querySelector('footer');
        const told = () => foot?.textContent?.includes('Enregistré à') ?? false;
        if (!foot || told()) return done();
        const watch = new MutationObserver(() => {
          if (!told()) return;
          watch.disconnect();
          done();
        });
        watch.observe(foot, { childList: true, subtree: true, characterData: true });
      }),
  );
}

export const RENEWED = /Le formulaire a changé depuis le début/;

// resume opens a draft from the list, until the newer form that it goes on with
// has come from the portal.
export async function resume(page: Page, subject: string): Promise<void> {
  await expect(async () => {
    await place(page, 'Brouillons');
    await link(page, `Reprendre « ${subject} »`).click();
    await expect(page.getByText(RENEWED)).toBeVisible({ timeout: 1500 });
  }).toPass();
}

// personMenu opens the menu of who is at the desk.
export async function personMenu(page: Page): Promise<void> {
  await button(page, /^(Personne et réglages|Person and settings)/).click();
}

// setting makes a choice in that menu.
export async function setting(page: Page, name: string, choice: string): Promise<void> {
  await personMenu(page);
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
  await page.getByRole('menuitemradio', { name: choice }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
}

export async function inEnglish(page: Page): Promise<void> {
  await setting(page, 'Langue', 'English');
}

// act does what stands in that menu.
export async function act(page: Page, name: string | RegExp): Promise<void> {
  await personMenu(page);
  await page.getByRole('menuitem', { name }).click();
}

// signInAs has a person sign in by the link that the window shows, as in a
// browser of this PC. entry is what the menu calls it.
export async function signInAs(page: Page, person: string, entry = 'Une autre personne…'): Promise<void> {
  await act(page, entry);
  await followLink(page, person);
}

export async function followLink(page: Page, person: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  const href = await link(dialog, 'Ouvrir la page de connexion').getAttribute('href');
  await signInBy(href ?? '', person);
  await expect(dialog).toBeHidden();
}

// reached lists what of the page behind a mask can still be seen or reached: at a
// grid of points, by the Tab key, and by what reads the page out.
export async function reached(page: Page): Promise<string[]> {
  const seen = await page.evaluate(() => {
    const found = new Set<string>();
    for (let x = 5; x < innerWidth; x += 60)
      for (let y = 5; y < innerHeight; y += 40) {
        const e = document.elementFromPoint(x, y);
        if (e && !e.closest('dialog.mask')) found.add(e.tagName);
      }
    return [...found];
  });
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('Tab');
    const stray = await page.evaluate(() => {
      const e = document.activeElement;
      return e && e !== document.body && !e.closest('dialog.mask') ? e.outerHTML.slice(0, 80) : '';
    });
    if (stray) seen.push(stray);
  }
  const reader = await page.context().newCDPSession(page);
  const { nodes } = await reader.send('Accessibility.getFullAXTree');
  await reader.detach();
  const mask = await page.locator('dialog.mask').evaluate((e) => e.textContent ?? '');
  const names = nodes.filter((n) => !n.ignored).map((n) => String(n.name?.value ?? ''));
  return [...seen, ...names.filter((n) => n !== 'Guichet' && !mask.includes(n))];
}
