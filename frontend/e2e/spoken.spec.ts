import { join } from 'node:path';
import { all, type Item, ScreenReader, said } from './atspi';
import { CLAIRE } from './portal';
import { test as base, expect, Window } from './production';
import { DISPUTE } from './steps';

// The shipped window as a screen reader knows it: by the names, roles and states of its
// accessibility tree, and by what it announces. Nothing here looks into the page, but to
// make something fail.

const test = base.extend<{ reader: ScreenReader }>({
  reader: async ({ display }, use) => {
    const reader = new ScreenReader(display);
    await reader.start();
    await use(reader);
    await reader.stop();
  },

  window: async ({ folder, portal, display, reader }, use) => {
    const window = new Window(join(folder, 'desk'), portal.address, display, reader.env);
    await window.start();
    await use(window);
    await window.kill();
  },
});

// A tree is asked for node by node.
test.describe.configure({ timeout: 120_000 });

// A practice is said with its town, as two words.
const PRACTICE = /^Cabinet des Tilleuls\s?, Nantes$/;

// What is typed by keys is without accents, which a virtual keyboard has not.
const SUBJECT = 'Facture comptee deux fois';
const TEXT = 'La maintenance y figure deux fois. Nous attendons un avoir.';

async function details(reader: ScreenReader, subject: string): Promise<void> {
  await reader.type('entry', 'Numéro de facture', DISPUTE.invoice);
  await reader.type('entry', 'Sujet', subject);
  await reader.type('entry', 'Description', TEXT);
}

// form fills in the form, by names alone.
async function form(reader: ScreenReader, subject = SUBJECT): Promise<void> {
  await reader.press('link', 'Créer une demande');
  await reader.find('heading', 'Créer une demande');
  await reader.press('radio button', /^Assistance administrative/);
  await reader.press('list item', PRACTICE);
  await reader.find('list item', PRACTICE, 'selected');
  await reader.press('combo box', /Catégorie$/);
  await reader.press('list item', /^Litige de facture/);
  await details(reader, subject);
}

// position is the step that the Assistant says it stands at.
async function position(reader: ScreenReader, n: number, name: string): Promise<void> {
  await reader.find('heading', new RegExp(`^Étape ${n} sur 5 : ${name}\\.`));
  const steps = await reader.find('list', 'Étapes');
  const current = all(steps, 'list item').filter((s) => s.attributes.current === 'step');
  expect(current.map((s) => s.name.replace(/\s+/g, ' '))).toEqual([`${n} ${name}`]);
}

test('the form leads from start to success by names alone', async ({ window, reader, portal }) => {
  expect(window.alive).toBe(true);
  await form(reader);
  await reader.press('button', 'Envoyer');
  await reader.find('heading', 'Demande envoyée');
  await reader.hears(/(^|\. )Le portail l’a reçue sous le numéro AS-/);
  expect(await portal.about(CLAIRE, SUBJECT)).toHaveLength(1);
});

test('the Assistant leads there as well, and says where one is', async ({ window, reader, portal }) => {
  expect(window.alive).toBe(true);
  await reader.press('link', 'Assistant');
  await reader.press('radio button', /^Assistance administrative/);
  await reader.find('radio button', /^Assistance administrative/, 'checked');
  await position(reader, 1, 'Type');
  await reader.press('button', 'Suivant');
  await position(reader, 2, 'Cabinet');
  await reader.press('list item', PRACTICE);
  await reader.find('list item', PRACTICE, 'selected');
  await reader.press('button', 'Suivant');
  await position(reader, 3, 'Catégorie');
  await reader.press('radio button', /^Litige de facture/);
  await reader.find('radio button', /^Litige de facture/, 'checked');
  await reader.press('button', 'Suivant');
  await position(reader, 4, 'Détails');
  await details(reader, SUBJECT);
  await reader.press('button', 'Suivant');
  await position(reader, 5, 'Fichiers et envoi');
  await reader.press('button', 'Envoyer');
  await reader.find('heading', 'Demande envoyée');
  expect(await portal.about(CLAIRE, SUBJECT)).toHaveLength(1);
});

