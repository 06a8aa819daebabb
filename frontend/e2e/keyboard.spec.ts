import type { Locator, Page } from '@playwright/test';
import { expect, test } from './desk';
import { dropFiles, pages, pdf } from './files';
import { look } from './look';
import { CLAIRE } from './portal';
import {
  atStep,
  attach,
  attached,
  begin,
  button,
  DISPUTE,
  field,
  fillForm,
  heading,
  inEnglish,
  link,
  place,
  popup,
} from './steps';

// The window without a mouse: its keys, its list of commands, its help, and both roads
// from the first key to the last.

const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const press = (page: Page, ...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

// tabTo goes on by Tab until something has the focus; wherever that is meanwhile, it can
// be seen.
async function tabTo(page: Page, to: Locator, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 40; i++) {
    if (await to.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press(key);
    const lost = await page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return 'nothing has the focus';
      const box = at.getBoundingClientRect();
      return box.width * box.height < 4 && !at.closest('label')
        ? `${at.outerHTML.slice(0, 80)} cannot be seen`
        : '';
    });
    expect(lost).toBe('');
  }
  await expect(to).toBeFocused();
}

test('keys lead to what is done most, and the list of commands to the rest', async ({ page }) => {
  await press(page, 'Control+n');
  await expect(title(page, 'Créer une demande')).toBeVisible();
  await press(page, 'Control+Shift+N');
  await expect(title(page, 'Assistant')).toBeVisible();
  await press(page, 'Control+f');
  await expect(page.getByRole('searchbox', { name: 'Rechercher une demande' })).toBeFocused();
  await press(page, 'Control+k');
  const search = page.getByRole('searchbox', { name: /^Une commande/ });
  await expect(search).toBeFocused();
  await look(page, 'commands');
  await page.keyboard.type('bord');
  await expect(page.getByRole('menuitem')).toHaveText([/Tableau de bord$/, /^Chercher/]);
  await press(page, 'Enter');
  await expect(title(page, 'Tableau de bord')).toBeVisible();
  await press(page, 'Control+k');
  await expect(search).toBeFocused();
  await page.keyboard.type('ligne agenda');
  await press(page, 'Enter');
  await expect(title(page, 'Demandes')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /résultat/ })).toContainText('1 résultat');
  await press(page, 'Control+s');
  await expect(page.locator('.toasts')).toContainText('Tout est enregistré.');
});

test('while a dialog asks something, keys of the page do nothing', async ({ page }) => {
  await fillForm(page, 'Facture en double');
  await button(page, 'Aperçu').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await press(page, 'Control+Enter', 'Control+n');
  await expect(page.getByRole('dialog')).toBeVisible();
  await press(page, 'Escape');
  await expect(field(page, 'Sujet')).toHaveValue('Facture en double');
});

test('help is about the screen that is open, with its keys', async ({ page }) => {
  const help = (screen: string) => page.getByRole('dialog', { name: `Aide : ${screen}` });
  await press(page, 'F1');
  await expect(help('accueil')).toContainText('Ctrl+Maj+N');
  await look(page, 'guide-home');
  await press(page, 'Escape');
  await expect(help('accueil')).toBeHidden();
  await begin(page, 'Assistant');
  await press(page, 'F1');
  await expect(help('Assistant')).toContainText(/Ctrl\+Entrée\s*Suivant/);
  await press(page, 'Escape');
  for (const [where, screen] of [
    ['Tableau de bord', 'tableau de bord'],
    ['Demandes', 'demandes'],
    ['Brouillons', 'brouillons'],
    ['Boîte d’envoi', 'boîte d’envoi'],
    ['Contrats', 'contrats'],
    ['Confidentialité', 'confidentialité'],
  ] as const) {
    await place(page, where);
    await button(page, 'Aide sur cet écran').click();
    await expect(help(screen)).toBeVisible();
    await press(page, 'Escape');
    await expect(help(screen)).toBeHidden();
    await expect(button(page, 'Aide sur cet écran')).toBeFocused();
  }
  await inEnglish(page);
  await press(page, 'F1');
  await expect(page.getByRole('dialog', { name: 'Help: privacy' })).toBeVisible();
  await look(page, 'guide-privacy-en');
});

