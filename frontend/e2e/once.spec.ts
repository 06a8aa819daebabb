import { crash, expect, open } from './desk';
import { pdf } from './files';
import { onLine as test } from './lined';
import { CLAIRE } from './portal';

import { attach, button, fillForm, foot, heading, listed, place, send } from './steps';

// Nothing is sent twice: not by an impatient hand, not by a bad line.

test('a double click on « Envoyer » sends one request', async ({ page, portal }) => {
  const subject = 'Deux clics, une demande';
  const before = (await portal.requests(CLAIRE)).length;
  await fillForm(page, subject);
  await button(page, 'Envoyer').dblclick();
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  await place(page, 'Boîte d’envoi');
  await expect(heading(page, 'Rien en attente')).toBeVisible();
  expect(await portal.about(CLAIRE, subject)).toHaveLength(1);
  expect(await portal.requests(CLAIRE)).toHaveLength(before + 1);
});

test('a portal that answers slowly gets one request, however often one presses', async ({
  page,
  portal,
  line,
  desk,
}) => {
  const subject = 'Portail lent';
  line.holding = true;
  await fillForm(page, subject);
  await attach(page, [pdf('justificatif.pdf')]);
  await button(page, 'Envoyer').dblclick();
  await expect.poll(() => line.waiting).toBe(1);
  await expect(heading(page, 'Demande enregistrée')).toBeVisible();
  // Everything is on its way already.
  await expect(button(foot(page), 'Envoyer maintenant')).toHaveCount(0);
  const hidden = foot(page).getByRole('button', { name: 'Envoyer maintenant', includeHidden: true });
  for (let i = 0; i < 3; i++) await hidden.dispatchEvent('click');
  await expect(hidden).toBeDisabled();
  await expect(foot(page)).toContainText('Envoi en cours');
  expect(line.puts).toBe(1);

  // Guichet dies while it waits for the answer, and asks anew.
  await crash(page, desk);
  await desk.start();
  await open(page, desk);
  await expect.poll(() => line.puts).toBeGreaterThan(1);
  line.release();
  await place(page, 'Demandes');
  await expect(listed(page, subject)).toContainText('Reçue');
  await expect.poll(() => portal.numbered(CLAIRE, subject)).toHaveLength(1);
  expect(await portal.about(CLAIRE, subject)).toHaveLength(1);
});

test('an answer that gets lost on the way leads to no second request', async ({ page, portal, line }) => {
  const subject = 'Réponse perdue';
  line.cut = 1;
  await fillForm(page, subject);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible({ timeout: 20_000 });
  expect(line.cut, 'an answer was lost').toBe(0);
  const held = await portal.about(CLAIRE, subject);
  expect(held).toHaveLength(1);
  await expect(page.getByRole('main')).toContainText(held[0]?.number ?? 'a number');
});
