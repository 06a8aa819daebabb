import { expect, test } from './desk';
import { pdf, png, sha256 } from './files';
import { CLAIRE, type Person } from './portal';
import {
  assistantTo,
  atStep,
  attach,
  attached,
  begin,
  button,
  categories,
  choose,
  DISPUTE,
  details,
  field,
  fillForm,
  heading,
  link,
  next,
  pickCategory,
  send,
} from './steps';

// Both roads, with a connection: what was written and attached is at the portal.

const towns = ['Nantes', 'Lorient', 'Angers', 'Quimper', 'Brest', 'Vannes', 'Rennes', 'Laval'];
const nadia: Person = {
  id: 'nadia',
  name: 'Nadia Benali',
  practices: towns.map((town, i) => ({
    id: `practice-${i}`,
    name: `Cabinet ${['du Marché', 'des Écoles', 'du Vieux Port', 'Pasteur'][i % 4]} ${i + 1}`,
    town,
    roles: ['admin'],
  })),
};

test.describe('with many practices', () => {
  test.use({ people: [nadia], person: nadia.id });

  test('the Assistant sends a dispute with its file, and every word survives going back', async ({
    page,
    portal,
  }) => {
    const subject = 'Double facturation de l’option agenda';
    const file = pdf('facture avril.pdf');
    await begin(page, 'Assistant');
    await choose(page, DISPUTE.type);
    await next(page);

    await atStep(page, 'Cabinet');
    const search = page.getByRole('searchbox', { name: 'Chercher par nom ou par ville' });
    const practices = page.getByRole('option');
    await expect(practices).toHaveCount(8);
    await search.fill('ecol'); // any part of the name, without its accent
    await expect(practices).toHaveText([/des Écoles 2/, /des Écoles 6/]);
    await search.fill('quimp'); // or of the town
    await expect(practices).toHaveText([/Pasteur 4\W*Quimper/]);
    await search.fill('nulle part');
    await expect(page.getByText('Aucun cabinet de ce nom.')).toBeVisible();
    await search.fill('quimp');
    await practices.first().click();
    await next(page);

    await atStep(page, 'Catégorie');
    await choose(page, 'Litige de facture');
    await next(page);

    await atStep(page, 'Détails');
    await next(page); // a number is needed: which one, the person chooses
    await expect(page.getByRole('button', { name: 'Remplissez « Numéro de facture ».' })).toBeVisible();
    await choose(page, 'Autre référence');
    await expect(field(page, 'Numéro de référence')).toBeVisible();
    await choose(page, 'Commande');
    await expect(field(page, 'Numéro de commande')).toBeVisible();
    await expect(field(page, 'Numéro de facture')).toBeHidden();
    await choose(page, 'Facture');
    await details(page, subject);
    await field(page, 'Votre référence').fill('COMPTA 12');
    await next(page);

    await atStep(page, 'Fichiers et envoi');
    await attach(page, [file]);
    await button(page, 'Prévisualiser').click();
    const preview = page.getByRole('dialog');
    for (const text of [subject, DISPUTE.invoice, 'COMPTA 12', 'Quimper', file.name, DISPUTE.description])
      await expect(preview).toContainText(text);
    await button(preview, 'Revenir à la demande').click();
    await expect(preview).toBeHidden();

    for (const step of ['Détails', 'Catégorie', 'Cabinet', 'Type']) {
      await button(page, 'Précédent').click();
      await atStep(page, step);
    }
    await expect(page.getByRole('radio', { name: DISPUTE.type })).toBeChecked();
    await next(page);
    await expect(page.getByRole('option', { name: 'Quimper' })).toHaveAttribute('aria-selected', 'true');
    await next(page);
    await expect(page.getByRole('radio', { name: 'Litige de facture' })).toBeChecked();
    await next(page);
    await expect(field(page, 'Numéro de facture')).toHaveValue(DISPUTE.invoice);
    await expect(field(page, 'Votre référence')).toHaveValue('COMPTA 12');
    await expect(field(page, 'Sujet')).toHaveValue(subject);
    await expect(field(page, 'Description')).toHaveValue(DISPUTE.description);
    await next(page);
    await expect(attached(page)).toContainText(file.name);

    await send(page);
    await expect(heading(page, 'Demande envoyée')).toBeVisible();
    const [held, ...more] = await portal.requests(nadia.id);
    expect(more).toEqual([]);
    expect(held).toMatchObject({
      practice: 'practice-3',
      category: 'invoice-dispute',
      values: {
        numberKind: 'invoice',
        invoice: DISPUTE.invoice,
        reference: 'COMPTA 12',
        subject,
        description: DISPUTE.description,
      },
      files: [{ name: file.name, size: file.buffer.length, sha256: sha256(file), received: true }],
    });
    await expect(page.getByText(`Le portail l’a reçue sous le numéro ${held?.number}.`)).toBeVisible();
    expect(await portal.sha256(nadia.id, held?.id ?? '', held?.files[0]?.id ?? '')).toBe(sha256(file));

    await expect(link(page, 'Tableau de bord de l’Assistance')).toBeVisible();
    await link(page, 'Détails de la demande').click();
    await expect(heading(page, subject)).toBeVisible();
    await expect(page.getByRole('main')).toContainText(held?.number ?? 'a number');
  });
});

