import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { test as base, expect } from './desk';
import { cii } from './files';
import { settled, tooWide } from './look';
import { Longer } from './pseudo/longer';

// The window in a language that nobody speaks (pseudo/longer.ts), at 1024 x 700: every word
// of ours comes from src/text, and there is room for languages that need more of it.

const from = (...path: string[]) => readFileSync(join(import.meta.dirname, '../..', ...path), 'utf8');

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

// What is data, not wording: catalogue, demo portal, what is typed below.
const data = plain(
  [
    from('internal/catalogue/default.json'),
    from('internal/portald/demo.go'),
    from('internal/portald/agent.go'),
    from('internal/portald/democontracts.go'),
  ].join('\n'),
);
const typed = [
  'Sujet libre',
  'Texte libre',
  'facture.xml',
  'Logiciels du Ponant',
  'Guichet',
  'Français',
  'English',
  'Suggestions', // the library's own: in pick lists, and to leave what opens
  'Rejeter',
];

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from the pattern
  built: async ({}, use) => {
    const longer = await Longer.build();
    await use(longer.dir);
    await longer.close();
  },
});

interface Word {
  text: string;
  at: string;
}

// strangers are the words on the screen that are neither in brackets nor data.
async function strangers(page: Page): Promise<string[]> {
  const words = await page.evaluate(() => {
    const found: Word[] = [];
    const note = (text: string, e: Element) =>
      found.push({ text, at: `${e.tagName.toLowerCase()}.${e.className}` });
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walker.nextNode(); n; n = walker.nextNode()) {
      const e = n.parentElement;
      if (e && !e.closest('script, style, .help-findings, .help-good') && e.getClientRects().length > 0)
        note(n.textContent ?? '', e);
    }
    for (const e of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
        const text = e.getAttribute(name);
        if (text) note(text, e);
      }
    return found;
  });
  return [...new Set(words.filter((w) => !isOurs(w.text)).map((w) => `${w.at}: ${w.text}`))];
}

const DATES =
  /^(le )?(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)? ?\d{1,2}(er)? \p{L}+\.?( \d{4})?$/u;

// isOurs tells of a text whether all of it stands in brackets, or is data.
function isOurs(text: string): boolean {
  const bare = plain(text).replace(/⟦.*⟧/gs, ' ');
  return bare.split(', ').every((piece) => {
    const part = piece.trim();
    if (!/\p{L}{2}/u.test(part) || DATES.test(part)) return true;
    if (/[⟦⟧]|aa|ee|ii|oo|uu|éé/.test(part)) return true; // a line of a longer text
    return (
      typed.some((t) => part.includes(t)) ||
      data.includes(part) ||
      /^[A-Z]{2,3}-\d{4}-\d+$|^\d[\d .:/-]*\p{L}{0,3}$/u.test(part)
    );
  });
}

// clipped are words of ours that are cut off.
function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent?.includes('⟦')))
      .filter((e) => e.getClientRects().length > 0 && !e.closest('.sr'))
      // A name that somebody gave may be cut off, with its rest in its tooltip or its page.
      .filter((e) => /^⟦[^⟦]*⟧$/.test(e.textContent ?? ''))
      .filter((e) => {
        const style = getComputedStyle(e);
        const wide =
          e.scrollWidth > e.clientWidth + 1 && style.overflowX !== 'visible' && style.display !== 'inline';
        const high =
          e.scrollHeight > e.clientHeight + 3 && style.overflowY === 'hidden' && style.display !== 'inline';
        const box = e.getBoundingClientRect();
        return wide || high || box.right > innerWidth + 1 || box.left < -1;
      })
      .map((e) => `${e.tagName.toLowerCase()}.${e.className}: ${e.textContent?.slice(0, 80)}`),
  );
}

test.use({ viewport: { width: 1024, height: 700 }, contextOptions: { reducedMotion: 'reduce' } });

test('every word comes from src/text, and longer words fit', async ({ page }) => {
  test.slow();
  let screens = 0;
  const look = async (name: string) => {
    await settled(page);
    screens++;
    expect.soft(await strangers(page), `${name}: words that are not from src/text`).toEqual([]);
    expect.soft(await clipped(page), `${name}: words that are cut off`).toEqual([]);
    expect.soft(await tooWide(page), `${name}: wider than its place`).toEqual([]);
  };
  const go = async (place: string) => {
    await page.evaluate((to) => location.assign(`#${to}`), place);
    await expect(page.locator('main h1')).toContainText('⟦');
  };
  await expect(page.locator('main h1')).toContainText('⟦');
  await look('home');
  for (const place of ['dashboard', 'requests', 'drafts', 'outbox', 'contracts', 'privacy', 'help']) {
    await go(`/${place}`);
    await page.waitForFunction(() => !document.querySelector('main')?.textContent?.includes('cours'));
    await look(place);
  }
  await go('/requests');
  await page.locator('[data-index="0"]').press('Enter');
  await expect(page.locator('main .conversation, main section').first()).toBeVisible();
  await look('request');
  await page.keyboard.press('F1');
  await expect(page.locator('[role=dialog]')).toBeVisible();
  await look('guide');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.locator('[role=dialog] input')).toBeFocused();
  await look('commands');
  await page.keyboard.press('Escape');
  for (const button of ['.nav-new', '.person', '.bell']) {
    await page.locator(button).click();
    await expect(page.locator('.popover')).toBeVisible();
    await look(`menu ${button}`);
    await page.keyboard.press('Escape');
    await expect(page.locator('.popover')).toHaveCount(0);
  }
  await page.keyboard.press('Control+Shift+N');
  await expect(page.locator('.steps')).toBeVisible();
  await look('assistant, type');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.summary, [role=region]').first()).toBeVisible();
  await look('assistant, missing');
  await page.locator('input[type=radio]').first().press('Space');
  for (const step of ['practice', 'category']) {
    await page.keyboard.press('Control+Enter');
    await look(`assistant, ${step}`);
  }
  await page.locator('input[type=radio]').first().press('Space');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('#field-subject')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await look('assistant, details');
  await page.keyboard.press('Control+n');
  await expect(page.locator('.form')).toBeVisible();
  await page.locator('input[type=radio]').first().press('Space');
  await page.locator('input[type=file]').setInputFiles([cii('facture.xml', 'FA-2026-0778')]);
  await expect(page.locator('[role=dialog] input[type=checkbox]')).toHaveCount(2, { timeout: 60_000 });
  await look('confirming files');
  await page.locator('[role=dialog] label').first().click();
  await page.locator('#popup-confirm').click();
  await expect(page.locator('[role=dialog]')).toHaveCount(0);
  await page.locator('#field-description').fill('Texte libre');
  await look('form');
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/#\/sent\//);
  await look('sent');
  process.stdout.write(`longer words: ${screens} screens\n`);
});
