import type { Page } from '@playwright/test';
import { noDisputes, otherQuestions } from './catalogues';
import { expect, open, signInAnew, test } from './desk';
import { pdf, png } from './files';
import { Line } from './line';
import { look, shot } from './look';
import type { Person } from './portal';
import {
  act,
  assistantTo,
  atStep,
  attach,
  begin,
  button,
  categories,
  choose,
  DISPUTE,
  details,
  field,
  fillForm,
  foot,
  heading,
  inEnglish,
  link,
  next,
  pick,
  pickCategory,
  place,
  popup,
  resume,
  send,
  tick,
} from './steps';

// Every screen, in the light and in the dark, in a large window and in a small
// one (look.ts).

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const exe = { ...pdf('logiciel.exe'), buffer: Buffer.from('MZ') };

const newcomer: Person = {
  id: 'newcomer',
  name: 'Inès Garnier',
  practices: [{ id: 'only', name: 'Cabinet de la Gare', town: 'Vannes', roles: ['super-admin'] }],
};

test.describe('with nothing written yet', () => {
  test.use({ people: [newcomer], person: newcomer.id });

  test('the empty pages can be read and used by everybody', async ({ page }) => {
    await expect(heading(page, 'Aucune demande pour l’instant')).toBeVisible();
    await look(page, 'home-empty');
    await place(page, 'Tableau de bord');
    await look(page, 'dashboard-empty');
    await place(page, 'Demandes');
    await look(page, 'requests-empty');
    await place(page, 'Brouillons');
    await look(page, 'drafts-empty');
    await place(page, 'Boîte d’envoi');
    await look(page, 'outbox-empty');
  });
});

test('each step of the Assistant can be read and used by everybody', async ({ page }) => {
  await begin(page, 'Assistant');
  await look(page, 'assistant-type');
  await next(page);
  await expect(page.getByRole('region', { name: 'Il reste un point à revoir' })).toBeFocused();
  await look(page, 'assistant-type-missing');
  await assistantTo(page, 'Cabinet');
  await look(page, 'assistant-practice');
  await page.getByRole('searchbox', { name: /Chercher par nom/ }).fill('nulle part');
  await look(page, 'assistant-practice-none');
  await assistantTo(page, 'Catégorie');
  await look(page, 'assistant-category');
  await assistantTo(page, 'Détails');
  await look(page, 'assistant-details');
  await field(page, 'Numéro de facture').fill('12');
  await field(page, 'Description').fill('m'.repeat(3900));
  await next(page);
  await expect(page.getByRole('region', { name: 'Il reste 2 points à revoir' })).toBeFocused();
  await look(page, 'assistant-details-errors');
  await details(page, 'Maintenance comptée deux fois');
  await next(page);
  await atStep(page, 'Fichiers et envoi');
  await look(page, 'assistant-files');
  await pick(page, [pdf('facture.pdf')]);
  await expect(popup(page)).toBeVisible();
  await look(page, 'popup');
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(popup(page)).toBeHidden();
  await pick(page, [exe]);
  await expect(page.getByRole('dialog', { name: 'Ce fichier ne peut pas être joint' })).toBeVisible();
  await look(page, 'popup-refused');
});

test('the form, its pop-up, its preview and what follows can be read and used by everybody', async ({
  page,
}) => {
  await begin(page, 'Créer une demande');
  await look(page, 'form-empty');
  await choose(page, DISPUTE.type);
  await categories(page).click();
  await expect(page.getByRole('listbox', { name: 'Catégorie' })).toBeVisible();
  await look(page, 'form-categories');
  await page.keyboard.press('Escape');
  await send(page);
  await expect(page.getByRole('region', { name: /points? à revoir/ })).toBeFocused();
  await look(page, 'form-errors');
  await fillForm(page, 'Maintenance comptée deux fois');
  await pick(page, [pdf('facture.pdf'), png('capture.png'), exe]);
  await expect(popup(page)).toBeVisible();
  await button(popup(page), 'Ne pas joindre capture.png').click();
  await button(popup(page), 'Confirmer').click({ force: true });
  await expect(popup(page)).toContainText('Cochez d’abord');
  await look(page, 'popup-several');
  await button(popup(page), 'Joindre capture.png').click();
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(popup(page)).toBeHidden();
  await look(page, 'form-full');
  await button(page, 'Aperçu').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'preview');
  await button(page, 'Revenir à la demande').click();
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  await look(page, 'sent');
});

