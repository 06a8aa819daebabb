import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type axe from 'axe-core';

// What every screen is held to: no fault that axe finds, in the light and in
// the dark, and nothing to scroll sideways, however small the window is.

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const usual = { width: 1120, height: 720 };
const sizes = [
  { width: 1024, height: 700 },
  { width: 512, height: 350 }, // the same at 200 %
];

// look holds the page to it under that name. What opens above the page closes
// when the window changes its size: it is looked at in one size only.
export async function look(page: Page, name: string, above = false): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    expect.soft(await faults(page), `${name}, ${colorScheme}: no fault that axe finds`).toEqual([]);
    await shot(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (above) return;
  for (const size of sizes) {
    await page.setViewportSize(size);
    expect.soft(await tooWide(page), `${name} at ${size.width}: nothing to scroll sideways`).toEqual([]);
  }
  await page.setViewportSize(usual);
}

// settled waits for colours that are on their way to others.
function settled(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const ends = document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity);
    return Promise.allSettled(ends.map((a) => a.finished)).then(() => {});
  });
}

async function faults(page: Page): Promise<string[]> {
  // The content policy keeps scripts out of the page; the debugger is free.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  return page.evaluate(async (values) => {
    const { axe: run } = window as unknown as { axe: typeof axe };
    const { violations } = await run.run(document, { runOnly: { type: 'tag', values } });
    return violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary?.replace(/\s+/g, ' ')}`),
    );
  }, tags);
}

// tooWide lists what is wider than its place: the window, the page in it, a
// dialog above it.
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('html, main, nav, footer, [role=dialog], .dialog-body')]
      .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'hidden')
      .map((e) => `${e.tagName.toLowerCase()}.${e.className}: ${e.scrollWidth} in ${e.clientWidth}`),
  );
}

// shot keeps a picture of the page in the folder GUICHET_SHOTS, if it is set.
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.GUICHET_SHOTS;
  // Hiding the caret would add a style, which the content policy forbids.
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), caret: 'initial' });
}
