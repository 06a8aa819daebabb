import { createServer } from 'node:http';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { test as base, Desk, expect, open, signInAnew } from './desk';
import { pdf, sha256 } from './files';
import { look } from './look';
import { CLAIRE, MARC, type Person, SOPHIE } from './portal';
import { signInBy } from './signin';
import {
  act,
  attach,
  begin,
  button,
  choose,
  DISPUTE,
  details,
  fillForm,
  followLink,
  foot,
  heading,
  inEnglish,
  link,
  personMenu,
  pickCategory,
  place,
  saved,
  send,
  setting,
  signInAs,
} from './steps';

// Who is at the desk: the first start, several persons at one PC, what each of
// them may see, do and send.

const test = base;
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const signInLink = (page: Page) => link(page, /^(Ouvrir la page de connexion|Open the sign-in page)$/);
const asked = (page: Page) => page.getByRole('region', { name: 'Envois à confirmer' });
const main = (page: Page) => page.getByRole('main');
const waits = 'Demande enregistrée, elle partira dès le retour de la connexion';

// inBrowser signs somebody in on the provider's page, in a second page.
async function inBrowser(page: Page, context: BrowserContext, name: string): Promise<void> {
  const browser = await context.newPage();
  await browser.goto((await signInLink(page).getAttribute('href')) ?? '');
  await browser.getByRole('button', { name }).click();
  await expect(browser.getByRole('heading', { name: 'Connexion réussie' })).toBeVisible();
  await browser.close();
}

// shown looks at a screen in the size that most PCs at a desk leave to it.
async function shown(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 1024, height: 700 });
  await look(page, name);
}

// queue writes a request that cannot leave now.
async function queue(page: Page, subject: string): Promise<void> {
  await fillForm(page, subject);
  await send(page);
  await expect(heading(page, /^Demande enregistrée/)).toBeVisible();
}

// idHere is the id of what the page is about.
const idHere = (page: Page) => page.url().split('/').at(-1) ?? '';

// call calls a bound method as a script in the page could, and returns its answer
// or its error.
function call(page: Page, service: string, method: string, ...args: unknown[]): Promise<string> {
  return page.evaluate(
    async ([s, m, a]) => {
      type Bound = Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>>;
      const { app } = (window as unknown as { go: { app: Bound } }).go;
      const bound = app[s as string]?.[m as string];
      if (!bound) return `no ${s}.${m}`;
      try {
        return JSON.stringify(await bound(...(a as unknown[])));
      } catch (reason) {
        return `error ${String(reason)}`;
      }
    },
    [service, method, args] as const,
  );
}