// landmarks are those of a page by their kind.
const landmarks = (tree: Item) => all(tree, 'landmark', /^/).map((l) => l.attributes['xml-roles'] ?? '');

// What somebody goes to, or is told of, has to be called something.
const NAMED = [
  'button',
  'toggle button',
  'link',
  'entry',
  'combo box',
  'check box',
  'radio button',
  'image',
  'list box',
  'table',
];

test('each page has its landmarks, one title, headings without a gap, and nothing without a name', async ({
  window,
  reader,
}) => {
  for (const [place, title] of [
    ['', 'Bonjour Claire'],
    ['/new/form', 'Créer une demande'],
    ['/new/assistant', 'Assistant'],
    ['/dashboard', 'Tableau de bord de l’Assistance'],
    ['/requests', 'Demandes'],
    ['/drafts', 'Brouillons'],
    ['/outbox', 'Boîte d’envoi'],
    ['/contracts', 'Contrats'],
    ['/privacy', 'Confidentialité'],
    ['/help', 'Aide et diagnostic'],
  ] as const) {
    await window.go(place, title);
    await reader.find('heading', title);
    const tree = await reader.tree();
    for (const kind of ['banner', 'search', 'navigation', 'main', 'contentinfo'])
      expect(
        landmarks(tree).filter((l) => l === kind),
        `${kind} of ${title}`,
      ).toHaveLength(1);
    const levels = all(tree, 'heading').map((h) => Number(h.attributes.level));
    expect(
      levels.filter((l) => l === 1),
      `titles of ${title}: ${levels}`,
    ).toHaveLength(1);
    for (const [i, level] of levels.entries())
      expect(level - (levels[i - 1] ?? 0), `${title}: ${levels}`).toBeLessThanOrEqual(1);
    for (const role of NAMED)
      expect(
        all(tree, role, /^\s*$/).map((i) => i.attributes),
        `${role} without a name on ${title}`,
      ).toEqual([]);
  }
});

test('how many are found is announced', async ({ window, reader }) => {
  await reader.press('link', /^Demandes \d/);
  await window.sees('[role=gridcell]');
  await reader.heard();
  await window.evaluate(`{ location.hash = '/requests?state=closed'; }`);
  await reader.hears(/résultat/);
});

test('tables say their size and have heads, the charts’ as well', async ({ window, reader }) => {
  expect(window.alive).toBe(true);
  await reader.press('link', /^Demandes \d/);
  await window.sees('[role=gridcell]'); // a page that is being drawn is left alone
  const sight = async () => all(await reader.tree(), 'table cell', /^/).length;
  await expect.poll(sight).toBeGreaterThan(0);
  const grid = await reader.find('table', 'Demandes');
  const heads = all(grid, 'column header', /^/).map(said);
  expect(heads).toEqual(['Numéro', 'Sujet', 'Statut', 'Étape', 'Cabinet', 'Priorité', 'Modifiée']);
  const [, first, ...rest] = all(grid, 'table row', /^/);
  expect(first?.children.map((c) => c.role)).toEqual(
    heads.map((head) => (head === 'Sujet' ? 'row header' : 'table cell')),
  );
  expect(grid.attributes).toMatchObject({ colcount: '7', rowcount: String(rest.length + 2) });
  const sorted = all(grid, 'column header', /^/).filter((h) => (h.attributes.sort ?? 'none') !== 'none');
  expect(sorted.map(said)).toEqual(['Modifiée']);

  await reader.press('link', 'Tableau de bord');
  await window.sees('.chart');
  await reader.press('button', 'Afficher en tableau');
  await reader.find('button', 'Afficher en graphique');
  const chart = await reader.find('table', 'Par statut');
  expect(all(chart, 'column header', /^/).map(said)).toEqual(['Statut', 'Demandes', 'Part']);
  const rows = all(chart, 'table row', /^/).slice(1);
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows)
    expect(row.children.map((c) => c.role)).toEqual(['row header', 'table cell', 'table cell']);
});

