import type { Locator, Page } from '@playwright/test';
import { type Desk, expect, open } from './desk';
import { CLAIRE, type Portal } from './portal';
import { foot, place } from './steps';

// What tests of acts do and look at: a request of the demo on its page, and what the
// portal has of it.

// WAITING is one of Claire's, « Vous avez la main », that the demo's support leaves
// alone for as long as a test takes.
export const WAITING = 'Ordonnance imprimée sur deux pages';

export const talk = (page: Page) => page.getByRole('region', { name: 'Échanges' });
export const box = (page: Page) => talk(page).getByRole('textbox');
export const said = (page: Page, text: string): Locator =>
  talk(page).getByRole('listitem').filter({ hasText: text });

// uuid7 is an id as a desk makes it.
export function uuid7(): string {
  const at = Date.now().toString(16).padStart(12, '0');
  const rest = crypto.randomUUID().slice(15);
  return `${at.slice(0, 8)}-${at.slice(8)}-7${rest}`;
}

export async function idOf(portal: Portal, subject: string | RegExp): Promise<string> {
  const found = (await portal.requests(CLAIRE)).filter((r) =>
    typeof subject === 'string' ? r.values.subject === subject : subject.test(r.values.subject ?? ''),
  );
  expect(found).toHaveLength(1);
  return found[0]?.id ?? '';
}

export async function statusOf(portal: Portal, id: string): Promise<string | undefined> {
  return (await portal.requests(CLAIRE)).find((r) => r.id === id)?.status;
}

// messages are the texts that the portal holds of a request's conversation.
export async function messages(portal: Portal, id: string): Promise<string[]> {
  const answer = await portal.ask(CLAIRE, `/v1/requests/${id}/messages`);
  const { messages: all } = (await answer.json()) as { messages: { text: string }[] };
  return all.map((m) => m.text);
}

// elsewhere does something in Claire's name, as on another PC.
export async function elsewhere(portal: Portal, id: string, kind: string, reason?: string): Promise<void> {
  const body = JSON.stringify({ kind, reason, at: new Date().toISOString() });
  const answer = await portal.ask(CLAIRE, `/v1/requests/${id}/acts/${uuid7()}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([200, '']);
}

// goTo shows a request once everything that the portal has of it is here.
export async function goTo(
  page: Page,
  desk: Desk,
  portal: Portal,
  subject: string | RegExp,
): Promise<string> {
  const id = await idOf(portal, subject);
  await place(page, 'Tableau de bord');
  await expect(page.getByText('À jour', { exact: true })).toBeVisible();
  await open(page, desk, `/request/${id}`);
  await expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
  await expect(box(page)).toBeVisible();
  return id;
}

export async function offline(page: Page, portal: Portal): Promise<void> {
  await portal.stop();
  await expect(foot(page)).toContainText(/Hors connexion/, { timeout: 45_000 });
}