test.describe('a PC that nobody has set up', () => {
  const test = base.extend({
    desk: async ({ newDesk }, use) => {
      await use(await newDesk('', ''));
    },
  });

  test('from its first start, by a night without a portal, to requests that arrive once', async ({
    page,
    context,
    portal,
    desk,
  }) => {
    test.slow();
    const subjects = ['Première sans portail', 'Deuxième sans portail'];
    const address = page.getByRole('textbox', { name: 'Adresse du portail' });
    await expect(heading(page, 'Bonjour, bienvenue dans Guichet')).toBeVisible();
    await shown(page, 'start');
    await expect(button(page, 'Se connecter')).toHaveAttribute('aria-disabled', 'true');

    await button(page, 'Vérifier').click();
    await expect(address).toHaveAccessibleDescription(/Tapez l’adresse du portail/);
    await address.fill('http://portail.exemple.fr');
    await button(page, 'Vérifier').click();
    await expect(address).toHaveAccessibleDescription(/Ce n’est pas une adresse de portail/);
    const stranger = createServer((_, answer) => answer.end('<!doctype html><title>Autre</title>'));
    await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done));
    const { port } = stranger.address() as { port: number };
    await address.fill(`http://127.0.0.1:${port}`);
    await address.press('Enter');
    await expect(address).toHaveAccessibleDescription(/ce n’est pas un portail/);
    await shown(page, 'start-no-portal');
    await new Promise((done) => stranger.close(done));
    await button(page, 'Vérifier').click();
    await expect(address).toHaveAccessibleDescription(/Aucune réponse à cette adresse/);

    await address.fill(` ${portal.address}/?x=1 `);
    await button(page, 'Vérifier').click();
    await expect(main(page)).toContainText(`Portail trouvé : ${portal.address}`);
    await shown(page, 'start-found');
    await button(main(page), 'Se connecter').click();
    const dialog = page.getByRole('dialog', { name: 'Se connecter' });
    await expect(dialog).toContainText(
      'Une page s’est ouverte dans votre navigateur. Connectez-vous, puis revenez ici.',
    );
    await inBrowser(page, context, 'Claire Lefèvre');
    await expect(dialog).toBeHidden();
    await expect(heading(page, 'Bonjour Claire')).toBeVisible();
    await shown(page, 'start-practice');
    await choose(page, 'Maison de santé du Port');
    await button(page, 'Commencer').click();
    await expect(main(page)).toContainText(/^Bonjour Claire/);
    await expect(main(page)).toContainText('Maison de santé du Port, ');
    await setting(page, 'Cabinet habituel', 'Cabinet des Tilleuls');
    await expect(main(page)).toContainText('Cabinet des Tilleuls, ');

    await portal.stop();
    for (const subject of subjects) await queue(page, subject);
    await desk.stop();
    await page.goto('about:blank');
    await portal.start();
    await desk.start();
    await open(page, desk);
    await expect(heading(page, 'Bonjour Claire')).toBeVisible();
    await expect(foot(page)).toContainText('Reconnectez-vous : 2 envois en attente');
    await shown(page, 'home-reconnect');
    await place(page, 'Boîte d’envoi');
    await expect(main(page)).toContainText('Reconnectez-vous : 2 envois en attente');
    await shown(page, 'outbox-reconnect');
    for (const subject of subjects) expect(await portal.about(CLAIRE, subject)).toEqual([]);
    await button(foot(page), 'Se reconnecter').click();
    const again = page.getByRole('dialog', { name: 'Reconnecter Claire Lefèvre' });
    await expect(signInLink(page)).toBeVisible();
    await shown(page, 'sign-in-again');
    await inBrowser(page, context, 'Claire Lefèvre');
    await expect(again).toBeHidden();
    await expect(heading(page, 'Rien en attente')).toBeVisible({ timeout: 30_000 });
    for (const subject of subjects) {
      expect(await portal.numbered(CLAIRE, subject)).toHaveLength(1);
      expect(await portal.about(CLAIRE, subject)).toHaveLength(1);
    }
  });

  test('is written at first, and set up later', async ({ page }) => {
    await button(page, 'Écrire d’abord, me connecter plus tard').click();
    await expect(heading(page, 'Bonjour')).toBeVisible();
    await begin(page, 'Créer une demande');
    await choose(page, DISPUTE.type);
    await saved(page);
    await act(page, 'Se connecter'); // to what, is asked first
    await expect(heading(page, 'Où est votre portail ?')).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await link(page.getByRole('navigation'), /^Accueil/).click();
    await expect(heading(page, 'Bonjour')).toBeVisible();
    await act(page, 'Premiers pas…');
    await expect(heading(page, 'Où est votre portail ?')).toBeVisible();
    await page.locator('label').filter({ hasText: 'English' }).click();
    await expect(heading(page, 'Hello, welcome to Guichet')).toBeVisible();
    await shown(page, 'en-start');
    await button(page, 'Write first, sign in later').click();
    await expect(heading(page, 'Hello')).toBeVisible();
  });
});

