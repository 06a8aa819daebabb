import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type axe from 'axe-core';
import { noteLook } from './looked';

// What every screen is held to, in the light, in the dark and in the colours that Windows
// forces on it, in French and in English, at 100 and at 200 %: no fault that axe finds, and
// nothing to scroll sideways; that also at 400 %, which leaves 320 pixels.

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const themes = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'dark', forcedColors: 'active' },
} as const;
const languages = ['fr', 'en'] as const;
type Language = (typeof languages)[number];

const small = { width: 1024, height: 700 }; // as most PCs at a desk show it
const zoomed = { width: 512, height: 350 }; // the same at 200 %
const narrow = { width: 320, height: 640 }; // 1280 at 400 %

interface Held {
  // What is read anew in another language, and is not there for a moment, is looked at in
  // this one; the test looks at it in the other.
  asItIs?: boolean;
}

// look holds the page to it under that name. Whatever stands above it, a menu or a dialog,
// has to stay there in any size and language.
export async function look(page: Page, name: string, { asItIs = false }: Held = {}): Promise<void> {
  const began = Date.now();
  const before = page.viewportSize() ?? small;
  const spoken = await language(page);
  const both = asItIs ? [spoken] : [spoken, ...languages.filter((l) => l !== spoken)];
  let open: string[] | undefined; // once whatever was just pressed has opened it
  let looked = 0;
  let found = 0;
  for (const lang of both) {
    await speak(page, lang);
    for (const size of [before, zoomed, narrow, small]) {
      await page.setViewportSize(size);
      if (size === before || size === zoomed)
        for (const [theme, media] of Object.entries(themes)) {
          const at = `${name}-${lang}-${theme}${size === zoomed ? '-200' : ''}`;
          await page.emulateMedia(media);
          const all = await faults(page);
          looked++;
          found += all.length;
          expect.soft(all, `${at}: no fault that axe finds`).toEqual([]);
          if (size === before || theme === 'light') await shot(page, at);
        }
      await page.emulateMedia(themes.light);
      open ??= await above(page);
      const at = `${name}-${lang} at ${size.width}`;
      expect.soft(await tooWide(page), `${at}: nothing to scroll sideways`).toEqual([]);
      expect.soft(await twice(page), `${at}: every id is there once`).toEqual([]);
      expect.soft(await above(page), `${at}: what stands above the page stays there`).toEqual(open);
    }
    await page.setViewportSize(before);
  }
  await speak(page, spoken);
  const ms = Date.now() - began;
  test.info().setTimeout(test.info().timeout + ms); // the time is not the test's own
  noteLook(test.info().project.outputDir, { name, looked, found, ms });
}

// twice lists the ids that are there several times.
function twice(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    return ids.filter((id, i) => ids.indexOf(id) < i);
  });
}

// above lists what stands above the page.
function above(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[role=dialog], [role=alertdialog], dialog[open], .popover')].map(
      (e) => e.getAttribute('role') ?? e.tagName,
    ),
  );
}

async function language(page: Page): Promise<Language> {
  return (await page.locator('html').getAttribute('lang')) === 'en' ? 'en' : 'fr';
}

interface Host {
  go: { app: { Window: { Settings(): Promise<{ language: string }> } } };
  wails: { EventsNotify(event: string): void };
  ownSettings?: () => Promise<{ language: string }>;
}

// speak has the page be told another language, as if it had just been chosen, while whatever
// stands above the page stays there; nothing is stored, so that it works behind a lock as
// well. Where settings cannot be read the window has the language that it had last, and
// begins again.
async function speak(page: Page, language: Language): Promise<void> {
  const again = await page.evaluate(async (language) => {
    if (document.documentElement.lang === language) return false;
    const host = window as unknown as Host;
    host.ownSettings ??= host.go.app.Window.Settings;
    const own = host.ownSettings;
    const now = await own().catch(() => undefined);
    if (!now) {
      localStorage.setItem('language', language);
      return true;
    }
    host.go.app.Window.Settings =
      now.language === language ? own : async () => ({ ...(await own()), language });
    host.wails.EventsNotify(JSON.stringify({ name: 'changed', data: ['session'] }));
    return false;
  }, language);
  if (again) await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  await expect(page.getByRole('heading').first()).toBeVisible();
}

// settled waits for what a new size brings with it, and for colours on their way to others.
export function settled(page: Page): Promise<unknown> {
  return page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    const ends = document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ends.map((a) => a.finished));
  });
}

async function faults(page: Page): Promise<string[]> {
  await settled(page);
  // The content policy keeps scripts out of the page; the debugger is free.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  return page.evaluate(async (values) => {
    const { axe: run } = window as unknown as { axe: typeof axe };
    const only = { runOnly: { type: 'tag' as const, values }, resultTypes: ['violations' as const] };
    const { violations } = await run.run(document, only);
    return violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary?.replace(/\s+/g, ' ')}`),
    );
  }, tags);
}

// tooWide lists what is wider than its place: the window, the page in it, a
// dialog above it; and what in it reaches out.
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const named = (e: Element) => `${e.tagName.toLowerCase()}.${e.className}`;
    const scrolls = (e: Element) => getComputedStyle(e).overflowX !== 'visible';
    return [...document.querySelectorAll('html, main, nav, footer, [role=dialog], .dialog-body')]
      .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'hidden')
      .map((e) => {
        const edge = e.getBoundingClientRect().left + e.clientWidth + 1;
        const out = [...e.querySelectorAll('*')].filter((c) => c.getBoundingClientRect().right > edge);
        const own = out.filter((c) => !out.some((o) => o !== c && o.contains(c) && scrolls(o)));
        return `${named(e)}: ${e.scrollWidth} in ${e.clientWidth}: ${own.slice(0, 6).map(named).join(', ')}`;
      });
  });
}

// shot keeps a picture of the page in the folder GUICHET_SHOTS, if it is set.
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.GUICHET_SHOTS;
  // Hiding the caret would add a style, which the content policy forbids.
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), caret: 'initial', fullPage: true });
}
