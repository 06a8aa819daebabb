import type { Locator, Page } from '@playwright/test';
import { expect, signInAnew } from './desk';
import { pdf, sha256 } from './files';
import { onLine, lined as test } from './lined';
import { CLAIRE, type Person } from './portal';
import {
  attach,
  attached,
  button,
  DISPUTE,
  field,
  fillForm,
  foot,
  heading,
  inEnglish,
  link,
  listed,
  place,
  send,
} from './steps';

// The outbox: what waits and why, what happens next, and what can be done.

const row = (page: Page, subject: string): Locator =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: subject });
const toasts = (page: Page): Locator => page.locator('.toasts');

async function write(page: Page, subject: string): Promise<void> {
  await fillForm(page, subject);
  await send(page);
  await expect(heading(page, /^Demande enregistrée/)).toBeVisible();
}

test('offline, each request says since when it waits, for whom, and what happens next', async ({
  page,
  portal,
}) => {
  await portal.kill();
  await write(page, 'Première en attente');
  await fillForm(page, 'Deuxième en attente');
  await attach(page, [pdf('un.pdf'), pdf('deux.pdf')]);
  await send(page);
  await expect(heading(page, /^Demande enregistrée/)).toBeVisible();
  await place(page, 'Boîte d’envoi');
  const waiting = page.getByRole('region', { name: 'En attente' });
  await expect(waiting.getByRole('listitem')).toHaveCount(2);
  for (const subject of ['Première en attente', 'Deuxième en attente']) {
    const at = row(page, subject);
    await expect(at).toContainText('Cabinet des Tilleuls');
    await expect(at).toContainText(/enregistrée à \d\d:\d\d/);
    await expect(at).toContainText('Partira dès que le portail répondra.');
    await expect(at).not.toContainText('prochain essai'); // no time means anything without a line
    for (const act of ['Modifier', 'Exporter', 'Annuler l’envoi de'])
      await expect(button(at, new RegExp(`^${act} « ${subject} »$`))).toBeVisible();
    await expect(link(at, `Détails ${subject}`)).toBeVisible();
  }
  await expect(row(page, 'Première en attente')).toContainText(/Essayé \d+\sfois/);
  await expect(row(page, 'Deuxième en attente')).toContainText('2 fichiers');
  await expect(button(page, 'Envoyer maintenant')).toHaveCount(1);
  await expect(link(page, 'Boîte d’envoi 2 en attente ou à revoir')).toBeVisible();
  await place(page, 'Demandes');
  await expect(button(page, 'Envoyer maintenant')).toHaveCount(1); // in the foot of every other page
});