test('the form sends a dispute with two files, after a look at « Aperçu »', async ({ page, portal }) => {
  const subject = 'Avoir attendu depuis mars';
  const files = [pdf('relevé.pdf', 3_000_000), png('capture écran.png')];
  await fillForm(page, subject);
  await attach(page, files);
  await button(page, 'Aperçu').click();
  const preview = page.getByRole('dialog');
  for (const text of [subject, DISPUTE.invoice, 'Tilleuls', ...files.map((f) => f.name)])
    await expect(preview).toContainText(text);
  await page.keyboard.press('Escape');
  await expect(preview).toBeHidden();
  await expect(field(page, 'Sujet')).toHaveValue(subject);
  await expect(field(page, 'Description')).toHaveValue(DISPUTE.description);
  await expect(attached(page).getByRole('listitem')).toHaveCount(2);

  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const held = await portal.about(CLAIRE, subject);
  expect(held).toHaveLength(1);
  const request = held[0];
  await expect(page.getByRole('main')).toContainText(request?.number ?? 'a number');
  expect(request?.files.map((f) => f.name)).toEqual(files.map((f) => f.name));
  for (const [i, f] of (request?.files ?? []).entries())
    expect(await portal.sha256(CLAIRE, request?.id ?? '', f.id)).toBe(sha256(files[i] ?? pdf('')));

  await link(page, 'Tableau de bord de l’Assistance').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Tableau de bord' })).toBeVisible();
  await expect(link(page, new RegExp(subject))).toBeVisible();
});

test('changing the road in the middle of a draft keeps every answer and file', async ({ page, portal }) => {
  const subject = 'Changer de route en chemin';
  const file = pdf('courrier.pdf');
  await assistantTo(page, 'Détails');
  await details(page, subject);
  await button(page, 'Passer au formulaire').click();
  await expect(heading(page, 'Créer une demande')).toBeVisible();
  await expect(page.getByRole('radio', { name: DISPUTE.type })).toBeChecked();
  await expect(categories(page)).toContainText(DISPUTE.category);
  await expect(field(page, 'Sujet')).toHaveValue(subject);
  await expect(field(page, 'Numéro de facture')).toHaveValue(DISPUTE.invoice);

  // Another category asks otherwise; what was typed for the first one waits.
  await pickCategory(page, 'Commande');
  await expect(field(page, 'Numéro de facture')).toBeHidden();
  await expect(field(page, 'Sujet')).toHaveValue(subject);
  await pickCategory(page, DISPUTE.category);
  await expect(field(page, 'Numéro de facture')).toHaveValue(DISPUTE.invoice);
  await attach(page, [file]);
  await field(page, 'Votre référence').fill('DOSSIER 7');

  await button(page, 'Passer à l’Assistant').click();
  await atStep(page, 'Fichiers et envoi'); // all is answered: it takes over at the end
  await expect(attached(page)).toContainText(file.name);
  await button(page, 'Précédent').click();
  await expect(field(page, 'Votre référence')).toHaveValue('DOSSIER 7');
  await expect(field(page, 'Description')).toHaveValue(DISPUTE.description);
  await next(page);
  await send(page);
  await expect(heading(page, 'Demande envoyée')).toBeVisible();
  const held = await portal.about(CLAIRE, subject);
  expect(held).toHaveLength(1);
  expect(held[0]?.values).toMatchObject({ invoice: DISPUTE.invoice, reference: 'DOSSIER 7' });
  expect(held[0]?.files).toHaveLength(1);
});