test('the pages with content can be read and used by everybody', async ({ page }) => {
  await assistantTo(page, 'Détails');
  await details(page, 'Un brouillon de plus');
  await begin(page, 'Créer une demande');
  await choose(page, DISPUTE.type);
  await place(page, 'Brouillons');
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(2);
  await look(page, 'drafts');
  await button(page, 'Supprimer le brouillon « Un brouillon de plus »').click();
  await expect(page.getByText('est supprimé.')).toBeVisible();
  await look(page, 'drafts-deleted');
  await button(page.locator('.toasts'), 'Annuler').click();
  await link(page, /^Accueil/).click();
  await expect(heading(page, 'Dernières demandes')).toBeVisible();
  await look(page, 'home');
  await place(page, 'Demandes');
  await look(page, 'requests');
  const search = page.getByRole('searchbox', { name: 'Rechercher une demande' });
  await page.keyboard.press('Control+f');
  await expect(search).toBeFocused();
  await search.fill('ligne agenda');
  await search.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: /résultat/ })).toContainText('1 résultat');
  await look(page, 'search');
  await page.getByRole('searchbox', { name: /^Filtrer/ }).fill('introuvable');
  await expect(heading(page, /^Rien ne correspond/)).toBeVisible();
  await look(page, 'search-none');
  await place(page, 'Tableau de bord');
  await look(page, 'dashboard');
  await link(page, /option agenda/)
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Échanges' })).toContainText('par téléphone');
  await look(page, 'details');
  await link(page, /^Accueil/).click();
  for (const [menu, name] of [
    ['Nouvelle demande', 'menu-new'],
    ['Assistance', 'menu-support'],
    [/^Personne et réglages/, 'menu-person'],
  ] as const) {
    await button(page, menu).click();
    await expect(page.getByRole('menu')).toBeVisible();
    await look(page, name);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toBeHidden();
  }
  await act(page, 'Une autre personne…');
  await expect(link(page, 'Ouvrir la page de connexion')).toBeVisible();
  await look(page, 'sign-in');
});

test('at 200 % every place is still within reach', async ({ page }) => {
  await page.setViewportSize({ width: 512, height: 350 });
  const places = page.getByRole('navigation');
  await expect(places).toBeHidden();
  for (const name of ['Brouillons', 'Tableau de bord', 'Demandes', 'Boîte d’envoi']) {
    await button(page, 'Menu').click();
    await expect(places).toBeVisible();
    await link(places, new RegExp(`^${name}`)).click();
    await expect(page.getByRole('heading', { level: 1, name })).toBeInViewport();
    await expect(places).toBeHidden();
  }
  await button(page, 'Menu').click();
  await button(places, 'Nouvelle demande').click();
  await page.getByRole('menuitem', { name: 'Créer une demande' }).click();
  await choose(page, DISPUTE.type);
  await button(page, 'Envoyer').scrollIntoViewIfNeeded();
  await expect(button(page, 'Envoyer')).toBeInViewport();
});

test('the first key leads past the menu to the page', async ({ page }) => {
  await page.keyboard.press('Tab');
  await expect(button(page, 'Aller au contenu')).toBeFocused();
  await expect(button(page, 'Aller au contenu')).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('with more room between letters, words and lines nothing is cut', async ({ page }) => {
  const roomy = async () => {
    await page.evaluate(() => {
      // As WCAG 1.4.12 has it; the content policy lets no style in otherwise.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
      );
      document.adoptedStyleSheets = [sheet];
    });
  };
  const cut = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('body *:not(.sr, .sr *, input, textarea, svg, svg *)')]
        // But for what only a reader of the page has, and the rows of the long list.
        .filter((e) => !e.closest('[data-react-aria-prevent-focus], [aria-hidden=true], .grid'))
        .filter((e) => {
          const { overflowX, overflowY } = getComputedStyle(e);
          const wide = e.scrollWidth > e.clientWidth + 1 && /hidden|clip/.test(overflowX);
          const high = e.scrollHeight > e.clientHeight + 1 && /hidden|clip/.test(overflowY);
          return e.clientWidth > 0 && e.textContent !== '' && (wide || high);
        })
        .map((e) => `${e.tagName.toLowerCase()}.${e.className}: ${e.textContent?.slice(0, 60)}`),
    );
  await roomy();
  for (const name of [
    'Tableau de bord',
    'Demandes',
    'Brouillons',
    'Boîte d’envoi',
    'Contrats',
    'Confidentialité',
  ]) {
    await place(page, name);
    expect.soft(await cut(), name).toEqual([]);
    await shot(page, `roomy-${name}`);
  }
  await begin(page, 'Créer une demande');
  await choose(page, DISPUTE.type);
  expect.soft(await cut(), 'the form').toEqual([]);
  await shot(page, 'roomy-form');
});

