import type { Locator, Page } from '@playwright/test';
import { expect, test } from './desk';
import { paste, pdf, type Sample } from './files';
import {
  assistantTo,
  attached,
  button,
  field,
  fillForm,
  heading,
  pick,
  popup,
  statement,
  tick,
} from './steps';

// What a press means is what somebody saw when they began it; nothing moves away under
// the pointer, and nothing is out of sight or out of reach.

const text = (name: string, content: string): Sample => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
});

// unlooked has every look at a file take until it is stopped.
async function unlooked(page: Page): Promise<void> {
  await page.routeWebSocket(/\/wails\/ipc/, (line) => {
    const program = line.connectToServer();
    line.onMessage((said) => {
      if (!String(said).includes('Guard.Screen')) program.send(said);
    });
  });
  await page.reload();
}

async function top(at: Locator): Promise<{ x: number; y: number }> {
  const box = await at.boundingBox();
  if (!box) throw new Error('not there');
  return { x: box.x + box.width / 2, y: box.y + 6 };
}

test('a double click on « Confirmer » cancels nothing while a file is looked at, and nothing moves', async ({
  page,
}) => {
  await unlooked(page);
  await fillForm(page, 'Double clic');
  await pick(page, [pdf('relevé.pdf')]);
  await tick(page);
  const confirm = button(popup(page), /^(Confirmer|Vérification…)$/);
  const cancel = button(popup(page), 'Annuler');
  const [before, left] = [await confirm.boundingBox(), await cancel.boundingBox()];
  const at = await top(confirm);
  await page.mouse.dblclick(at.x, at.y);
  await expect(button(popup(page), 'Ne pas attendre la vérification')).toBeVisible();
  expect(await confirm.boundingBox()).toEqual(before);
  expect(await cancel.boundingBox()).toEqual(left);
});

test('a double click on « Masquer » masks one number, and leaves the focus on the next or in the text', async ({
  page,
}) => {
  const [one, two] = ['1 85 05 78 006 084 91', '1 85 05 78 006 113 62'];
  await fillForm(page, 'Deux numéros');
  const typed = field(page, 'Description');
  await typed.fill(`Le ${one}\net le ${two}`);
  const lines = page.locator('.guard-line');
  await expect(lines).toHaveCount(2);
  const mask = button(lines.first(), 'Masquer');
  await mask.scrollIntoViewIfNeeded();
  await mask.dblclick();
  await expect(lines).toHaveCount(1);
  await expect(typed).toHaveValue(new RegExp(`${two}$`));
  await expect(button(lines, 'Masquer')).toBeFocused();
  await page.waitForTimeout(500);
  await button(lines, 'Masquer').dblclick();
  await expect(lines).toHaveCount(0);
  await expect(typed).toBeFocused();
});

for (const [width, height] of [
  [1120, 720],
  [1024, 700],
  [800, 600],
  [512, 350],
  [320, 600],
] as const)
  test(`the files that are confirmed can be seen beside those that are refused, at ${width}x${height}`, async ({
    page,
  }) => {
    await fillForm(page, 'Beaucoup de fichiers');
    await pick(page, [
      pdf('à joindre.pdf'),
      text('aussi.txt', 'Rien de particulier'),
      ...['un', 'deux', 'trois', 'quatre', 'cinq', 'six'].map((n) => text(`${n}.exe`, n)),
    ]);
    await expect(popup(page)).toContainText('Ces fichiers ne seront pas joints');
    await page.setViewportSize({ width, height });
    for (const name of ['à joindre.pdf', 'aussi.txt']) {
      const row = popup(page).getByRole('listitem').filter({ hasText: name });
      const shown = () =>
        row.evaluate((e) => {
          e.scrollIntoView({ block: 'nearest' });
          const own = e.getBoundingClientRect();
          let { top, bottom } = own;
          for (let a = e.parentElement; a && !a.matches('[role=dialog]'); a = a.parentElement) {
            const cut = a.getBoundingClientRect();
            if (getComputedStyle(a).overflowY === 'visible') continue;
            [top, bottom] = [Math.max(top, cut.top), Math.min(bottom, cut.bottom)];
          }
          const ask = document.querySelector('.popup-ask');
          if (ask && getComputedStyle(ask).position === 'sticky')
            bottom = Math.min(bottom, ask.getBoundingClientRect().top);
          return (bottom - top) / Math.min(own.height, 90);
        });
      await expect.poll(shown, name).toBeGreaterThan(0.9);
    }
    expect(await popup(page).evaluate((d) => d.scrollWidth - d.clientWidth)).toBeLessThanOrEqual(0);
    await statement(page).scrollIntoViewIfNeeded();
    await tick(page);
    await expect(button(popup(page), 'Confirmer')).toBeInViewport();
  });