test('a sign-in that is offered at the start has its link on the page, and greets who comes', async ({
  page,
  folder,
  portal,
}) => {
  const desk = new Desk(join(folder, 'offered'), portal.address, '', { GUICHET_SIGN_IN: 'start' });
  await desk.start();
  await open(page, desk);
  await expect(heading(page, 'Bonjour, bienvenue dans Guichet')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Adresse du portail' })).toHaveCount(0); // it was given
  const offered = page.getByRole('region', { name: 'Se connecter' });
  await expect(offered).toContainText(
    'Une connexion a été demandée sur ce poste : ouvrez la page pour la terminer.',
  );
  await shown(page, 'start-offered');
  await signInBy((await signInLink(page).getAttribute('href')) ?? '', CLAIRE);
  await expect(heading(page, 'Bonjour Claire')).toBeVisible();
  await expect(offered).toHaveCount(0);
  await page.goto('about:blank');
  await desk.kill();
});

test('a second person at the same PC sees nothing of the first, in the window or by its methods', async ({
  page,
  portal,
}) => {
  const secret = 'Le secret de Claire';
  await fillForm(page, `${secret}, brouillon`);
  await saved(page);
  const draft = idHere(page);
  await fillForm(page, `${secret}, envoyée`);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const sent = idHere(page);
  await portal.stop();
  await queue(page, `${secret}, en attente`);
  const waiting = idHere(page);
  await portal.start();
  const search = page.getByRole('searchbox', { name: 'Rechercher une demande' });
  await search.fill(secret);
  await search.press('Enter');
  await expect(page.getByRole('searchbox', { name: /^Filtrer/ })).toHaveValue(secret);
  await search.fill(secret); // and looks for more
  await act(page, /^Une autre personne/);
  await followLink(page, MARC);
  await expect(page.getByRole('button', { name: /Marc Diallo/ })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Demandes' })).toBeVisible();
  expect(page.url()).not.toContain(encodeURIComponent(secret));
  for (const box of await page.getByRole('searchbox').all()) await expect(box).toHaveValue('');

  for (const [name, none] of [
    ['Brouillons', 'Aucun brouillon'],
    ['Boîte d’envoi', 'Rien en attente'],
  ] as const) {
    await place(page, name);
    await expect(heading(page, none)).toBeVisible();
  }
  for (const at of ['Demandes', 'Tableau de bord', 'Accueil']) {
    await link(page.getByRole('navigation'), new RegExp(`^${at}`)).click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(secret)).toHaveCount(0);
  }
  for (const id of [draft, sent, waiting])
    for (const where of ['draft', 'request', 'sent']) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `/${where}/${id}`);
      await expect(heading(main(page), /n’est plus ici|Demande introuvable/)).toBeVisible();
    }

  const content = {
    road: 'form',
    step: 'type',
    type: 'administrative',
    practice: '',
    category: '',
    values: {},
  };
  for (const id of [draft, sent, waiting])
    for (const answer of [
      await call(page, 'Drafts', 'Open', id),
      await call(page, 'Drafts', 'Save', id, 1, { ...content, catalogue: 0, orphans: [] }),
      await call(page, 'Drafts', 'Throw', id),
      await call(page, 'Drafts', 'Restore', id),
      await call(page, 'Drafts', 'Correct', id),
      await call(page, 'Requests', 'Open', id),
      await call(page, 'Requests', 'Draft', id),
      await call(page, 'Outbox', 'Cancel', id),
      await call(page, 'Outbox', 'Edit', id),
      await call(page, 'Outbox', 'Export', id, 't', 'n', 'p'),
      await call(page, 'Handover', 'Adopt', id, 1),
      await call(page, 'Handover', 'Colleagues', id),
      await call(page, 'Handover', 'Give', id, 1, MARC),
      await call(page, 'Files', 'Choose', id, 't'),
    ])
      expect(answer).toMatch(/^error .*"code":"(not-found|not-now)"/);
  for (const id of [draft, sent, waiting])
    expect(await call(page, 'Drafts', 'Submit', id, 1)).toMatch(/^error .*"code":"(not-found|conflict)"/);
  for (const [service, method] of [
    ['Requests', 'List'],
    ['Requests', 'Latest'],
    ['Drafts', 'List'],
    ['Session', 'People'],
  ] as const)
    expect(await call(page, service, method)).not.toContain(secret);

  // It is all there when she is back.
  await act(page, /^Claire Lefèvre/);
  await place(page, 'Brouillons');
  await expect(main(page)).toContainText(`${secret}, brouillon`);
  await expect
    .poll(() => portal.numbered(CLAIRE, `${secret}, en attente`), { timeout: 70_000 })
    .toHaveLength(1);
});

