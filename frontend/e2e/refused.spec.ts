import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './desk';
import { pdf, png, type Sample } from './files';
import { CLAIRE } from './portal';
import {
  attach,
  attached,
  begin,
  button,
  categories,
  choose,
  DISPUTE,
  field,
  fillForm,
  heading,
  pick,
  pickCategory,
  popup,
  send,
  tick,
} from './steps';

// What cannot be sent is said in plain words with figures and a way out, beside
// what is wrong, and everything else stays.

function refusal(page: Page) {
  return page.getByRole('dialog', { name: /Ce fichier ne peut pas être joint|Ces fichiers ne peuvent/ });
}

test('files that cannot travel are refused with the reason and the remedy', async ({
  page,
  desk,
  folder,
}) => {
  const subject = 'Fichiers impossibles';
  await fillForm(page, subject);
  const long = `${'n'.repeat(296)}.pdf`;
  const cases: [Sample, string][] = [
    [{ ...pdf('vide.pdf'), buffer: Buffer.alloc(0) }, 'est vide. Vérifiez l’original, puis choisissez-le'],
    [
      { ...pdf('programme.exe'), buffer: Buffer.from('MZ') },
      'n’est pas accepté. Si c’est un document, joignez-le en PDF',
    ],
    [{ ...png('facture.pdf'), mimeType: 'application/pdf' }, 'n’est pas celui qu’annonce le nom du fichier'],
    [pdf(long), '300 caractères pour 200 au plus. Renommez-le'],
    [pdf('../../evil.pdf'), 'caractères qui ne sont pas admis. Renommez-le'],
    [pdf('fdp.\u202eexe.pdf'), 'caractères qui ne sont pas admis'],
  ];
  for (const [file, message] of cases) {
    await pick(page, [file]);
    await expect(refusal(page)).toContainText(message);
    await expect(refusal(page)).toContainText(file.name.slice(0, 40));
    await expect(button(refusal(page), 'Confirmer')).toBeHidden();
    // By the keyboard: two clicks at one place within a moment are a double click.
    await button(refusal(page), 'Fermer').press('Enter');
    await expect(refusal(page)).toBeHidden();
  }
  const huge = join(folder, 'scan.pdf');
  await writeFile(huge, pdf('scan.pdf').buffer);
  await truncate(huge, 101 * 1024 * 1024);
  await pick(page, huge);
  await expect(refusal(page)).toContainText('Ce fichier fait 101 Mo ; la limite est 100 Mo. Réduisez-le');
  await button(refusal(page), 'Fermer').click();

  await expect(attached(page)).toBeHidden();
  expect(await desk.storedFiles()).toEqual([]);
  await expect(field(page, 'Sujet')).toHaveValue(subject);
  await expect(field(page, 'Description')).toHaveValue(DISPUTE.description);
});

test('a good file beside a bad one is attached, and only that one', async ({ page, desk }) => {
  await fillForm(page, 'Un bon, un mauvais');
  await pick(page, [pdf('bon.pdf'), { ...pdf('mauvais.exe'), buffer: Buffer.from('MZ') }]);
  await expect(popup(page)).toContainText('Ce fichier ne sera pas joint');
  await expect(popup(page)).toContainText('mauvais.exe');
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(attached(page).getByRole('listitem')).toHaveText([/bon\.pdf/]);
  expect(await desk.storedFiles()).toHaveLength(1);
});

test('an eleventh file is refused with the figures, and eleven at once are not sent', async ({
  page,
  desk,
  portal,
}) => {
  const subject = 'Onze fichiers';
  const files = Array.from({ length: 10 }, (_, i) => pdf(`pièce ${i + 1}.pdf`));
  await fillForm(page, subject);
  await attach(page, files);
  await pick(page, [pdf('de trop.pdf')]);
  await expect(refusal(page)).toContainText('11 fichiers pour 10 au plus. Retirez-en');
  await button(refusal(page), 'Fermer').click();
  await expect(attached(page).getByRole('listitem')).toHaveCount(10);
  expect(await desk.storedFiles()).toHaveLength(10);

  await button(page, 'Retirer pièce 1.pdf').click();
  await expect(attached(page).getByRole('listitem')).toHaveCount(9);
  await attach(page, [pdf('dernière.pdf')]);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  expect((await portal.about(CLAIRE, subject))[0]?.files).toHaveLength(10);

  // A browser hands them over one by one: the request with eleven stays here.
  const atOnce = `${subject} d’un coup`;
  await fillForm(page, atOnce);
  await attach(
    page,
    Array.from({ length: 11 }, (_, i) => pdf(`lot ${i + 1}.pdf`)),
  );
  await send(page);
  const reason = '11 fichiers pour 10 au plus. Retirez-en, ou envoyez les autres à part.';
  await expect(page.getByRole('region', { name: 'Il reste un point à revoir' })).toContainText(reason);
  expect(await portal.about(CLAIRE, atOnce)).toEqual([]);
  await button(page, 'Retirer lot 11.pdf').click();
  await expect(page.getByText(reason)).toHaveCount(0);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  expect((await portal.about(CLAIRE, atOnce))[0]?.files).toHaveLength(10);
});

