import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from './process';
import { expect, test, Window } from './production';

// What is typed is checked by the dictionaries of the PC, where there is a French one:
// here one of three words.

const WORDS = ['la', 'facture', 'double'];

async function dictionary(folder: string, language: string): Promise<Record<string, string>> {
  const at = join(folder, 'enchant', 'hunspell');
  await mkdir(at, { recursive: true });
  await writeFile(join(at, `${language}.aff`), 'SET UTF-8\n');
  await writeFile(join(at, `${language}.dic`), `${WORDS.length}\n${WORDS.join('\n')}\n`);
  return { ENCHANT_CONFIG_DIR: join(folder, 'enchant') };
}

async function form(window: Window): Promise<void> {
  await window.press('a', 'Créer une demande');
  await window.press('label', 'Assistance administrative');
  await window.press('[role=option]', 'Cabinet des Tilleuls');
  await window.press('button[id=field-category]');
  await window.press('[role=option]', 'Litige de facture');
  await window.sees('label', 'Description');
}

async function type(window: Window, field: string, text: string): Promise<void> {
  await window.evaluate(`document.querySelector('${field}').scrollIntoView({ block: 'center' })`);
  await window.click(field);
  await window.display.xdotool('type', '--delay', '40', text);
  const typed = `document.querySelector('${field}').value.endsWith(${JSON.stringify(text)})`;
  await until(() => window.evaluate<boolean>(typed), `${text} in ${field}`);
}

const marked = (window: Window, field: string) =>
  until(async () => (await window.reds(field)) > 0, `a mark in ${field}`);

test('a word that is not French is marked in sentences, and not in a number', async ({
  folder,
  portal,
  display,
}) => {
  const window = new Window(join(folder, 'desk'), portal.address, display, await dictionary(folder, 'fr_FR'));
  await window.start();
  await form(window);
  await type(window, '#field-invoice', 'facturre x ');
  await type(window, '#field-description', 'la facture ');
  expect(await window.reds('#field-description')).toBe(0);
  await type(window, '#field-description', 'facturre la ');
  await marked(window, '#field-description');
  await type(window, '#field-subject', 'doublle la ');
  await marked(window, '#field-subject');
  expect(await window.reds('#field-invoice')).toBe(0);
  await window.kill();
});

test('without a French dictionary nothing is wrong', async ({ folder, portal, display }) => {
  const window = new Window(join(folder, 'desk'), portal.address, display, await dictionary(folder, 'en_GB'));
  await window.start();
  await form(window);
  await type(window, '#field-description', 'la facturre la ');
  await type(window, '#field-subject', 'la ');
  expect(await window.reds('#field-description')).toBe(0);
  await window.kill();
});
