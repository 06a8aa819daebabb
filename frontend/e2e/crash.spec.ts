import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './process';
import { expect, test, type Window } from './production';
import { unzipped } from './unzip';

// The program that is given to users is watched over: a fault that ends it brings its
// window back, with what was typed in it.

const SUBJECT = 'Maintenance comptée deux fois';

async function write(window: Window): Promise<void> {
  await window.press('a', 'Créer une demande');
  await window.press('label', 'Assistance administrative');
  await window.press('[role=option]', 'Cabinet des Tilleuls');
  await window.press('button[id=field-category]');
  await window.press('[role=option]', 'Litige de facture');
  await window.type('Sujet', SUBJECT);
  await until(
    () => window.evaluate<boolean>(`document.querySelector('.foot').textContent.includes('Enregistré')`),
    'the save',
  );
}

const incidents = (window: Window) => readdir(join(window.data, 'incidents')).catch(() => []);

test('a window that a fault has ended comes back by itself with what was typed, and a report says so', async ({
  window,
}) => {
  test.setTimeout(120_000);
  await write(window);
  await window.crash();
  await window.sees('[aria-label="Guichet est de retour"]', 'Guichet s’est interrompu');
  await window.sees('h2', `Reprendre « ${SUBJECT}`);
  await window.press('a', 'Reprendre');
  await until(
    () =>
      window.evaluate<boolean>(
        `[...document.querySelectorAll('input')].some((i) => i.value === ${JSON.stringify(SUBJECT)})`,
      ),
    'what was typed',
  );
  expect(await incidents(window)).toHaveLength(1);

  await window.go('/help', 'Aide et diagnostic');
  await window.sees('.help-finding', 'À surveiller');
  await window.press('button', 'Préparer le rapport');
  await window.sees('.help-file', 'incidents.json');
  await window.press('button', 'Enregistrer…');
  await window.dialog('Enregistrer le rapport');
  const path = join(tmpdir(), `${randomUUID().slice(0, 8)}.zip`);
  await window.paste(path);
  await window.display.xdotool('key', 'Return');
  await window.sees('.toast', 'Enregistré dans');
  const members = unzipped(await readFile(path));
  await rm(path);
  expect(members['incidents.json']).toContain('SIGABRT');
  expect(JSON.parse(members['counts.json'] ?? '').rows.draft).toBe(1);
  for (const [name, text] of Object.entries(members)) expect(text, name).not.toContain(SUBJECT);
  await window.later('--quit');
});

test('a window that crashes over and over stays away, and one that is killed does too', async ({
  window,
  newWindow,
}) => {
  test.setTimeout(120_000);
  await window.crash();
  await window.crash();
  await window.crash(false);
  await until(async () => (await incidents(window)).length === 3, 'the third note');
  await new Promise((done) => setTimeout(done, 2000));
  expect(await window.running()).toEqual([]);

  const killed = newWindow('killed');
  await killed.start();
  await killed.kill();
  await new Promise((done) => setTimeout(done, 2000));
  expect(await killed.running()).toEqual([]);
  expect(await incidents(killed)).toEqual([]);
});