test.describe('a Utilisateur', () => {
  test.use({ person: SOPHIE });

  test('makes no administrative request, by whatever road', async ({ page, portal }) => {
    const subject = 'Sans le droit';
    for (const road of ['Assistant', 'Créer une demande'] as const) {
      await begin(page, road);
      const administrative = page.getByRole('radio', { name: 'Assistance administrative' });
      await expect(administrative).toBeDisabled();
      await expect(administrative).toHaveAccessibleName(/Demandez à Claire Lefèvre/);
    }

    // By the bound methods, as a script in the page could.
    const content = {
      road: 'form',
      step: 'files',
      type: 'administrative',
      practice: 'cabinet-tilleuls',
      category: 'invoice-dispute',
      values: {
        numberKind: 'invoice',
        invoice: DISPUTE.invoice,
        subject,
        description: DISPUTE.description,
      },
      catalogue: 0,
      orphans: [],
    };
    const { id } = JSON.parse(await call(page, 'Drafts', 'Create', content));
    const savedAt = JSON.parse(await call(page, 'Drafts', 'Save', id, 0, content));
    expect(savedAt.view.problems).toEqual([expect.objectContaining({ code: 'role' })]);
    const refused = await call(page, 'Drafts', 'Submit', id, savedAt.revision);
    expect(refused).toMatch(/^error .*"code":"invalid"/);
    expect(refused).toContain('"code":"role"');

    // What the PC's people wrote she may take, and not send.
    await act(page, 'Quitter le poste');
    await begin(page, 'Créer une demande');
    await choose(page, DISPUTE.type);
    await pickCategory(page, DISPUTE.category);
    await details(page, subject);
    await saved(page);
    await act(page, /^Sophie Martin/);
    await expect(page.getByText('Sophie Martin est au guichet.')).toBeVisible(); // and sees the draft as hers
    await send(page);
    await expect(page.getByRole('region', { name: /à revoir/ })).toContainText('Votre rôle');
    await button(page, 'Le prendre à mon nom').click();
    await expect(page.getByText('Ce brouillon est à vous')).toBeVisible();
    await send(page);
    await expect(page.getByRole('region', { name: /à revoir/ })).toBeFocused();

    // And by the portal itself.
    const at = new Date().toISOString();
    const time = Date.now().toString(16).padStart(12, '0');
    const put = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${'0'.repeat(11)}1`;
    const answer = await portal.ask(SOPHIE, `/v1/requests/${put}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        revision: 1,
        practice: content.practice,
        catalogueVersion: 1,
        type: content.type,
        category: content.category,
        values: content.values,
        files: [],
        writtenAt: at,
        submittedAt: at,
      }),
    });
    expect(answer.status).toBe(403);
    for (const person of [SOPHIE, CLAIRE]) expect(await portal.about(person, subject)).toEqual([]);
  });
});

test('what was queued before somebody else came is asked about, and then leaves once', async ({
  page,
  portal,
  desk,
}) => {
  test.slow();
  const subject = 'Écrite avant Marc';
  await portal.stop();
  await queue(page, subject);
  await desk.stop();
  await page.goto('about:blank');
  await portal.start();
  desk.person = MARC;
  await desk.start();
  await open(page, desk);
  await expect(heading(page, 'Bonjour Marc')).toBeVisible();
  await expect(main(page)).toContainText('1 envoi attend que Claire Lefèvre se reconnecte.');
  await expect(page.getByText(subject)).toHaveCount(0);
  await shown(page, 'home-others');
  await personMenu(page);
  await expect(page.getByRole('menuitem', { name: /^Claire Lefèvre/ })).toContainText(
    'doit se reconnecter : 1 envoi en attente',
  );
  await shown(page, 'menu-people');
  await page.keyboard.press('Escape');

  await signInAs(page, CLAIRE);
  await expect(asked(page)).toContainText(
    '1 envoi était en attente avant qu’une autre personne utilise ce poste. Le laisser partir ?',
  );
  await expect(foot(page)).toContainText('Connecté au portail');
  await shown(page, 'home-asked');
  await link(asked(page), 'Voir').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Boîte d’envoi' })).toBeVisible();
  await expect(main(page)).toContainText(subject);
  await expect(main(page)).toContainText('Attend votre confirmation.');
  await expect(main(page)).toContainText('À confirmer');
  await expect(link(asked(page), 'Voir')).toHaveCount(0);
  expect(await portal.about(CLAIRE, subject)).toEqual([]);
  await button(asked(page), 'Envoyer').click();
  await expect(heading(page, 'Rien en attente')).toBeVisible();
  await expect(asked(page)).toHaveCount(0);
  expect(await portal.numbered(CLAIRE, subject)).toHaveLength(1);
  expect(await portal.about(CLAIRE, subject)).toHaveLength(1);
});

