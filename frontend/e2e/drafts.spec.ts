import { crash, expect, open, test } from './desk';
import { pdf } from './files';
import { look } from './look';
import {
  assistantTo,
  atStep,
  attach,
  attached,
  begin,
  button,
  choose,
  DISPUTE,
  details,
  field,
  fillForm,
  foot,
  heading,
  link,
  listed,
  place,
  saved,
} from './steps';

// What is typed is kept, whatever happens next.

test('a power cut right after « Enregistré à » loses no word and no step', async ({ page, desk }) => {
  const subject = 'Coupure de courant';
  const text = 'Ce qui est tapé ici est encore là après la coupure : « éèà », 100 %.';
  await assistantTo(page, 'Détails');
  await details(page, subject);
  await field(page, 'Description').fill(text); // nobody presses or leaves anything
  await saved(page);
  await crash(page, desk);

  await desk.start();
  await open(page, desk);
  await expect(heading(page, `Reprendre « ${subject} »`)).toBeVisible(); // on the home page
  await place(page, 'Brouillons');
  await expect(page.getByRole('listitem').filter({ hasText: subject })).toHaveCount(1);
  await button(page, 'Nouvelle demande').focus(); // the list is used by keyboard as well
  await page.keyboard.press('Escape');
  await link(page, `Reprendre « ${subject} »`).click();
  await atStep(page, 'Détails');
  await expect(field(page, 'Description')).toHaveValue(text);
  await expect(field(page, 'Sujet')).toHaveValue(subject);
  await expect(field(page, 'Numéro de facture')).toHaveValue(DISPUTE.invoice);
});

test('the lists name a draft by what was typed last, and a page begins at its top', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await fillForm(page, 'Premier sujet');
  await field(page, 'Sujet').fill('Dernier sujet');
  await field(page, 'Description').focus(); // scrolls the page
  await link(page.getByRole('navigation'), /^Accueil/).click();
  await expect(heading(page, 'Reprendre « Dernier sujet »')).toBeVisible();
  await expect(heading(page, /^Bonjour/)).toBeInViewport({ ratio: 1 });
  await place(page, 'Brouillons');
  await expect(page.getByRole('listitem').filter({ hasText: 'Dernier sujet' })).toHaveCount(1);
});

test('somebody who types without a pause is saved all the same', async ({ page, desk }) => {
  await assistantTo(page, 'Détails');
  const typing = field(page, 'Description').pressSequentially('sans pause '.repeat(14), { delay: 20 });
  await expect(foot(page)).toContainText('Enregistrement…');
  await saved(page); // while the keys still come
  await expect(field(page, 'Description')).not.toHaveValue(/(sans pause ){14}/);
  await typing;
  await expect(foot(page)).toContainText('Enregistré à');
  await crash(page, desk);
  await desk.start();
  await open(page, desk, '/drafts');
  await link(page, /^Reprendre/).click();
  await atStep(page, 'Détails');
  await expect(field(page, 'Description')).toHaveValue(/^(sans pause ){10}/);
});

test('several drafts go on side by side, with their own words and files', async ({ page, desk }) => {
  const subjects = Array.from({ length: 5 }, (_, i) => `Brouillon numéro ${i + 1}`);
  for (const [i, subject] of subjects.entries()) {
    await (i % 2 ? fillForm(page, subject) : assistantTo(page, 'Fichiers et envoi', subject));
    await attach(page, [pdf(`pièce ${i + 1}.pdf`)]);
  }
  // Another one is begun and left in the middle of a word.
  await begin(page, 'Créer une demande');
  await choose(page, 'Assistance technique');
  await place(page, 'Brouillons');
  await expect(link(page, /^Brouillons.*6 brouillons/)).toBeVisible();
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(6);

  await link(page, `Reprendre « ${subjects[1]} »`).click();
  await expect(heading(page, 'Créer une demande')).toBeVisible();
  await field(page, 'Sujet').fill('Brouillon numéro 2, modifié');
  await place(page, 'Brouillons'); // leaving saves
  await link(page, `Reprendre « ${subjects[2]} »`).click();
  await expect(attached(page)).toContainText('pièce 3.pdf');
  await expect(attached(page).getByRole('listitem')).toHaveCount(1);

  await crash(page, desk);
  await desk.start();
  await open(page, desk, '/drafts');
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(6);
  await link(page, 'Reprendre « Brouillon numéro 2, modifié »').click();
  await expect(field(page, 'Description')).toHaveValue(DISPUTE.description);
  await expect(attached(page)).toContainText('pièce 2.pdf');
});

