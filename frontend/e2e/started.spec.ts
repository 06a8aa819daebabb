import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Desk, expect, open, test } from './desk';
import { shot } from './look';
import { binary } from './process';
import { personMenu, setting } from './steps';

// Starts of the program beside its window: commands.

const run = promisify(execFile);

// later starts the program on the desk's data folder; it returns what it says.
async function later(desk: Desk, ...args: string[]): Promise<string> {
  const { stdout } = await run(binary('DEV'), args, {
    env: { ...process.env, GUICHET_DATA: desk.data, GUICHET_PORTAL: desk.portal, GUICHET_KEYRING: 'none' },
    timeout: 50_000,
  });
  return stdout;
}

test('what whoever set the PC up has decided is said, and cannot be changed', async ({
  page,
  portal,
  newDesk,
}) => {
  process.env.GUICHET_IDLE = '5'; // the desk's own environment is made of this one
  const desk = await newDesk(portal.address).finally(() => delete process.env.GUICHET_IDLE);
  await open(page, desk, '/');
  await setting(page, 'Langue', 'English');
  await setting(page, 'Appearance', 'Dark');
  await personMenu(page);
  await page.getByRole('menuitem', { name: 'Hide when idle' }).click();
  const choices = page.getByRole('menuitemradio');
  await expect(choices).toHaveText([/After 5\sminutes/]);
  await expect(page.getByText('Set by whoever installed this PC.')).toBeVisible();
  await shot(page, 'locked setting');
  const shown = await later(desk, '--language=en', '--upload=500', 'config', 'show');
  expect(shown).toMatch(/idle\s+10\s+built in/); // this start has not that environment
  expect(shown).toMatch(/upload\s+500\s+command line, --upload/);
});
