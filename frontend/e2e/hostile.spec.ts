import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, open, test } from './desk';
import { look } from './look';
import { button, heading, link } from './steps';

// Support's messages are foreign bytes: whatever they try, nothing of it runs, leads
// away or is fetched, and what they say can be read.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const folder = resolve(import.meta.dirname, '../../internal/markup/testdata/hostile');
const messages = readdirSync(folder)
  .sort()
  .map((name) => readFileSync(resolve(folder, name), 'utf8'));

test('hostile messages are inert in the window', async ({ page, portal, desk }) => {
  test.slow();
  expect(messages.length).toBeGreaterThan(50);
  const asked: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(desk.address) && !url.startsWith('blob:')) asked.push(url);
  });
  await portal.stop();
  portal.says('AS-2026-000010', messages);
  await portal.start();
  await open(page, desk, '/requests');
  const row = page.getByRole('row').filter({ hasText: 'AS-2026-000010' });
  await expect(row).toContainText('Non lue', { timeout: 30_000 }); // it has come to the top
  await row.getByRole('link').click();
  await expect(page.getByRole('main')).toContainText('AS-2026-000010');
  const list = page.locator('.messages > li.support');
  await expect(list).toHaveCount(messages.length, { timeout: 60_000 });

  // The watch over every page reports scripts that ran, dialogs and breaches of the
  // content policy; here is what is in the document.
  const strays = await page.locator('.messages').evaluate((box) => {
    const tags =
      'A B BLOCKQUOTE BR BUTTON CODE DIV EM H3 H4 HR I LI OL P PRE S SECTION SPAN STRONG TABLE TBODY TD TH THEAD TIME TR U UL';
    const known = new Set(tags.split(' '));
    const found: string[] = [];
    for (const e of box.querySelectorAll('*')) {
      if (!known.has(e.tagName.toUpperCase())) found.push(e.tagName);
      for (const { name, value } of e.attributes)
        if (
          /^on|^style$|^src|^srcset|^formaction|^action|^background/i.test(name) ||
          /^\s*(javascript|data|vbscript):/i.test(value)
        )
          found.push(`${e.tagName} ${name}=${value.slice(0, 40)}`);
    }
    return found;
  });
  expect(strays).toEqual([]);
  expect(
    await page.evaluate(() => Object.keys(window).filter((k) => /^(pwned|hacked|xss)/i.test(k))),
  ).toEqual([]);
  expect(asked).toEqual([]);
  await expect(heading(page, 'Durée restante du contrat de maintenance')).toBeVisible();

  // A link says where it leads before anything opens.
  await portal.stop();
  portal.says('AS-2026-000010', [
    '<p>Voir <a href="https://exemple.fr/aide?x=1">https://banque.fr</a></p><table><tr><th>Mois</th><td>Mars</td></tr></table>',
  ]);
  await portal.start();
  const last = list.last();
  await expect(last).toContainText('banque.fr', { timeout: 60_000 });
  await last.getByText('https://banque.fr').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('exemple.fr');
  await look(page, 'link-target');
  await button(dialog, 'Annuler').click();
  await expect(dialog).toBeHidden();
  expect(page.url()).toContain('/request/');
  await expect(link(page, 'https://banque.fr')).toHaveCount(0); // it is no way out of the window
});