test.describe('the pop-up has the focus and hears Escape, whatever opened it:', () => {
  const opened = async (page: Page) => {
    await expect(popup(page).and(page.locator(':focus-within'))).toBeVisible();
    await page.waitForTimeout(700); // the library takes the focus a second time
    await expect(popup(page).and(page.locator(':focus-within'))).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(popup(page)).toBeHidden();
  };

  test('a paste', async ({ page }) => {
    await fillForm(page, 'Collé');
    await field(page, 'Description').focus();
    await paste(page);
    await opened(page);
    await expect(field(page, 'Description')).toBeFocused();
  });

  test('files that are handed over', async ({ page }) => {
    await assistantTo(page, 'Fichiers et envoi', 'Donnés');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await pick(page, [pdf('relevé.pdf')]);
    await opened(page);
  });

  test('a press that is no pointer’s', async ({ page }) => {
    await assistantTo(page, 'Fichiers et envoi', 'Lecteur d’écran');
    const chooser = page.waitForEvent('filechooser');
    await page.locator('#field-files').evaluate((e: HTMLElement) => {
      e.focus();
      e.click();
    });
    await (await chooser).setFiles([{ ...pdf('relevé.pdf') }]);
    await opened(page);
  });
});

test('what is told moves no button, and gives the focus back', async ({ page }) => {
  await fillForm(page, 'Rien ne bouge');
  await pick(page, [pdf('relevé.pdf')]);
  await tick(page);
  await button(popup(page), 'Confirmer').click();
  await expect(popup(page)).toBeHidden({ timeout: 60_000 });
  const send = button(page, 'Envoyer');
  const before = await send.boundingBox();
  await button(page, 'Retirer relevé.pdf').focus();
  await page.keyboard.press('Enter');
  const toast = page.locator('.toast');
  await expect(toast).toBeVisible();
  const after = await send.boundingBox();
  expect(after).toEqual(before);
  const own = await toast.boundingBox();
  expect((own?.y ?? 0) >= (after?.y ?? 0) + (after?.height ?? 0), 'it lies below the button').toBe(true);
  await button(toast, 'Annuler').focus();
  await page.keyboard.press('Enter');
  await expect(toast).toBeHidden();
  await expect(attached(page)).toContainText('relevé.pdf');
  await expect(page.locator('body')).not.toBeFocused();
  await expect(page.locator(':focus')).toHaveCount(1);
});

test('a box that is moved by keys stays in sight', async ({ page }) => {
  await assistantTo(page, 'Fichiers et envoi', 'Au clavier');
  await pick(page, [pdf('relevé.pdf')]);
  await button(popup(page), 'Voir les pages de relevé.pdf').click({ timeout: 30_000 });
  const view = page.getByRole('dialog', { name: /^Pages de/ });
  await expect(view.getByRole('application').getByRole('img')).toBeVisible({ timeout: 20_000 });
  await button(view, 'Zoom 200\u202f%').click();
  const area = view.locator('.redact-area');
  await area.evaluate((e) => e.scrollTo(0, e.scrollHeight));
  await button(view, 'Ajouter un cadre').focus();
  await page.keyboard.press('Enter');
  const box = button(view, 'Cadre 1, page 1');
  await expect(box).toBeFocused();
  await expect(box).toBeInViewport({ ratio: 0.9 });
  const low = await box.boundingBox();
  expect(await area.evaluate((e) => e.scrollTop), 'it begins in what is seen').toBeGreaterThan(50);
  for (let i = 0; i < 19; i++) await page.keyboard.press('Shift+ArrowUp');
  await expect(box).toBeInViewport({ ratio: 0.9 });
  expect(low).not.toBeNull();
  expect(await area.evaluate((e) => e.scrollTop)).toBeLessThan(50);
  await button(view, 'Annuler').click();
  await expect(heading(page, /sortir du cabinet/)).toBeVisible();
});
