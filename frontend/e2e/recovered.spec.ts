import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, open, test } from './desk';
import { look } from './look';
import {
  begin,
  button,
  choose,
  DISPUTE,
  fillForm,
  heading,
  inEnglish,
  link,
  place,
  saved,
  send,
} from './steps';

// A damaged database is set aside, what can be read is brought over, and the
// person is told until they say that they have looked.

test.use({ contextOptions: { reducedMotion: 'reduce' } });

// damage spoils the beginning of the database, as a disk that fails does.
async function damage(data: string): Promise<void> {
  const file = await openFile(join(data, 'guichet.db'), 'r+');
  await file.write(Buffer.alloc(100, 0xff), 0, 100, 0);
  await file.close();
}

test('what became of a damaged database is told until somebody has looked', async ({ page, desk }) => {
  await fillForm(page, 'Partie avant la panne');
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  await begin(page, 'Créer une demande');
  await choose(page, DISPUTE.type);
  await saved(page);
  await page.goto('about:blank');
  await desk.stop();
  await damage(desk.data);
  await desk.start();
  await open(page, desk);

  const notice = page.getByRole('region', { name: /Les données de Guichet ont été réparées/ });
  await expect(notice).toContainText('Repris');
  await expect(notice).toContainText(desk.data);
  await look(page, 'recovered-home');
  await place(page, 'Demandes');
  await expect(page.getByRole('main')).toContainText('Les données de Guichet ont été réparées');
  await look(page, 'recovered-line');

  await inEnglish(page);
  await link(page, 'See what was saved').click();
  await look(page, 'en-recovered-home');
  await button(page, 'I have checked').click();
  await expect(heading(page, /data was repaired/)).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();

  await page.goto('about:blank');
  await desk.stop();
  await desk.start();
  await open(page, desk);
  await expect(page.getByRole('heading', { level: 1, name: 'Hello Claire' })).toBeVisible();
  await expect(heading(page, /data was repaired/)).toHaveCount(0);
});