test.describe('the outbox', () => {
  test.use({ people: [newcomer], person: newcomer.id });

  const write = async (page: Page, subject: string, files = [pdf('facture.pdf')]) => {
    await begin(page, 'Créer une demande');
    await choose(page, DISPUTE.type);
    await pickCategory(page, DISPUTE.category);
    await details(page, subject);
    if (files.length > 0) await attach(page, files);
    await send(page);
    await expect(heading(page, /^Demande enregistrée/)).toBeVisible();
  };

  test('can be read and used by everybody in all its states', async ({ page, portal, newDesk }) => {
    test.slow(); // it waits for the portal several times
    const line = new Line(portal.address);
    await line.start();
    const made = await newDesk(line.address);
    await open(page, made);
    await expect(foot(page)).toContainText('Connecté au portail');
    // One that comes back, one that may have arrived, one that never left.
    await portal.stop();
    await write(page, 'Facture FA-2026-1182 comptée deux fois en octobre', []);
    portal.people = [{ ...newcomer, practices: newcomer.practices.map((p) => ({ ...p, roles: ['user'] })) }];
    await signInAnew(page, made, () => portal.start());
    await place(page, 'Boîte d’envoi');
    await expect(page.getByRole('region', { name: 'À corriger' })).toBeVisible({ timeout: 70_000 });
    await portal.stop();
    portal.people = [newcomer];
    await signInAnew(page, made, () => portal.start());
    await expect(foot(page)).toContainText('Connecté au portail', { timeout: 70_000 });
    line.cut = 99;
    await write(page, 'Commande de lecteurs de carte');
    await expect.poll(() => line.cut).toBeLessThan(99);
    await line.stop();
    await expect(foot(page)).toContainText('Hors connexion', { timeout: 70_000 });
    await write(page, 'Changement de mode de paiement', []);
    await place(page, 'Boîte d’envoi');
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(3);
    await expect(page.getByRole('main')).toContainText('dès le retour de la connexion, il le lui demandera');
    await look(page, 'outbox-states');
    await button(page, /^Annuler l’envoi de « Commande/).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(page, 'outbox-cancel');
    await button(page.getByRole('dialog'), 'Annuler l’envoi').click();
    await expect(page.getByRole('main').getByRole('alert')).toBeVisible();
    await look(page, 'outbox-failed');
    await link(page, /^Détails Commande/).click();
    await expect(page.getByRole('heading', { level: 1, name: /^Commande/ })).toBeVisible();
    await look(page, 'details-unknown');
    await place(page, 'Boîte d’envoi');
    await link(page, /^Détails Facture/).click();
    await expect(page.getByRole('heading', { level: 1, name: /^Facture/ })).toBeVisible();
    await look(page, 'details-refused');
    await button(page, 'Corriger').click();
    await expect(field(page, 'Sujet')).toHaveValue(/^Facture FA/);
    await expect(page.getByRole('main')).toContainText('ne permet pas cette demande');
    await look(page, 'form-refused');
    await inEnglish(page);
    await link(page.getByRole('navigation'), /^Outbox/).click();
    await expect(page.getByRole('main')).toContainText('once the connection is back, it will ask');
    await look(page, 'en-outbox');
    await line.stop();
  });

  test('can be read and used by everybody while files travel, and under a wrong clock', async ({
    page,
    portal,
    newDesk,
  }) => {
    const line = new Line(portal.address);
    await line.start();
    await open(page, await newDesk(line.address));
    line.ahead = 3 * 86_400_000; // who signs in is not behind it
    await button(page, /^Personne et réglages/).click();
    await page.getByRole('menuitem', { name: 'Vitesse d’envoi des fichiers' }).click();
    await expect(page.getByRole('menuitemradio', { name: '100 ko/s' })).toBeVisible();
    await look(page, 'menu-upload');
    await page.getByRole('menuitemradio', { name: '100 ko/s' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await write(page, 'Contrat scanné, cinquante pages', [
      pdf('contrat signé, pages 1 à 50.pdf', 5_000_000),
      pdf('annexe.pdf', 1_000_000),
    ]);
    await expect(foot(page)).toContainText('L’horloge de ce poste retarde de 3 jours');
    await place(page, 'Boîte d’envoi');
    const bar = page.getByRole('progressbar');
    await expect(bar).toHaveAttribute('aria-valuetext', /encore/);
    await look(page, 'outbox-sending');
    await link(page, /^Détails Contrat/).click();
    await expect(page.getByRole('heading', { level: 1, name: /^Contrat/ })).toBeVisible();
    await expect(page.getByRole('main')).toContainText('à suivre');
    await look(page, 'details-sending');
    await line.stop();
  });
});

test('a dozen files leave the statement in sight, and the list scrolls', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await fillForm(page, 'Une douzaine de fichiers');
  await pick(
    page,
    Array.from({ length: 12 }, (_, i) => pdf(`pièce ${i + 1}.pdf`)),
  );
  await expect(popup(page).getByText(/^Je confirme/)).toBeInViewport({ ratio: 1 });
  await expect(button(popup(page), 'Confirmer')).toBeInViewport({ ratio: 1 });
  await expect(popup(page).getByText('pièce 12.pdf')).not.toBeInViewport();
  await button(popup(page), 'Ne pas joindre pièce 12.pdf').focus();
  await expect(popup(page).getByText('pièce 12.pdf')).toBeInViewport();
  await expect(popup(page).getByText(/^Je confirme/)).toBeInViewport({ ratio: 1 });
  await look(page, 'popup-dozen');
});

test('what is shown without a connection can be read and used by everybody', async ({ page, portal }) => {
  await portal.kill();
  await fillForm(page, 'Écrit sans connexion');
  await send(page);
  await expect(heading(page, /elle partira dès le retour de la connexion/)).toBeVisible();
  await expect(foot(page)).toContainText('1 envoi attend le retour de la connexion');
  await look(page, 'sent-offline');
  await place(page, 'Boîte d’envoi');
  await expect(page.getByRole('main')).toContainText('Partira dès que le portail répondra.');
  await look(page, 'outbox');
  await link(page, 'Détails Écrit sans connexion').click();
  await expect(button(page, 'Annuler l’envoi')).toBeVisible();
  await look(page, 'details-waiting');
  await place(page, 'Tableau de bord');
  await expect(heading(page, 'Sur ce poste')).toBeVisible();
  await look(page, 'dashboard-waiting');
});

test('the window in English can be read and used by everybody', async ({ page, desk }) => {
  await inEnglish(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Hello Claire' })).toBeVisible();
  await look(page, 'en-home');
  await open(page, desk, '/new/form');
  await page.locator('label').filter({ hasText: 'Administrative assistance' }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(page.getByRole('region', { name: /needs? another look/ })).toBeFocused();
  await look(page, 'en-form-errors');
  await pick(page, [pdf('invoice.pdf')]);
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'en-popup');
});

test('a form that has changed can be read and used by everybody', async ({ page, desk, portal }) => {
  const subject = 'Maintenance comptée deux fois';
  await assistantTo(page, 'Détails');
  await details(page, subject);
  await field(page, 'Votre référence').fill('Compta 11/26');
  await portal.stop();
  portal.catalogue = otherQuestions();
  await portal.start();
  await resume(page, subject);
  await atStep(page, 'Détails');
  await look(page, 'renewed-assistant');
  await next(page);
  await expect(page.getByRole('region', { name: 'Il reste 2 points à revoir' })).toBeFocused();
  await look(page, 'renewed-assistant-errors');
  await button(page, 'Passer au formulaire').click();
  await button(page, 'Aperçu').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'renewed-preview');
  await button(page, 'Revenir à la demande').click();
  await page.getByRole('region', { name: 'Réponses sans place' }).scrollIntoViewIfNeeded();
  await look(page, 'renewed-form');

  const waiting = 'Plus personne pour ce litige';
  await portal.stop();
  await fillForm(page, waiting);
  await field(page, 'Ce que vous attendez').fill('Un avoir');
  await send(page);
  await expect(heading(page, /elle partira dès le retour de la connexion/)).toBeVisible();
  portal.catalogue = { ...noDisputes(), version: otherQuestions().version + 1 };
  await portal.start();
  await place(page, 'Boîte d’envoi');
  await button(page, `Corriger « ${waiting} »`).click();
  await expect(
    page.getByText('Cette catégorie n’est plus proposée. Choisissez-en une autre.').first(),
  ).toBeVisible();
  await look(page, 'withdrawn-form');
  await page.getByRole('region', { name: 'Réponses sans place' }).scrollIntoViewIfNeeded();
  await look(page, 'withdrawn-form-below');
  await button(page, 'Passer à l’Assistant').click();
  await atStep(page, 'Catégorie');
  await look(page, 'withdrawn-assistant');

  await inEnglish(page);
  await open(page, desk);
  await page.getByRole('link', { name: 'Go on' }).click();
  await page.locator('label').filter({ hasText: 'Order' }).first().click();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('region', { name: 'Answers without a place' })).toBeVisible();
  await look(page, 'en-renewed-assistant');
});