test('two people take turns with one click, and one signs out', async ({ page, portal }) => {
  await signInAs(page, MARC);
  await expect(heading(page, 'Bonjour Marc')).toBeVisible();
  await portal.stop(); // nobody is asked
  await act(page, /^Claire Lefèvre/);
  await expect(heading(page, 'Bonjour Claire')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Claire Lefèvre est au guichet.' })).toBeVisible();
  await queue(page, 'Reste à Claire');
  await expect(heading(page, waits)).toBeVisible();
  await act(page, /^Marc Diallo/);
  await expect(heading(page, /n’est plus ici|Demande introuvable/)).toBeVisible();
  await place(page, 'Boîte d’envoi');
  await expect(heading(page, 'Rien en attente')).toBeVisible();
  await act(page, /^Claire Lefèvre/);
  await expect(main(page)).toContainText('Reste à Claire');

  await act(page, 'Se déconnecter');
  const dialog = page.getByRole('dialog', { name: 'Se déconnecter ?' });
  await expect(dialog).toContainText(
    '1 envoi est en attente. Il reste sur ce poste, et partira quand vous vous reconnecterez.',
  );
  await shown(page, 'sign-out');
  await button(dialog, 'Garder la connexion').click();
  await expect(main(page)).toContainText('Reste à Claire');
  await act(page, 'Se déconnecter');
  await button(dialog, 'Se déconnecter').click();
  await expect(dialog).toBeHidden();
  await link(page.getByRole('navigation'), /^Accueil/).click();
  await expect(heading(page, 'Bonjour')).toBeVisible();
  await expect(main(page)).toContainText('1 envoi attend que Claire Lefèvre se reconnecte.');
  await expect(page.getByText('Reste à Claire')).toHaveCount(0);

  await act(page, /^Marc Diallo/);
  await act(page, 'Quitter le poste');
  await expect(heading(page, 'Bonjour')).toBeVisible();
  await act(page, /^Claire Lefèvre/); // known, and not signed in
  await expect(foot(page)).toContainText('Reconnectez-vous : 1 envoi en attente');
  await portal.start();
  await act(page, 'Se reconnecter');
  await followLink(page, CLAIRE);
  await button(asked(page), 'Envoyer').click(); // Marc was here meanwhile
  await expect.poll(() => portal.numbered(CLAIRE, 'Reste à Claire'), { timeout: 30_000 }).toHaveLength(1);
});

test('a sign-in is cancelled, fails, and brings somebody who was not expected', async ({
  page,
  portal,
  desk,
}) => {
  test.slow();
  await portal.stop();
  await queue(page, 'Attend Claire');
  desk.person = '';
  await signInAnew(page, desk, () => portal.start());
  await button(foot(page), 'Se reconnecter').click();
  const dialog = page.getByRole('dialog', { name: 'Reconnecter Claire Lefèvre' });
  await expect(signInLink(dialog.page())).toBeVisible();
  await button(dialog, 'Copier le lien').click();
  await expect(dialog).toContainText(/Le lien (est|n’a pas pu être) copié/);
  await button(dialog, 'Annuler').click();
  await expect(dialog).toBeHidden();

  await button(foot(page), 'Se reconnecter').click();
  const browser = await page.context().newPage();
  await browser.goto((await signInLink(page).getAttribute('href')) ?? '');
  await browser.locator('button[name=cancel]').click();
  await expect(browser.getByRole('heading', { level: 1 })).toHaveText('Connexion annulée');
  await browser.close();
  await expect(dialog.getByRole('alert')).toContainText('La connexion n’a pas abouti');
  await shown(page, 'sign-in-failed');
  await button(dialog, 'Recommencer').click();
  await expect(signInLink(page)).toBeVisible();
  await inBrowser(page, page.context(), 'Marc Diallo');
  const other = page.getByRole('dialog', { name: 'La connexion est au nom de Marc Diallo' });
  await expect(other).toContainText('1 envoi attend que Claire Lefèvre se reconnecte.');
  await shown(page, 'sign-in-other');
  await button(other, 'Continuer').click();
  await expect(page.getByText('Attend Claire')).toHaveCount(0);

  await portal.stop();
  await act(page, 'Une autre personne…');
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText(
    'Le portail ne répond pas en ce moment',
  );
});

test('the same can be read in English', async ({ page, portal, desk }) => {
  test.slow();
  await portal.stop();
  await queue(page, 'Waits for Claire');
  await inEnglish(page);
  await act(page, 'Sign out');
  await shown(page, 'en-sign-out');
  await button(page.getByRole('dialog'), 'Stay signed in').click();
  desk.person = '';
  await signInAnew(page, desk, () => portal.start());
  await link(page.getByRole('navigation'), /^Outbox/).click();
  await expect(main(page)).toContainText('Sign in again: 1 item waiting');
  await shown(page, 'en-outbox-reconnect');
  await act(page, 'PIN…');
  await expect(page.getByRole('dialog')).toContainText('Nothing is encrypted on this PC');
  await shown(page, 'en-pin-unsealed');
  await button(page.getByRole('dialog'), 'Close').click();
  await button(foot(page), 'Sign in again').click();
  await expect(signInLink(page)).toBeVisible();
  await shown(page, 'en-sign-in');
  await inBrowser(page, page.context(), 'Marc Diallo');
  await button(page.getByRole('dialog'), 'Continuer').click(); // each has their own language
  await inEnglish(page);
  await link(page.getByRole('navigation'), /^Home/).click();
  await expect(main(page)).toContainText('1 item is waiting until Claire Lefèvre signs in again.');
  await shown(page, 'en-home-others');
  await personMenu(page);
  await shown(page, 'en-menu-people');
  await page.keyboard.press('Escape');
  await act(page, 'Somebody else…');
  await inBrowser(page, page.context(), 'Claire Lefèvre');
  await expect(page.getByRole('region', { name: 'Sending to confirm' })).toContainText('Send it?');
  await shown(page, 'en-home-asked');
});

test.describe('a role that was lost', () => {
  const gare = { id: 'gare', name: 'Cabinet de la Gare', town: 'Vannes' };
  const ines: Person = { id: 'ines', name: 'Inès Garnier', practices: [{ ...gare, roles: ['admin'] }] };
  const paul: Person = { id: 'paul', name: 'Paul Roux', practices: [{ ...gare, roles: ['admin'] }] };
  const lea: Person = { id: 'lea', name: 'Léa Morel', practices: [{ ...gare, roles: ['user'] }] };
  const invoice = pdf('facture confiée.pdf');
  const lost = { ...ines, practices: [{ ...gare, roles: ['user'] }] };
  test.use({ people: [[ines, paul, lea], { scope: 'test' }], person: ines.id });

  // refused has a request of hers come back since she may not send it any more.
  async function refused(page: Page, desk: Desk, subject: string, change: () => Promise<void>) {
    await begin(page, 'Créer une demande');
    await choose(page, DISPUTE.type);
    await button(page, /Catégorie$/).click();
    await page.getByRole('option', { name: DISPUTE.category }).click();
    await page.getByRole('textbox', { name: 'Numéro de facture' }).fill(DISPUTE.invoice);
    await page.getByRole('textbox', { name: 'Sujet' }).fill(subject);
    await page.getByRole('textbox', { name: 'Description' }).fill(DISPUTE.description);
    await attach(page, [invoice]);
    await send(page);
    await expect(heading(page, /^Demande enregistrée/)).toBeVisible();
    await signInAnew(page, desk, change);
    await place(page, 'Boîte d’envoi');
    await expect(page.getByRole('region', { name: 'À corriger' })).toContainText(
      'À confier à un administrateur',
      { timeout: 30_000 },
    );
  }

  test('leaves what was queued to a colleague, who sends it', async ({ page, portal, desk }) => {
    test.slow();
    const subject = 'Facture confiée';
    await signInAs(page, paul.id);
    await signInAs(page, lea.id);
    await signInAs(page, ines.id);
    await portal.stop();
    await refused(page, desk, subject, async () => {
      portal.people = [lost, paul, lea];
      await portal.start();
    });
    await shown(page, 'outbox-entrust');
    await button(page, `Confier à… « ${subject} »`).click();
    const dialog = page.getByRole('dialog', { name: `Confier « ${subject} »` });
    await expect(dialog.getByRole('radio')).toHaveCount(2);
    await expect(dialog.getByRole('radio', { name: 'Léa Morel' })).toBeDisabled();
    await expect(dialog.getByRole('radio').first()).toHaveAccessibleName('Paul Roux');
    await button(dialog, 'Confier').click();
    await expect(dialog).toContainText('Choisissez une personne.');
    await dialog.locator('label').filter({ hasText: 'Paul Roux' }).click();
    await shown(page, 'give');
    await button(dialog, 'Confier').click();
    await expect(dialog).toBeHidden();
    await expect(
      page.getByText(`« ${subject} » est maintenant dans les brouillons de Paul Roux.`),
    ).toBeVisible();
    await expect(heading(page, 'Rien en attente')).toBeVisible();
    await place(page, 'Brouillons');
    await expect(heading(page, 'Aucun brouillon')).toBeVisible();

    await signInAs(page, paul.id);
    await expect(page.getByText('dans les brouillons de Paul Roux')).toHaveCount(0); // it was told her
    await link(page, `Reprendre « ${subject} »`).click();
    await expect(main(page)).toContainText('Ce brouillon vous a été confié par Inès Garnier.');
    // She has answered for the file; he answers for it anew.
    await send(page);
    await expect(main(page)).toContainText('Un fichier reste à confirmer');
    await expect(main(page)).toContainText('Ce fichier a été joint par Inès Garnier.');
    await shown(page, 'draft-given');
    await button(page, 'Confirmer').press('Enter');
    await expect(main(page)).toContainText('Cochez d’abord la case ci-dessus');
    await main(page)
      .locator('label')
      .filter({ has: page.getByRole('checkbox', { name: /^Je confirme/ }) })
      .click();
    await button(page, 'Confirmer').click();
    await expect(main(page)).not.toContainText('À vous de confirmer');
    await send(page);
    await expect(heading(page, 'Demande envoyée')).toBeVisible();
    const [held] = await portal.about(paul.id, subject);
    expect(await portal.sha256(paul.id, held?.id ?? '', held?.files[0]?.id ?? '')).toBe(sha256(invoice));
    expect(await portal.numbered(paul.id, subject)).toHaveLength(1);
    expect(await portal.about(paul.id, subject)).toHaveLength(1);
  });

  test('says who could send it when nobody on this PC can', async ({ page, portal, desk }) => {
    test.slow();
    const subject = 'À qui la confier';
    await portal.stop();
    await refused(page, desk, subject, async () => {
      portal.people = [lost, paul, lea];
      await portal.start();
    });
    await link(page, new RegExp(`^Détails ${subject}`)).click();
    await expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
    await shown(page, 'details-entrust');
    await button(page, 'Confier à…').click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Demandez à Paul Roux de se connecter sur ce poste');
    await expect(dialog).toContainText('« Exporter »');
    await shown(page, 'give-nobody');
    await button(dialog, 'Fermer').click();
    await expect(button(page, 'Exporter')).toBeVisible(); // it is where it was
    await inEnglish(page);
    await page.getByRole('button', { name: 'Hand over…' }).click();
    await shown(page, 'en-give-nobody');
  });
});
