import { expect, type Page, test } from '@playwright/test';
import type { Reader } from './ocr/page';
import { Shipped } from './shipped';

// How many social security numbers are found again on pages as an office scans them:
// letters, forms and tables in six fonts and three sizes, 200 dpi, grey; every
// second one a little askew, soft and noisy. Numbers that a table's cell breaks over two
// lines are counted apart.

const SEED = Number(process.env.GUICHET_SEED ?? 7);
const FONTS = [
  'DejaVu Sans',
  'DejaVu Serif',
  'DejaVu Sans Mono',
  'Liberation Sans',
  'Liberation Serif',
  'Liberation Mono',
];
const LABELS = [
  'N° de sécurité sociale :',
  'NIR',
  'Assuré(e) :',
  'Numéro d’immatriculation',
  'N° SS',
  'Matricule',
];
const WORDS =
  'Madame, Monsieur, veuillez trouver ci-joint le relevé des prestations versées au cours du trimestre écoulé par votre caisse. Les montants indiqués sont exprimés en euros, toutes taxes comprises. Le règlement sera effectué par virement sur le compte dont les coordonnées nous ont été communiquées.'.split(
    ' ',
  );

let state = SEED;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const int = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
const digits = (n: number, length: number) => String(n).padStart(length, '0');
const sentence = (n: number) => {
  const at = int(0, WORDS.length - 1);
  return Array.from({ length: n }, (_, i) => WORDS[(at + i) % WORDS.length]).join(' ');
};

// keyed tells whether the last two digits are the key of the others.
const keyed = (nir: string) => {
  const n = BigInt(nir.slice(0, 13).replace('2A', '19').replace('2B', '18'));
  return 97n - (n % 97n) === BigInt(nir.slice(13));
};

function nir(): string {
  const where = random() < 0.1 ? '2A' : digits(int(1, 19), 2);
  const body = `${int(1, 2)}${digits(int(30, 99), 2)}${digits(int(1, 12), 2)}${where}${digits(int(1, 899), 3)}${digits(int(1, 999), 3)}`;
  const key = Array.from({ length: 97 }, (_, i) => digits(i + 1, 2)).find((k) => keyed(body + k));
  return body + key;
}

const spaced = (s: string) => [
  s[0],
  s.slice(1, 3),
  s.slice(3, 5),
  s.slice(5, 7),
  s.slice(7, 10),
  s.slice(10, 13),
  s.slice(13),
];
const SHAPES = [' ', '', '.', '-', '\u00a0'];

const BROKEN = 3; // a table whose cells are too narrow for a number: it stands on two lines

function sheet(font: string, size: number, kind: number): { html: string; planted: string[] } {
  const planted = Array.from({ length: 8 }, nir);
  const body = planted.map((number, i) => {
    const shown = spaced(number).join(SHAPES[i % SHAPES.length]);
    const label = LABELS[i % LABELS.length];
    if (kind === 0) return `<p>${sentence(25)} ${label} ${shown}, ${sentence(12)}.</p>`;
    if (kind === 1)
      return `<p>Nom : MARTIN</p><p><b>${label}</b> ${shown}</p><p>Montant : ${int(10, 900)},50 €</p>`;
    const row = (cell: string) =>
      `<tr><td>LE GOFF Anne</td><td>${cell}</td><td>12/03/2026</td><td>${int(10, 900)},20 €</td></tr>`;
    return `<table>${row(shown)}${row(`FA-2026-${int(1000, 9999)}`)}</table>`;
  });
  const style = `body{margin:0;background:#fff}div{font:${size}pt '${font}';width:170mm;padding:20mm;line-height:1.25}table{border-collapse:collapse;width:100%}td{border:1px solid #444;padding:1mm 2mm${kind === BROKEN ? ';width:25%' : ';white-space:nowrap'}}`;
  return { html: `<style>${style}</style><div>${body.join('')}<p>${sentence(40)}</p></div>`, planted };
}

// scanned is a picture as a scanner gives it; pictures travel in base64.
async function scanned(page: Page, picture: string, poorly: boolean, angle: number): Promise<string> {
  return page.evaluate(
    async ({ picture, poorly, angle }) => {
      const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const g = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      g.fillStyle = '#fff';
      g.fillRect(0, 0, canvas.width, canvas.height);
      g.translate(canvas.width / 2, canvas.height / 2);
      g.rotate((angle * Math.PI) / 180);
      g.filter = poorly ? 'grayscale(1) blur(0.6px)' : 'grayscale(1)';
      g.drawImage(bitmap, -canvas.width / 2, -canvas.height / 2);
      if (poorly) {
        const all = g.getImageData(0, 0, canvas.width, canvas.height);
        let s = 1;
        for (let i = 0; i < all.data.length; i += 4) {
          s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
          const v = 20 + ((all.data[i] ?? 0) * 225) / 255 + ((s >>> 16) / 65536 - 0.5) * 24;
          all.data[i] = all.data[i + 1] = all.data[i + 2] = v;
        }
        g.putImageData(all, 0, 0);
      }
      const out = new FileReader();
      const read = new Promise((done) => out.addEventListener('load', done));
      out.readAsDataURL(await canvas.convertToBlob());
      await read;
      return String(out.result).split(',')[1] ?? '';
    },
    { picture, poorly, angle },
  );
}

test.use({ viewport: { width: 794, height: 1123 }, deviceScaleFactor: 200 / 96 });

test('numbers on scanned pages are found again', async ({ page, context }) => {
  test.setTimeout(600_000);
  const shipped = await Shipped.start('ocr');
  const reader = await context.newPage();
  await reader.goto(shipped.address);
  const clean = { found: 0, all: 0 };
  const poor = { found: 0, all: 0 };
  const broken = { found: 0, all: 0 };
  let ms = 0;
  let pages = 0;
  let sheets = 0; // but those of broken numbers
  for (const font of FONTS) {
    for (const [size, kind] of [
      [9, pages % 3],
      [10, (pages + 1) % 3],
      [12, (pages + 2) % 3],
      [12, BROKEN],
    ] as const) {
      const { html, planted } = sheet(font, size, kind);
      await page.setContent(html);
      const poorly = kind !== BROKEN && sheets++ % 2 === 1;
      const picture = await scanned(
        page,
        (await page.screenshot()).toString('base64'),
        poorly,
        poorly ? random() * 2 - 1 : 0,
      );
      const [text, took] = await reader.evaluate(async (b) => {
        const from = performance.now();
        const bytes = Array.from(atob(b), (c) => c.charCodeAt(0));
        const { text } = await (window as unknown as Reader).read(bytes);
        return [text, performance.now() - from] as const;
      }, picture);
      const seen = [...text.matchAll(/[12](?:[ .\-\u00a0\n]{0,2}[0-9AB]){14}/g)].map((m) =>
        m[0].replace(/[^0-9AB]/g, ''),
      );
      const of = kind === BROKEN ? broken : poorly ? poor : clean;
      of.found += planted.filter((n) => seen.includes(n)).length;
      of.all += planted.length;
      ms += took;
      pages++;
    }
  }
  await shipped.stop();
  const figures = `clean ${clean.found} of ${clean.all} numbers, poor ${poor.found} of ${poor.all}, broken over two lines ${broken.found} of ${broken.all}`;
  // biome-ignore lint/suspicious/noConsole: this is what is measured
  console.log(`scans: ${figures}, ${(ms / pages / 1000).toFixed(1)} s a page, seed ${SEED}`);
  expect(clean.found / clean.all).toBeGreaterThanOrEqual(0.95);
});