test('controls say what they are set to, what they need and what is wrong', async ({ window, reader }) => {
  expect(window.alive).toBe(true);
  // What opens says that it does. While it is open, nothing else is there to be heard.
  await reader.find('button', /^Notifications :/, 'expandable');
  await reader.enter('button', /^Notifications :/);
  await reader.find('dialog', 'Notifications');
  expect(landmarks(await reader.tree())).toEqual([]);
  await reader.keys('key', 'Escape');
  await reader.find('button', /^Notifications :/, 'focused');
  await form(reader);
  await reader.find('panel', 'Type de demande', 'required');
  await reader.find('radio button', /^Assistance administrative/, 'checked');
  const other = await reader.find('radio button', /^Assistance technique/);
  expect(other.states).not.toContain('checked');
  for (const name of ['Numéro de facture', 'Sujet', 'Description'])
    await reader.find('entry', name, 'required');
  expect((await reader.find('entry', /^Votre référence/)).states).not.toContain('required');
  await reader.find('entry', 'Description', 'multi-line');
  // An empty field that is needed says so when it is sent, and why.
  await reader.clear('entry', 'Sujet');
  await reader.press('button', 'Envoyer');
  const wrong = await reader.find('entry', 'Sujet', 'invalid-entry');
  expect(wrong.description).toMatch(/sujet/i);
  await reader.type('entry', 'Sujet', SUBJECT);
  await expect.poll(async () => (await reader.find('entry', 'Sujet')).states).not.toContain('invalid-entry');
});

const NIR = '1 85 05 78 006 084 91'; // of nobody
const LINE = 'Une ligne de plus pour le service client. ';

test('what is saved by itself is silent; findings, failures and sending are announced once', async ({
  window,
  reader,
  portal,
}) => {
  await form(reader);
  await window.sees('.foot-saved', 'Enregistré');
  await reader.heard();
  const counts = await count(window);
  await reader.type('entry', 'Description', LINE.repeat(5).slice(0, 200));
  await window.sees('.foot-saved', 'Enregistré');
  const { saves, changes } = await counts();
  expect(saves).toBeGreaterThan(1);
  expect(await reader.heard(), 'nobody is interrupted while they type').toEqual([]);
  expect(changes, 'nor where web views tell of more').toBe(0);

  await reader.keys('key', 'ctrl+s');
  await reader.hears(/^Tout est enregistré\.$/);

  await reader.type('entry', 'Description', ` ${NIR} `);
  await reader.hears(/Numéro de sécurité sociale/);

  // A disk that is full, as the program tells of it.
  await window.evaluate(`{ const { Drafts } = window.go.app; window.save = Drafts.Save;
    Drafts.Save = () => Promise.reject(JSON.stringify({ code: 'disk-full' })); }`);
  await reader.type('entry', 'Description', LINE);
  await reader.hears(/^Pas encore enregistré : Le disque de ce poste est plein/);
  await window.evaluate('{ window.go.app.Drafts.Save = window.save; }');
  await window.sees('.foot-saved', 'Enregistré à');

  await reader.press('button', 'Masquer');
  await reader.hears(/masqué/);
  await reader.press('button', 'Envoyer');
  await reader.find('heading', 'Demande envoyée');
  await reader.hears(/(^|\. )Le portail l’a reçue sous le numéro AS-/);
  expect(await portal.about(CLAIRE, SUBJECT)).toHaveLength(1);
});

// count tells how often a draft was saved from now on, and how often what is spoken when
// it changes has changed: WebKitGTK tells a screen reader of new elements alone, other web
// views of each word.
async function count(window: Window): Promise<() => Promise<{ saves: number; changes: number }>> {
  await window.evaluate(`{ const { Drafts } = window.go.app; const save = Drafts.Save;
    const counts = (window.counts = { saves: 0, changes: 0 });
    Drafts.Save = (...args) => { counts.saves++; return save(...args); };
    new MutationObserver((all) => {
      const spoken = '[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])';
      const within = (n) => (n instanceof Element ? n : n.parentElement)?.closest(spoken);
      counts.changes += all.filter((m) => within(m.target)).length;
    }).observe(document.body, { childList: true, characterData: true, subtree: true }); }`);
  return () => window.evaluate('({ ...counts })');
}
