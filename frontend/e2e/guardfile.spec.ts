import type { Page } from '@playwright/test';
import { expect, test } from './desk';
import { type Sample, sha256 } from './files';
import { look } from './look';
import { CLAIRE } from './portal';
import {
  attached,
  button,
  field,
  fillForm,
  heading,
  inEnglish,
  pick,
  popup,
  send,
  statement,
  tick,
} from './steps';

// Before a file leaves, Guichet looks into it and says what it saw.

// nir is a number of the social security of nobody, with its key.
function nir(order: number): string {
  const body = `18505780060${String(order).padStart(2, '0')}`;
  const key = 97n - (BigInt(body) % 97n);
  return body + String(key).padStart(2, '0');
}

const text = (name: string, content: string): Sample => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
});

// paper is a PDF with lines of text.
function paper(name: string, ...lines: string[]): Sample {
  const shown = lines.map((l) => `(${l.replace(/[()\\]/g, '\\$&')}) Tj 0 -20 Td`).join(' ');
  const content = `BT /F1 12 Tf 40 780 Td ${shown} ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  const body = objects.map((o, i) => `${i + 1} 0 obj\n${o}\nendobj\n`).join('');
  const buffer = Buffer.from(`%PDF-1.7\n${body}trailer\n<< /Root 1 0 R >>\n%%EOF`, 'latin1');
  return { name, mimeType: 'application/pdf', buffer };
}

// drawn is a picture of lines of text, as a scanner makes it.
async function drawn(page: Page, type: 'image/png' | 'image/jpeg', ...lines: string[]): Promise<Buffer> {
  const data = await page.evaluate(
    ([kind, texts]) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [1000, 500];
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
      pen.fillStyle = 'white';
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.fillStyle = 'black';
      pen.font = '28px "DejaVu Sans", sans-serif';
      for (const [i, line] of texts.entries()) pen.fillText(line, 40, 60 + i * 48);
      return canvas.toDataURL(kind, 0.95);
    },
    [type, lines] as const,
  );
  return Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
}

// placed is a JPEG that says where it was taken.
function placed(jpeg: Buffer): Buffer {
  const gps = Buffer.alloc(26 + 18);
  gps.write('II*\0', 0, 'latin1');
  gps.writeUInt32LE(8, 4);
  gps.writeUInt16LE(1, 8); // one entry: where the coordinates are
  gps.writeUInt16LE(0x8825, 10);
  gps.writeUInt16LE(4, 12);
  gps.writeUInt32LE(1, 14);
  gps.writeUInt32LE(26, 18);
  gps.writeUInt16LE(1, 26); // one entry: north
  gps.writeUInt16LE(1, 28);
  gps.writeUInt16LE(2, 30);
  gps.writeUInt32LE(2, 32);
  gps.write('N\0', 36, 'latin1');
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), gps]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

const seen = (page: Page, name: string) =>
  popup(page).getByRole('region', { name: `Ce que Guichet a vu dans ${name}` });
const confirm = (page: Page) => button(popup(page), /^(Confirmer|Vérification…)$/);

test('a number of the social security keeps its file here until it is masked', async ({ page, portal }) => {
  const number = nir(36);
  const file = text('export.txt', `Bonjour,\nN° de sécurité sociale : ${number}\nMerci`);
  await fillForm(page, 'Fichier à masquer');
  await pick(page, [file]);
  await expect(seen(page, file.name)).toContainText(
    `Numéro de sécurité sociale ••• ${number.slice(-4)}, ligne 2`,
  );
  await expect(popup(page)).not.toContainText(number);
  await look(page, 'guard-file');
  await tick(page);
  await confirm(page).click();
  await expect(popup(page)).toContainText('Répondez d’abord');
  await expect(attached(page)).toBeHidden();

  await button(seen(page, file.name), 'Masquer').click();
  await expect(seen(page, file.name)).toContainText('Une copie modifiée partira');
  await expect(statement(page)).not.toBeChecked(); // it was said of other bytes
  await tick(page);
  await confirm(page).click();
  await expect(attached(page)).toContainText(file.name);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const [held] = await portal.about(CLAIRE, 'Fichier à masquer');
  const masked = file.buffer.toString().replace(number, number.replaceAll(/\d/g, 'X'));
  expect(held?.files.map((f) => f.sha256)).toEqual([sha256(text('', masked))]);
});

test('whoever says why it is no such number sends the file as it is', async ({ page, portal }) => {
  const file = text('séries.txt', `Lecteur, patient test : ${nir(41)}`);
  await fillForm(page, 'Fausse alerte');
  await pick(page, [file]);
  await button(seen(page, file.name), /^Ce n’en est pas un/).click();
  await tick(page);
  await confirm(page).click();
  await expect(seen(page, file.name)).toContainText('Dites en quelques mots pourquoi.');
  await popup(page)
    .getByRole('textbox', { name: /Pourquoi n’en est-ce pas un/ })
    .fill('Numéro de série du lecteur');
  await look(page, 'guard-answer');
  await confirm(page).click();
  await expect(attached(page)).toContainText(file.name);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const [held] = await portal.about(CLAIRE, 'Fausse alerte');
  expect(held?.files.map((f) => f.sha256)).toEqual([sha256(file)]);
});

test('a file of health data is refused, and others beside it are not', async ({ page }) => {
  const hl7 = text('message.txt', 'MSH|^~\\&|LABO|CHU|DPI|CHU|20261103||ORU^R01|1|P|2.5\rPID|1||123\r');
  const good = paper('devis.pdf', 'Devis D-2026-0007', 'Onduleur');
  await fillForm(page, 'Un message HL7');
  await pick(page, [hl7, good]);
  await expect(popup(page)).toContainText('format de données de santé');
  await expect(seen(page, good.name)).toContainText('aucune donnée de santé repérée');
  await look(page, 'guard-refused');
  await tick(page);
  await confirm(page).click();
  await expect(attached(page)).toContainText(good.name);
  await expect(attached(page).getByRole('listitem')).toHaveCount(1);
});

test('what is written in a scan is read on this PC', async ({ page }) => {
  const number = nir(52);
  const file = {
    name: 'scan.png',
    mimeType: 'image/png',
    buffer: await drawn(
      page,
      'image/png',
      'Attestation de droits',
      'Bénéficiaire : M. Durand',
      `N° de sécurité sociale : ${number}`,
    ),
  };
  await fillForm(page, 'Un scan');
  await pick(page, [file]);
  await expect(seen(page, file.name)).toContainText(
    `Numéro de sécurité sociale ••• ${number.slice(-4)}, page 1`,
    {
      timeout: 60_000,
    },
  );
  await button(popup(page), 'Annuler').click();
  await expect(popup(page)).toBeHidden();
});

test('where a photo was taken stays here', async ({ page, portal }) => {
  const plain = await drawn(page, 'image/jpeg', 'Écran de la caisse');
  const file = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: placed(plain) };
  await fillForm(page, 'Une photo');
  await pick(page, [file]);
  await expect(seen(page, file.name)).toContainText('Retiré de la copie qui part : le lieu de prise de vue', {
    timeout: 60_000,
  });
  await look(page, 'guard-photo');
  await tick(page);
  await confirm(page).click();
  await expect(attached(page)).toContainText(file.name);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const [held] = await portal.about(CLAIRE, 'Une photo');
  expect(held?.files.map((f) => f.sha256)).toEqual([sha256({ ...file, buffer: plain })]);
});

test('an invoice that is attached offers its number', async ({ page }) => {
  const file = paper('facture.pdf', 'FACTURE', 'Facture n° FA-2026-0417', 'Date : 12/11/2026');
  await fillForm(page, 'Numéro repris');
  await pick(page, [file]);
  await tick(page);
  await confirm(page).click();
  await expect(page.getByText(/À vérifier\s: Facture FA-2026-0417/)).toBeVisible();
  await look(page, 'guard-invoice');
  await button(page, 'Reprendre').click();
  await expect(field(page, 'Numéro de facture')).toHaveValue('FA-2026-0417');
  await button(page, 'Annuler').click(); // of the notice
  await expect(field(page, 'Numéro de facture')).not.toHaveValue('FA-2026-0417');
});

test('the same in English', async ({ page }) => {
  const file = text('export.txt', `Social security number: ${nir(36)}`);
  await fillForm(page, 'In English');
  await inEnglish(page);
  await pick(page, [file]);
  await expect(page.getByRole('dialog')).toContainText('Social security number •••');
  await expect(statement(page).or(page.getByRole('dialog').getByRole('checkbox')).first()).not.toBeChecked();
  await look(page, 'guard-english');
});
