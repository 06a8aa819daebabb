import type { Recognised, Word } from './wire';

// What of the engine's answer is used.
interface Found {
  text: string;
  confidence: number;
  bbox: { x0: number; y0: number; x1: number; y1: number };
}
interface Page {
  blocks: { paragraphs: { lines: { words: Found[] }[] }[] }[] | null;
}

// readOut makes one answer of the engine's: blocks of paragraphs of lines of words.
// A paragraph ends with an empty line.
export function readOut(json: string, confidence: number, width: number, height: number): Recognised {
  const words: Word[] = [];
  const lines: string[] = [];
  for (const block of (JSON.parse(json) as Page).blocks ?? []) {
    for (const paragraph of block.paragraphs) {
      for (const line of paragraph.lines) {
        const read = line.words.filter((word) => word.text.trim() !== '');
        if (read.length === 0) continue;
        lines.push(read.map((word) => word.text.trim()).join(' '));
        for (const { text, confidence, bbox } of read) {
          const box = {
            x: bbox.x0 / width,
            y: bbox.y0 / height,
            w: (bbox.x1 - bbox.x0) / width,
            h: (bbox.y1 - bbox.y0) / height,
          };
          words.push({ text: text.trim(), confidence, box, line: lines.length });
        }
      }
      if (lines.length > 0 && lines.at(-1) !== '') lines.push('');
    }
  }
  return { text: lines.join('\n').trimEnd(), confidence: words.length === 0 ? 0 : confidence, words };
}