test('texts that are too long say by how much, and stay until they are mended', async ({ page, portal }) => {
  await fillForm(page, 'x');
  const over = { 'Numéro de facture': 20, 'Votre référence': 40, Sujet: 120, Description: 4000 };
  for (const [label, max] of Object.entries(over)) {
    const text = 'm'.repeat(max + 3);
    await field(page, label).fill(text);
    await field(page, label).blur();
    const figure = (n: number) => new Intl.NumberFormat('fr').format(n);
    const sentence = `C’est trop long : ${figure(max + 3)} caractères pour ${figure(max)} au plus.`;
    await expect(page.getByText(sentence)).toHaveCount(1);
    // A file helps out a long text, not a number.
    await expect(field(page, label)).toHaveAccessibleDescription(
      label === 'Description' ? /Raccourcissez, ou joignez un fichier\./ : /trop long.*Raccourcissez\.$/,
    );
    await expect(page.getByText('3 caractères de trop').last()).toBeVisible();
    await expect(field(page, label)).toHaveValue(text);
  }
  await send(page);
  await expect(page.getByText('Il reste 4 points à revoir')).toBeVisible();
  expect(await portal.about(CLAIRE, 'm'.repeat(123))).toEqual([]);

  await field(page, 'Numéro de facture').fill(DISPUTE.invoice);
  await field(page, 'Votre référence').fill('');
  await field(page, 'Sujet').fill('m'.repeat(120));
  await field(page, 'Description').fill('m'.repeat(4000));
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  expect(await portal.about(CLAIRE, 'm'.repeat(120))).toHaveLength(1);
});

test('the same problem of several fields is told with the name of each', async ({ page }) => {
  await fillForm(page, 'cloche\u0007');
  await field(page, 'Description').fill('Une autre\u0007 cloche, dans la description.');
  await send(page);
  const summary = page.getByRole('region', { name: 'Il reste 2 points à revoir' });
  for (const label of ['Sujet', 'Description']) {
    await button(summary, new RegExp(`^${label} : Le texte contient un caractère invisible`)).click();
    await expect(field(page, label)).toBeFocused();
  }
});

test('a tab that is pasted into a line becomes a space', async ({ page, portal }) => {
  await fillForm(page, 'Ligne\tcopiée\t\td’un tableur');
  await expect(field(page, 'Sujet')).toHaveValue('Ligne copiée d’un tableur');
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  expect(await portal.about(CLAIRE, 'Ligne copiée d’un tableur')).toHaveLength(1);
});

test('invisible characters are named, while accents and emoji travel as they were typed', async ({
  page,
  portal,
}) => {
  const subject = 'Reçu 🧾 de l’œuvre n° 7 – 日本 👩🏽‍⚕️';
  const text = 'Première ligne\n\tdeuxième, « 100 % » & <b>gras</b> 🙂\n%s %n $HOME \\ "';
  await fillForm(page, `avec\u0007cloche`);
  await field(page, 'Sujet').blur();
  await expect(field(page, 'Sujet')).toHaveAccessibleDescription(
    /contient un caractère invisible.*tapez le texte à la main/,
  );
  await send(page);
  await expect(page.getByText('Il reste un point à revoir')).toBeVisible();
  await field(page, 'Sujet').fill(subject);
  await field(page, 'Description').fill(text);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const held = await portal.about(CLAIRE, subject);
  expect(held).toHaveLength(1);
  expect(held[0]?.values.description).toBe(text);
  await expect(heading(page, subject)).toBeVisible();
});

test('the summary of what is missing takes the focus, and each line leads to its field', async ({ page }) => {
  await begin(page, 'Créer une demande');
  await choose(page, DISPUTE.type);
  await send(page);
  const summary = page.getByRole('region', { name: /Il reste (un|\d) points? à revoir/ });
  await expect(summary).toBeFocused(); // the practice is the person's usual one
  await button(summary, 'Choisissez une catégorie.').click();
  await expect(categories(page)).toBeFocused();

  await page.getByRole('option', { name: DISPUTE.practice }).click();
  await pickCategory(page, DISPUTE.category);
  await field(page, 'Numéro de facture').fill('12');
  await send(page);
  await expect(summary).toBeFocused();
  for (const [line, label] of [
    [/^Le numéro de facture ressemble à FA-2026-0001/, 'Numéro de facture'],
    ['Remplissez « Sujet ».', 'Sujet'],
    ['Remplissez « Description ».', 'Description'],
  ] as const) {
    await button(summary, line).click();
    await expect(field(page, label)).toBeFocused();
    await expect(field(page, label)).toHaveAttribute('aria-invalid', 'true');
  }
});
