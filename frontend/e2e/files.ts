import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';

// Files that people attach.

export interface Sample {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export function sha256(sample: Sample): string {
  return createHash('sha256').update(sample.buffer).digest('hex');
}

// pdf is a small PDF; no two with different names have the same bytes.
export function pdf(name: string, filler = 0): Sample {
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] >>';
  const text = [
    '%PDF-1.4',
    `% ${name} ${'.'.repeat(filler)}`,
    '1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj',
    '2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj',
    `3 0 obj ${page} endobj`,
    'trailer << /Root 1 0 R >>',
    '%%EOF',
  ];
  return { name, mimeType: 'application/pdf', buffer: Buffer.from(text.join('\n')) };
}

// pages is a PDF with text: the lines of each of its pages, from the top.
export function pages(name: string, ...lines: string[][]): Sample {
  const escaped = (text: string) => text.replace(/[\\()]/g, '\\$&');
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', ''];
  const add = (object: string) => `${objects.push(object)} 0 R`;
  const font = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  const kids = lines.map((page) => {
    const text = `BT /F 20 Tf 24 TL 50 780 Td ${page.map((l) => `(${escaped(l)}) Tj T*`).join(' ')} ET`;
    const content = add(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
    return add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F ${font} >> >> /Contents ${content} >>`,
    );
  });
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`;
  const body = objects.map((o, i) => `${i + 1} 0 obj ${o} endobj`).join('\n');
  const text = `%PDF-1.4\n% ${name}\n${body}\ntrailer << /Root 1 0 R >>\n%%EOF`;
  return { name, mimeType: 'application/pdf', buffer: Buffer.from(text, 'latin1') };
}

// cii is an electronic invoice that says its number by itself (Cross Industry Invoice).
export function cii(name: string, number: string): Sample {
  const space = 'urn:un:unece:uncefact:data:standard:';
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<i:CrossIndustryInvoice xmlns:i="${space}CrossIndustryInvoice:100" xmlns:r="${space}ReusableAggregateBusinessInformationEntity:100" xmlns:u="${space}UnqualifiedDataType:100">`,
    `<i:ExchangedDocument><r:ID>${number}</r:ID><r:TypeCode>380</r:TypeCode>`,
    '<r:IssueDateTime><u:DateTimeString format="102">20260302</u:DateTimeString></r:IssueDateTime></i:ExchangedDocument>',
    '<i:SupplyChainTradeTransaction><r:ApplicableHeaderTradeAgreement>',
    '<r:SellerTradeParty><r:Name>Logiciels du Ponant</r:Name></r:SellerTradeParty>',
    '</r:ApplicableHeaderTradeAgreement></i:SupplyChainTradeTransaction></i:CrossIndustryInvoice>',
  ];
  return { name, mimeType: 'application/xml', buffer: Buffer.from(text.join('\n')) };
}

// png is a real picture that says nothing beside what it shows: its pixels are the
// letters of its name, not packed, so that whoever searches the bytes finds them.
export function png(name: string, side = 48): Sample {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8); // eight bits, RGB
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(side * 3, name)]);
  const lines = Buffer.concat(Array.from({ length: side }, () => line));
  const buffer = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { name, mimeType: 'image/png', buffer };
}

function crc(bytes: Buffer): number {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let i = 0; i < 8; i++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}

export async function onDisk(folder: string, file: Sample): Promise<string> {
  const path = join(folder, file.name);
  await writeFile(path, file.buffer);
  return path;
}

// drop drags a file from outside onto the middle of the window, as the browser
// sees it: without the window's care it would show the file.
export async function drop(page: Page, path: string): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const at = { x: 560, y: 360, data: { items: [], files: [path], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', { type, ...at });
  await browser.detach();
}

// paste puts a screenshot, as the system names them, where the focus is.
export async function paste(page: Page): Promise<void> {
  await page.evaluate(
    ({ bytes, type }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'image.png', { type }));
      const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(paste);
    },
    { bytes: [...png('image.png').buffer], type: 'image/png' },
  );
}

// dropFiles drops files on the page as from a folder that is open beside it.
export async function dropFiles(page: Page, samples: Sample[]): Promise<void> {
  const sent = samples.map((s) => ({ ...s, buffer: s.buffer.toString('base64') }));
  await page.evaluate((files) => {
    const dataTransfer = new DataTransfer();
    for (const f of files) {
      const bytes = Uint8Array.from(atob(f.buffer), (c) => c.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], f.name, { type: f.mimeType }));
    }
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
  }, sent);
}
