import type { Locator, Page } from '@playwright/test';
import { expect, test } from './desk';
import { cii, dropFiles, pages, type Sample } from './files';
import { CLAIRE } from './portal';
import { button, DISPUTE, field, heading, pickCategory, place, popup } from './steps';

// What it costs to contest an invoice with the file of it: inputs beside the free text,
// counted while they are made, and the time that they take by the keystroke-level model
// (Card, Moran, Newell 1980: key 0.28 s, pointing 1.1 s, button 0.2 s, thinking 1.35 s a
// step). Answers that the person knows by heart, as a number, are keys like others.

const KEY = 0.28;
const POINT = 1.1 + 0.2;
const THINK = 1.35;

class Hand {
  keys = 0;
  clicks = 0;
  drops = 0;
  free = 0; // characters of the subject and the description
  screens = 1;

  constructor(private readonly page: Page) {}

  async click(what: Locator): Promise<void> {
    await what.click();
    this.clicks++;
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    this.keys += keys.length;
  }

  // type writes where the focus is; free: what only the person can say.
  async type(text: string, free = false): Promise<void> {
    await this.page.keyboard.type(text);
    if (free) this.free += text.length;
    else this.keys += text.length;
  }

  async drop(file: Sample): Promise<void> {
    await dropFiles(this.page, [file]);
    this.drops++;
  }

  async next(title: string): Promise<void> {
    await expect(heading(this.page, new RegExp(title))).toBeVisible();
    this.screens++;
  }

  get inputs(): number {
    return this.keys + this.clicks + this.drops;
  }

  told(road: string): string {
    const seconds = this.keys * KEY + (this.clicks + this.drops) * POINT + this.screens * THINK;
    const figures = [
      `${this.inputs} inputs beside the free text`,
      `(${this.clicks} clicks, ${this.keys} keys, ${this.drops} drops)`,
      `${this.screens} steps, ${seconds.toFixed(0)} s`,
      `and ${this.free} characters, ${(this.free * KEY).toFixed(0)} s`,
    ];
    return `effort, ${road}: ${figures.join(', ')}`;
  }
}

const DESCRIPTION = 'La maintenance est comptée deux fois.';

const paper = () => pages('facture.pdf', ['Maintenance', 'Total 120,00']);

// confirms says that the file may leave.
async function confirms(page: Page, hand: Hand): Promise<void> {
  await expect(popup(page)).toContainText('Vérifié', { timeout: 60_000 });
  await hand.click(
    popup(page)
      .locator('label')
      .filter({ hasText: /^(Je confirme|I confirm)/ }),
  );
  await hand.click(button(popup(page), 'Confirmer'));
  await expect(popup(page)).toBeHidden({ timeout: 60_000 });
}

async function sent(page: Page): Promise<void> {
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
}

const radio = (page: Page, name: string) =>
  page.locator('label').filter({ has: page.getByRole('radio', { name }) });

test('what contesting an invoice with its file costs, by each road', async ({ page, portal }) => {
  test.slow();
  const byAssistant = new Hand(page);
  await byAssistant.click(
    button(page, 'Assistant')
      .or(page.getByRole('link', { name: 'Assistant' }))
      .first(),
  );
  await byAssistant.next('De quoi');
  await byAssistant.click(radio(page, DISPUTE.type));
  await byAssistant.press('Control+Enter');
  await byAssistant.next('Cabinet');
  await byAssistant.press('Control+Enter');
  await byAssistant.next('Catégorie');
  await byAssistant.click(radio(page, DISPUTE.category));
  await byAssistant.press('Control+Enter');
  await byAssistant.next('Détails');
  await byAssistant.click(field(page, 'Numéro de facture'));
  await byAssistant.type(DISPUTE.invoice);
  await byAssistant.click(field(page, 'Sujet'));
  await byAssistant.type('Assistant', true);
  await byAssistant.press('Tab');
  await byAssistant.type(DESCRIPTION, true);
  await byAssistant.press('Control+Enter');
  await byAssistant.next('Fichiers et envoi');
  await byAssistant.drop(paper());
  await confirms(page, byAssistant);
  await byAssistant.press('Control+Enter');
  await sent(page);

  const byForm = new Hand(page);
  await byForm.press('Control+n');
  await expect(heading(page, 'Créer une demande')).toBeVisible();
  await byForm.click(radio(page, DISPUTE.type));
  await pickCategory(page, DISPUTE.category);
  byForm.clicks += 2;
  await byForm.click(field(page, 'Numéro de facture'));
  await byForm.type(DISPUTE.invoice);
  await byForm.click(field(page, 'Sujet'));
  await byForm.type('Formulaire', true);
  await byForm.press('Tab');
  await byForm.type(DESCRIPTION, true);
  await byForm.drop(paper());
  await confirms(page, byForm);
  await byForm.press('Control+Enter');
  await sent(page);

  // An invoice that says its own number, dropped on the window.
  const byDrop = new Hand(page);
  await place(page, 'Tableau de bord');
  await byDrop.drop(cii('FA-2026-0777.xml', 'FA-2026-0777'));
  await confirms(page, byDrop);
  await expect(field(page, 'Sujet')).toHaveValue('Facture FA-2026-0777');
  await expect(field(page, 'Description')).toBeFocused();
  await byDrop.type(DESCRIPTION, true);
  await byDrop.press('Control+Enter');
  await sent(page);
  const [held] = await portal.about(CLAIRE, 'Facture FA-2026-0777');
  expect(held?.category).toBe('invoice-dispute');
  expect(held?.files).toHaveLength(1);

  for (const line of [
    byAssistant.told('Assistant'),
    byForm.told('form'),
    byDrop.told('invoice dropped on the window'),
  ])
    process.stdout.write(`${line}\n`);
  expect(byDrop.inputs).toBeLessThanOrEqual(4);
  expect(byForm.inputs).toBeLessThanOrEqual(byAssistant.inputs);
});