test('seventy drafts are all listed, the last saved first, and found by a word', async ({ page }) => {
  await page.evaluate(async () => {
    // Written by the same calls as by hand, only faster.
    const { Drafts } = (window as unknown as { go: { app: { Drafts: Calls } } }).go.app;
    interface Calls {
      Create(content: object): Promise<{ id: string }>;
      Save(id: string, revision: number, content: object): Promise<unknown>;
    }
    for (let i = 1; i <= 70; i++) {
      const content = { road: 'form', step: 'type', type: '', practice: '', category: '' };
      const { id } = await Drafts.Create({ ...content, values: {} });
      await Drafts.Save(id, 0, { ...content, values: { subject: `Série ${i}` } });
    }
  });
  await place(page, 'Brouillons');
  const rows = page.getByRole('main').getByRole('listitem');
  await expect(rows).toHaveCount(70);
  await expect(rows.first()).toContainText('Série 70');
  await expect(rows.last()).toContainText('Série 1');
  await place(page, 'Demandes');
  await expect(listed(page, 'Série 70')).toBeVisible();
  await page.getByRole('searchbox', { name: /^Filtrer/ }).fill('serie 42');
  await expect(page.getByRole('rowheader', { name: /^Série/ })).toHaveCount(1);
  await listed(page, 'Série 42').click();
  await expect(heading(page, 'Créer une demande')).toBeVisible();
});

test('a draft that was deleted comes back whole with « Annuler »', async ({ page, desk }) => {
  const subject = 'Supprimé par erreur';
  await fillForm(page, subject);
  await attach(page, [pdf('à garder.pdf')]);
  await place(page, 'Brouillons');
  await button(page, `Supprimer le brouillon « ${subject} »`).click();
  await expect(heading(page, 'Aucun brouillon')).toBeVisible();
  await expect(page.getByText(`« ${subject} » est supprimé.`)).toBeVisible();
  await button(page, 'Annuler').click();
  await link(page, `Reprendre « ${subject} »`).click();
  await expect(field(page, 'Description')).toHaveValue(DISPUTE.description);
  await expect(attached(page)).toContainText('à garder.pdf');

  // Without « Annuler » it stays away, also after a restart.
  await place(page, 'Brouillons');
  await button(page, `Supprimer le brouillon « ${subject} »`).click();
  await expect(heading(page, 'Aucun brouillon')).toBeVisible();
  await crash(page, desk);
  await desk.start();
  await open(page, desk, '/drafts');
  await expect(heading(page, 'Aucun brouillon')).toBeVisible();
});

test('a draft that is changed in two windows at once loses neither text', async ({ page, desk, context }) => {
  await fillForm(page, 'Deux fenêtres');
  await saved(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await field(other, 'Description').fill('Le texte de l’autre fenêtre.');
  await saved(other);
  await other.close();

  await field(page, 'Description').fill('Le texte de cette fenêtre.');
  const conflict = page.getByRole('alert').filter({ hasText: 'Ce brouillon a été modifié ailleurs' });
  await expect(conflict).toContainText('rien n’est perdu, quel que soit votre choix');
  await expect(field(page, 'Description')).toHaveValue('Le texte de cette fenêtre.');
  await look(page, 'draft-conflict');
  await button(conflict, 'Prendre l’autre, et garder la mine à part').click();
  await expect(field(page, 'Description')).toHaveValue('Le texte de l’autre fenêtre.');
  await crash(page, desk);
  await desk.start();
  await open(page, desk, '/drafts');
  const rows = link(page, 'Reprendre « Deux fenêtres »');
  await expect(rows).toHaveCount(2);
  const texts: string[] = [];
  for (const i of [0, 1]) {
    await rows.nth(i).click();
    texts.push(await field(page, 'Description').inputValue());
    await place(page, 'Brouillons');
  }
  expect(texts.sort()).toEqual(['Le texte de cette fenêtre.', 'Le texte de l’autre fenêtre.']);
});