test('the tour is offered once, can be left, and taken again', async ({ page }) => {
  const stop = (name: string) => page.getByRole('dialog', { name });
  await button(page, 'Commencer la visite').click();
  await expect(stop('Commencer une demande')).toBeVisible();
  await look(page, 'tour');
  await press(page, 'Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.reload();
  await expect(heading(page, 'Dernières demandes')).toBeVisible();
  await expect(button(page, 'Commencer la visite')).toBeHidden();
  await press(page, 'F1');
  await button(page, 'Revoir la visite').click();
  for (const name of [
    'Commencer une demande',
    'Retrouver',
    'Reprendre',
    'Savoir ce qui est arrivé',
    'Être sûr',
  ]) {
    await expect(stop(name).getByRole('heading')).toBeFocused();
    await button(page, 'Suivant').click();
  }
  await button(stop('Être aidé'), 'Terminer').click();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('Ctrl Z brings back a draft that was thrown away, and a file that was taken off', async ({ page }) => {
  await fillForm(page, 'À garder');
  await attach(page, [pdf('facture.pdf')]);
  await button(page, 'Retirer facture.pdf').click();
  await expect(attached(page)).toBeHidden();
  await press(page, 'Control+z');
  await expect(attached(page)).toContainText('facture.pdf');
  await expect(page.locator('.toasts')).toContainText('C’est annulé.');
  await place(page, 'Brouillons');
  await button(page, 'Supprimer le brouillon « À garder »').click();
  await expect(page.getByText('est supprimé.')).toBeVisible();
  await button(page.locator('.toasts'), 'Fermer').last().click();
  await press(page, 'Control+z');
  await expect(link(page, 'Reprendre « À garder »')).toBeVisible();
  // What is typed has its own.
  await link(page, 'Reprendre « À garder »').click();
  await field(page, 'Sujet').fill('À garder encore');
  await press(page, 'Control+z');
  await expect(field(page, 'Sujet')).toHaveValue('À garder');
});

test('a file that is dropped on the window begins a request with it', async ({ page }) => {
  await place(page, 'Tableau de bord');
  await dropFiles(page, [pages('facture.pdf', ['FACTURE', 'Facture n° FA-2026-0417'])]);
  await expect(popup(page)).toContainText('facture.pdf');
  await expect(title(page, 'Créer une demande')).toBeVisible();
  // Another one meanwhile begins nothing.
  await dropFiles(page, [pdf('autre.pdf')]);
  await press(page, 'Escape');
  await expect(popup(page)).toBeHidden();
  await expect(title(page, 'Créer une demande')).toBeVisible();
});

test('the form leads from the first key to the last without a mouse', async ({ page, portal }) => {
  await press(page, 'Control+n');
  await expect(title(page, 'Créer une demande')).toBeVisible();
  await tabTo(page, page.getByRole('radio').first());
  await press(page, 'Space');
  await expect(page.getByRole('radio', { name: DISPUTE.type })).toBeChecked();
  const practices = page.getByRole('searchbox', { name: /Chercher par nom/ });
  await tabTo(page, practices);
  await page.keyboard.type('Tilleuls');
  await press(page, 'ArrowDown', 'Enter');
  const category = button(page, /Catégorie$/);
  await tabTo(page, category);
  await press(page, 'Enter');
  await expect(page.getByRole('listbox', { name: 'Catégorie' })).toBeVisible();
  await page.keyboard.type('Litige');
  await press(page, 'Enter');
  for (const [label, value] of [
    ['Numéro de facture', DISPUTE.invoice],
    ['Sujet', 'Par le clavier'],
    ['Description', DISPUTE.description],
  ] as const) {
    await tabTo(page, field(page, label));
    await page.keyboard.type(value);
  }
  await press(page, 'Control+Enter');
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  expect(await portal.about(CLAIRE, 'Par le clavier')).toHaveLength(1);
});

test('the Assistant leads from the first key to the last without a mouse', async ({ page, portal }) => {
  await press(page, 'Control+Shift+N');
  await expect(title(page, 'Assistant')).toBeVisible();
  await tabTo(page, page.getByRole('radio').first());
  await press(page, 'Space', 'Control+Enter');
  await atStep(page, 'Cabinet');
  await tabTo(page, page.getByRole('searchbox', { name: /Chercher par nom/ }));
  await page.keyboard.type('Tilleuls');
  await press(page, 'ArrowDown', 'Enter', 'Control+Enter');
  await atStep(page, 'Catégorie');
  await tabTo(page, page.getByRole('radio').first());
  while (!(await page.getByRole('radio', { name: DISPUTE.category }).isChecked()))
    await press(page, 'ArrowDown');
  await press(page, 'Control+Enter');
  await atStep(page, 'Détails');
  await tabTo(page, field(page, 'Numéro de facture'));
  await page.keyboard.type(DISPUTE.invoice);
  await tabTo(page, field(page, 'Sujet'));
  await page.keyboard.type('Pas à pas');
  await tabTo(page, field(page, 'Description'));
  await page.keyboard.type(DISPUTE.description);
  await press(page, 'Control+Enter');
  await atStep(page, 'Fichiers et envoi');
  await press(page, 'Control+Enter');
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  expect(await portal.about(CLAIRE, 'Pas à pas')).toHaveLength(1);
});
