import type { Page } from '@playwright/test';
import { expect, open, test } from './desk';
import { look } from './look';
import { button, field, fillForm, foot, link, place } from './steps';

// Screens that a program shows seldom: what it answers is put in its mouth, in the page,
// and looked at like any other.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

interface Host {
  go: { app: Record<string, Record<string, () => Promise<unknown>>> };
  wails: { EventsNotify(event: string): void };
}

// answers has a method of the program answer that from now on; told as an error, it fails
// with that code; undefined, it does not answer at all.
function answers(page: Page, method: string, value?: object | string): Promise<void> {
  return page.evaluate(
    ([method, value]) => {
      const [service = '', name = ''] = (method as string).split('.');
      const bound = (window as unknown as Host).go.app[service] ?? {};
      bound[name] = () => {
        if (value === undefined || value === null) return new Promise(() => {});
        if (typeof value === 'string') return Promise.reject(JSON.stringify({ code: value }));
        return Promise.resolve(value);
      };
    },
    [method, value] as const,
  );
}

// over is an answer of the program with that changed.
function over(page: Page, method: string, change: object): Promise<object> {
  return page.evaluate(
    async ([method, change]) => {
      const [service = '', name = ''] = (method as string).split('.');
      const now = await (window as unknown as Host).go.app[service]?.[name]?.();
      return { ...(now as object), ...(change as object) };
    },
    [method, change] as const,
  );
}

function tell(page: Page, name: string, ...data: unknown[]): Promise<void> {
  return page.evaluate(
    (event) => (window as unknown as Host).wails.EventsNotify(event),
    JSON.stringify({ name, data }),
  );
}

test('what is asked when the window closes can be read and used by everybody', async ({ page }) => {
  await tell(page, 'parting', 2);
  await expect(page.getByRole('alertdialog')).toContainText('2 envois');
  await look(page, 'parting');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeHidden();

  // Not everything could be saved.
  await fillForm(page, 'Déjà enregistrée');
  await answers(page, 'Drafts.Save', 'disk-full');
  await field(page, 'Sujet').fill('Pas encore enregistrée');
  await tell(page, 'closing');
  await expect(page.getByRole('alertdialog')).toContainText('Votre dernier texte n’est pas enregistré');
  await look(page, 'leaving');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await expect(field(page, 'Sujet')).toHaveValue('Pas encore enregistrée');
});

test('news of a newer Guichet can be read and used by everybody', async ({ page }) => {
  const notes = { fr: 'Les factures se joignent plus vite.', en: 'Invoices are attached faster.' };
  const update = (change: object) =>
    over(page, 'Updates.State', { quiet: false, refused: [], notes, ...change });
  for (const [name, change] of Object.entries({
    available: { policy: 'notify', scope: 'user', offer: '9.1.0', staged: '' },
    fetching: { policy: 'notify', scope: 'user', offer: '9.1.0', staged: '', busy: true },
    machine: { policy: 'notify', scope: 'machine', offer: '9.1.0', staged: '' },
    staged: { scope: 'user', offer: '', staged: '9.1.0', urgent: true },
  })) {
    await answers(page, 'Updates.State', await update(change));
    await tell(page, 'changed', 'updates');
    await expect(page.getByRole('main')).toContainText('9.1.0');
    await look(page, `update-${name}`);
  }
});

test('what a proxy asks for can be read and used by everybody', async ({ page }) => {
  const away = { connection: 'offline', reason: 'proxy-auth' };
  await answers(page, 'Outbox.State', await over(page, 'Outbox.State', away));
  const state = { proxy: 'proxy.cabinet.example:3128', from: 'system', reason: 'proxy-auth', user: '' };
  await answers(page, 'Line.State', await over(page, 'Line.State', state));
  await tell(page, 'changed', 'status');
  await look(page, 'proxy-foot');
  await foot(page).getByRole('button').first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('proxy.cabinet.example:3128');
  const first = dialog.getByRole('textbox').first();
  await expect(first).toBeFocused();
  await look(page, 'proxy');
  await dialog.getByRole('button').last().click(); // without a name
  await expect(dialog.locator('.field-error')).toBeVisible();
  await expect(first).toBeFocused();
  await look(page, 'proxy-error');
});

test('a list that is being read, and one that cannot be, can be read and used by everybody', async ({
  page,
  desk,
}) => {
  await answers(page, 'Lists.Find', 'internal');
  await place(page, 'Demandes');
  await expect(page.getByRole('alert')).toBeVisible();
  await look(page, 'requests-failed');
  await open(page, desk);
  await answers(page, 'Lists.Find');
  await place(page, 'Demandes');
  await look(page, 'requests-coming');
});

test('a page that cannot be shown says so to everybody', async ({ page, desk }) => {
  await open(page, desk, '/draft/00000000-0000-4000-8000-000000000000').catch(() => {});
  await expect(button(page, 'Réessayer').or(link(page, 'Demandes')).first()).toBeVisible();
  await look(page, 'draft-gone');
  await link(page.getByRole('navigation'), /^Accueil/).click();
  await answers(page, 'Drafts.Create', 'disk-full');
  await page.keyboard.press('Control+n');
  await expect(button(page, 'Réessayer')).toBeVisible();
  await look(page, 'new-failed');
});
