import { expect, test } from './desk';
import { CLAIRE } from './portal';
import { DISPUTE, fillForm, heading, send } from './steps';

// What the system is given to tell, and where a press on it leads. The system itself
// is not asked here: a test has no desktop around it.

const SUPPORT = 60_000; // ms after which the demo's support has answered

test('an answer is given to the system by its number and kind, and a press on it leads to its request', async ({
  page,
  portal,
}) => {
  test.slow(); // the demo's support takes its time
  const subject = 'Ce que le passant ne doit pas lire';
  await page.evaluate(() => {
    const w = window as unknown as {
      go: { app: { Bell: { Show: (...args: unknown[]) => Promise<void> } } };
      shown: unknown[][];
    };
    const { Bell } = w.go.app;
    const show = Bell.Show;
    w.shown = [];
    Bell.Show = (...args) => {
      w.shown.push(args);
      return show(...args);
    };
  });
  const shown = () => page.evaluate(() => (window as unknown as { shown: unknown[][] }).shown);
  await fillForm(page, subject);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const [held] = await portal.about(CLAIRE, subject);
  await expect
    .poll(async () => (await shown()).map(([, title, body]) => `${title} ${body}`), { timeout: SUPPORT })
    .toContain(`${held?.number} Nouvelle réponse`);
  const all = JSON.stringify(await shown());
  for (const told of [subject, DISPUTE.category, DISPUTE.practice, DISPUTE.invoice])
    expect(all).not.toContain(told);

  await page.evaluate((id) => {
    const w = window as unknown as { runtime: { EventsEmit(name: string, ...data: unknown[]): void } };
    w.runtime.EventsEmit('notified', id);
  }, held?.id);
  await expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
});