test('thirty rows are shown at once, from one reading of the list', async ({ page, portal }) => {
  await portal.kill();
  await page.evaluate(async () => {
    // Written by the same calls as by hand, only faster.
    interface Calls {
      Drafts: {
        Create(content: object): Promise<{ id: string }>;
        Save(id: string, revision: number, content: object): Promise<{ revision: number }>;
        Submit(id: string, revision: number): Promise<unknown>;
      };
      Requests: { Open(id: string): Promise<unknown> };
    }
    const { app } = (window as unknown as { go: { app: Calls } }).go;
    for (let i = 1; i <= 30; i++) {
      const values = { subject: `Série ${i}`, description: 'Écrite pour remplir la boîte d’envoi.' };
      const where = { type: 'technical', practice: 'cabinet-tilleuls', category: 'software' };
      const content = { road: 'form', step: 'details', ...where, values };
      const { id } = await app.Drafts.Create(content);
      const { revision } = await app.Drafts.Save(id, 0, content);
      await app.Drafts.Submit(id, revision);
    }
    const { Open } = app.Requests;
    app.Requests.Open = (id) => {
      document.documentElement.dataset.opened = 'yes';
      return Open(id);
    };
  });
  await place(page, 'Boîte d’envoi');
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(30);
  await expect(row(page, 'Série 30')).toContainText('Partira dès que le portail répondra.');
  await expect(page.locator('html')).not.toHaveAttribute('data-opened');
  await page.setViewportSize({ width: 512, height: 700 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide, 'nothing to scroll sideways').toBeLessThanOrEqual(0);
});

test('« Modifier » makes a draft of it again, which arrives once when it is sent', async ({
  page,
  portal,
}) => {
  const subject = 'À modifier avant l’envoi';
  const file = pdf('pièce.pdf');
  await portal.kill();
  await fillForm(page, subject);
  await attach(page, [file]);
  await send(page);
  await expect(heading(page, /^Demande enregistrée/)).toBeVisible();
  await place(page, 'Boîte d’envoi');
  await button(page, `Modifier « ${subject} »`).click();
  await expect(heading(page, 'Créer une demande')).toBeVisible();
  await expect(page.getByText('elle ne partira que si vous l’envoyez')).toBeVisible();
  await expect(field(page, 'Sujet')).toHaveValue(subject);
  await expect(field(page, 'Numéro de facture')).toHaveValue(DISPUTE.invoice);
  await expect(field(page, 'Description')).toHaveValue(DISPUTE.description);
  await expect(attached(page)).toContainText('pièce.pdf');

  // Nothing waits any more, so nothing leaves by itself.
  await portal.start();
  await place(page, 'Boîte d’envoi');
  await expect(heading(page, 'Rien en attente')).toBeVisible();
  await expect(button(page, 'Envoyer maintenant')).toHaveCount(0);
  await expect(foot(page)).toContainText('Connecté au portail', { timeout: 40_000 });
  expect(await portal.about(CLAIRE, subject)).toEqual([]);

  await place(page, 'Brouillons');
  await link(page, `Reprendre « ${subject} »`).click();
  await field(page, 'Sujet').fill(`${subject}, corrigée`);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const held = await portal.about(CLAIRE, `${subject}, corrigée`);
  expect(held).toHaveLength(1);
  expect(await portal.about(CLAIRE, subject)).toEqual([]);
  expect(await portal.sha256(CLAIRE, held[0]?.id ?? '', held[0]?.files[0]?.id ?? '')).toBe(sha256(file));
});

onLine(
  '« Annuler l’envoi » asks first, and what was cancelled never arrives',
  async ({ page, portal, line }) => {
    const [kept, gone] = ['Laissée dans la boîte', 'Annulée'] as const;
    await line.stop();
    await write(page, kept);
    await write(page, gone);
    await place(page, 'Boîte d’envoi');
    const dialog = page.getByRole('dialog', { name: 'Annuler l’envoi ?' });
    await button(page, `Annuler l’envoi de « ${kept} »`).click();
    await expect(dialog).toContainText(`« ${kept} » ne partira pas`);
    await expect(dialog).toContainText('la demande redevient un brouillon, avec tout ce qu’elle contient');
    await expect(button(dialog, 'La laisser partir')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(row(page, kept)).toBeVisible();

    await button(page, `Annuler l’envoi de « ${gone} »`).click();
    await button(dialog, 'Annuler l’envoi').click();
    await expect(page.getByText('L’envoi est annulé.')).toBeVisible();
    await expect(row(page, gone)).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await line.start();
    await button(page, 'Envoyer maintenant').click();
    await expect(heading(page, 'Rien en attente')).toBeVisible();
    expect(await portal.about(CLAIRE, gone)).toEqual([]);
    expect(await portal.numbered(CLAIRE, kept)).toHaveLength(1);
    await place(page, 'Demandes');
    await expect(page.getByText('L’envoi est annulé.')).toHaveCount(0); // it spoke of the page before
    await expect(listed(page, gone)).toContainText('Envoi annulé');
  },
);

test('from the question « Annuler l’envoi ? » one can go on to change it instead', async ({
  page,
  portal,
}) => {
  const subject = 'Plutôt la modifier';
  await portal.kill();
  await write(page, subject);
  await link(page, 'Détails de la demande').click();
  await button(page, 'Annuler l’envoi').click();
  await button(page.getByRole('dialog'), 'Modifier').click();
  await expect(field(page, 'Sujet')).toHaveValue(subject);
});

onLine(
  'what may have arrived says so, and only the portal can give it back',
  async ({ page, portal, line }) => {
    const subject = 'Peut-être arrivée';
    await expect(foot(page)).toContainText('Connecté au portail');
    line.deaf = true; // it arrives each time, and Guichet never learns of it
    await write(page, subject);
    await expect.poll(() => portal.numbered(CLAIRE, subject)).toHaveLength(1);
    await line.stop();
    await place(page, 'Boîte d’envoi');
    await expect(row(page, subject)).toContainText(
      'Guichet ne sait pas encore si le portail a reçu cette demande : dès le retour de la connexion, il le lui demandera avant tout nouvel envoi. Elle n’arrivera pas deux fois.',
    );
    const failure = row(page, subject).getByRole('alert');
    await button(page, `Modifier « ${subject} »`).click();
    await expect(failure).toContainText(
      'Guichet ne peut pas savoir si cette demande est déjà arrivée : le portail ne répond pas. Rien n’a changé',
    );
    await button(failure, 'Compris').click();
    await expect(failure).toBeHidden();
    await button(page, `Annuler l’envoi de « ${subject} »`).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Guichet le demandera d’abord au portail');
    await button(dialog, 'Annuler l’envoi').click();
    await expect(failure).toContainText('Rien n’a changé');
    await expect(row(page, subject)).toBeVisible();

    // The portal can be asked, and says that it has it.
    await line.start();
    await expect(async () => {
      await button(page, `Modifier « ${subject} »`).click(); // it may be trying by itself just then
      await expect(toasts(page)).toContainText(
        'Le portail a déjà reçu cette demande : elle ne peut plus être',
      );
    }).toPass();
    line.deaf = false;
    await expect(heading(page, 'Rien en attente')).toBeVisible({ timeout: 70_000 });
    expect(await portal.about(CLAIRE, subject)).toHaveLength(1);
    await place(page, 'Brouillons');
    await expect(heading(page, 'Aucun brouillon')).toBeVisible();
  },
);

onLine(
  'what is leaving right now is taken back once the portal has been asked',
  async ({ page, portal, line }) => {
    const subject = 'En train de partir';
    line.holding = true;
    await fillForm(page, subject);
    await attach(page, [pdf('pièce.pdf')]); // without which the portal would number it at once
    await send(page);
    await expect.poll(() => line.waiting).toBe(1);
    await place(page, 'Boîte d’envoi');
    await expect(row(page, subject)).toContainText('En route vers le portail.');
    await expect(button(page, 'Envoi en cours…')).toBeDisabled(); // nothing is left to begin
    await button(page, `Annuler l’envoi de « ${subject} »`).click();
    const dialog = page.getByRole('dialog', { name: 'Annuler l’envoi ?' });
    await expect(dialog).toContainText(
      'est peut-être déjà arrivée : Guichet le demandera d’abord au portail',
    );
    await expect(dialog).not.toContainText(`« ${subject} » ne partira pas`);
    await button(dialog, 'Modifier').click();
    await expect(field(page, 'Sujet')).toHaveValue(subject);
    line.release();
    expect(await portal.numbered(CLAIRE, subject)).toEqual([]);
    await place(page, 'Boîte d’envoi');
    await expect(heading(page, 'Rien en attente')).toBeVisible();
  },
);

test('what is told covers no button, follows the language and ends with what it speaks of', async ({
  page,
  portal,
}) => {
  const subject = 'Redevient un brouillon';
  await portal.kill();
  await write(page, subject);
  await place(page, 'Boîte d’envoi');
  await button(page, `Modifier « ${subject} »`).click();
  await expect(toasts(page)).toContainText('de nouveau un brouillon');
  for (const size of [
    { width: 512, height: 350 },
    { width: 1024, height: 700 },
  ]) {
    await page.setViewportSize(size);
    await expect(toasts(page).getByRole('button')).toBeVisible();
    await button(toasts(page), 'Fermer').hover(); // it stays while it is pointed at
    expect(await covered(page), `covered at ${size.width}`).toEqual([]);
  }
  await inEnglish(page);
  await expect(toasts(page)).toContainText('is a draft again');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(page.getByRole('heading', { name: /^Request saved/ })).toBeVisible();
  await expect(toasts(page)).toBeEmpty();
});

// covered lists the buttons of the page that no scrolling brings out from below
// what is told.
function covered(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const seen = (e: Element, block: ScrollLogicalPosition) => {
      e.scrollIntoView({ block, behavior: 'instant' });
      const { left, right, top, bottom } = e.getBoundingClientRect();
      return e.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    };
    return [...document.querySelectorAll('main button, footer button')]
      .filter((e) => !seen(e, 'end') && !seen(e, 'center') && !seen(e, 'start'))
      .map((e) => e.textContent ?? '');
  });
}

