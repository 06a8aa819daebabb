import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test';

// What the looks at screens (look.ts) come to, told at the end of a run.

export interface Looked {
  name: string; // of the screen
  looked: number; // variants: theme, language and size
  found: number; // faults
  ms: number;
}

const file = (folder: string) => join(folder, 'looks.jsonl');

// noteLook keeps one look; the folder is emptied at the beginning of each run.
export function noteLook(folder: string, one: Looked): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(file(folder), `${JSON.stringify(one)}\n`);
}

function looks(folder: string): Looked[] {
  try {
    return readFileSync(file(folder), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } catch {
    return []; // none was looked at
  }
}

export default function tell(config: FullConfig): void {
  const all = config.projects.flatMap((p) => looks(p.outputDir));
  if (all.length === 0) return;
  const sum = (of: (one: Looked) => number) => all.reduce((n, one) => n + of(one), 0);
  const screens = new Set(all.map((one) => one.name)).size;
  process.stdout.write(
    `looks: ${screens} screens, ${sum((o) => o.looked)} variants (theme, language, size) seen by axe, ` +
      `${sum((o) => o.found)} faults, ${Math.round(sum((o) => o.ms) / 1000)} s\n`,
  );
}