test('files show how far they are, how fast, and where they go on after a break', async ({
  page,
  portal,
}) => {
  const subject = 'Gros fichiers';
  const [first, second] = [pdf('scanner.pdf', 1_500_000), pdf('annexe.pdf', 700_000)];
  await button(page, /^Personne et réglages/).click();
  const rate = page.getByRole('menuitem', { name: 'Vitesse d’envoi des fichiers' });
  await expect(rate).toContainText('Sans limite');
  await rate.click();
  await expect(page.getByRole('menu', { name: 'Vitesse d’envoi des fichiers' })).toContainText(
    'Une limite laisse la ligne libre pour le téléphone et le logiciel du cabinet.',
  );
  await page.getByRole('menuitemradio', { name: '250 ko/s' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await fillForm(page, subject);
  await attach(page, [first, second]);
  await send(page);
  await place(page, 'Boîte d’envoi');
  const at = row(page, subject);
  const bar = (name: string) => at.getByRole('progressbar', { name });
  await expect(bar('scanner.pdf')).toBeVisible();
  await expect(at).toContainText(/2\sfichiers, \d+\s%/);
  await expect(at).toContainText('En route vers le portail.');
  await expect(bar('scanner.pdf')).toHaveAttribute('aria-valuetext', /\d+\s%, 2\d\d\sko\/s/);
  await expect(bar('scanner.pdf')).toHaveAttribute('aria-valuetext', /encore|seconde/);

  // The request's own page shows all of them.
  await link(at, `Détails ${subject}`).click();
  const main = page.getByRole('main');
  await expect(main.getByRole('progressbar', { name: 'scanner.pdf' })).toBeVisible();
  await expect(main.getByText('à suivre')).toBeVisible();

  await portal.kill();
  await expect(main.getByRole('progressbar')).toHaveCount(0);
  await portal.start();
  await button(page, 'Envoyer maintenant').click();
  await expect(main.getByText(/reprend à \d+\s%/)).toBeVisible({ timeout: 40_000 });
  await expect(heading(page, subject)).toBeVisible();
  await expect(main).toContainText('Reçue', { timeout: 40_000 });
  const [held] = await portal.about(CLAIRE, subject);
  expect(held?.files.map((f) => f.sha256).sort()).toEqual([sha256(first), sha256(second)].sort());
});

onLine('a clock that is wrong is told in the foot', async ({ page, line }) => {
  line.ahead = -86_400_000;
  await expect(foot(page)).toContainText('Connecté au portail');
  await write(page, 'Sous une date fausse').catch(() => {}); // it may be received at once
  await expect(foot(page)).toContainText(
    'L’horloge de ce poste avance de 1 jour : les dates de vos demandes seront fausses.',
  );
});

test.describe('what comes back', () => {
  const admin: Person = {
    id: 'person',
    name: 'Inès Garnier',
    practices: [
      { id: 'gare', name: 'Cabinet des Tilleuls', town: 'Vannes', roles: ['admin'] },
      { id: 'port', name: 'Cabinet du Port', town: 'Lorient', roles: ['admin'] },
    ],
  };
  test.use({ people: [admin], person: admin.id });

  test('says why and what to do, and is sent again when it is mended', async ({ page, desk, portal }) => {
    const subject = 'Rôle retiré';
    await expect(foot(page)).toContainText('Connecté au portail');
    await portal.stop();
    await write(page, subject);
    const [first, second] = admin.practices;
    if (!first || !second) throw new Error('two practices');
    portal.people = [{ ...admin, practices: [{ ...first, roles: ['user'] }, second] }];
    await signInAnew(page, desk, () => portal.start());
    await place(page, 'Boîte d’envoi');
    const back = page.getByRole('region', { name: 'À corriger' });
    await expect(back).toContainText('À confier à un administrateur');
    await expect(back).toContainText('Votre rôle dans ce cabinet ne permet pas cette demande.', {
      timeout: 70_000,
    });
    await expect(back).toContainText('Confiez-la à un administrateur du cabinet');
    await expect(back).toContainText(/arrêtée à \d\d:\d\d/);
    await expect(button(page, 'Envoyer maintenant')).toHaveCount(0); // nothing waits
    await button(back, `Corriger « ${subject} »`).click();
    await expect(page.getByRole('main')).toContainText(/Votre rôle dans ce cabinet ne permet pas/);
    await page.getByRole('option', { name: 'Cabinet du Port' }).click();
    await send(page);
    await expect(heading(page, 'Demande envoyée')).toBeVisible();
    expect(await portal.about(admin.id, subject)).toHaveLength(1);
  });

  test('what was withdrawn at the portal can be sent as a new one', async ({ page, portal }) => {
    const subject = 'Retirée au portail';
    await portal.stop();
    await write(page, subject);
    const id = page.url().split('/').at(-1) ?? '';
    // Somebody withdraws it from elsewhere before Guichet has its line again.
    await portal.start();
    await portal.withdraw(admin.id, id);
    await place(page, 'Boîte d’envoi');
    const back = page.getByRole('region', { name: 'À corriger' });
    await expect(back).toContainText('Le portail n’accepte plus cette demande.', { timeout: 70_000 });
    await button(back, `Modifier « ${subject} »`).click();
    await expect(page.getByRole('main')).toContainText(
      'Le portail n’a pas gardé l’envoi précédent de cette demande.',
    );
    await send(page);
    await expect(heading(page, 'Demande envoyée')).toBeVisible();
    expect(await portal.about(admin.id, subject)).toHaveLength(1);
  });
});
