import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { reads, type Settings, type Table } from '../../bridge';
import { program, refuse } from '../../bridge/testing';
import { everything } from '../../request';
import type { Language } from '../../text';
import { Words } from '../../text/words';
import { stage } from '../../ui/testing';
import { press, text, Window } from '../../who/testing';
import { CsvButton, tableOf } from './CsvButton';

const root = stage();
const csv = vi.fn();
const query = { ...everything, states: ['waiting'], text: 'facture' };

const show = (count: number | undefined, lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Window lang={lang}>
        <CsvButton query={query} count={count} />
      </Window>,
    ),
  );
const toasts = () => text(document.querySelector('.toasts') ?? undefined);
const button = () => document.querySelector<HTMLButtonElement>('button') as HTMLButtonElement;

beforeEach(() => {
  csv.mockReset().mockReturnValue('D:\\Demandes.csv');
  program({ 'Papers.CSV': csv });
  reads.settings.set({ columns: ['state', 'subject', 'life', 'author'] } as Partial<Settings> as Settings);
});

test('what was found is saved with the columns that are shown, the life line as dates', async () => {
  await show(3);
  await press('Exporter en CSV');
  const [asked, title, name, table] = csv.mock.calls[0] as [unknown, string, string, Table];
  expect(asked).toEqual(query);
  expect(title).toBe('Exporter la liste en CSV');
  expect(name).toMatch(/^Demandes \d{4}-\d\d-\d\d$/);
  expect(table.columns.map((c) => `${c.key} ${c.label}`)).toEqual([
    'state Statut',
    'subject Sujet',
    'author Écrite par',
    'received Reçue',
    'answered Réponse',
    'closed Close',
  ]);
  expect(toasts()).toContain('Enregistré dans D:\\Demandes.csv');
});

test.each([
  ['fr', 'Vous avez la main', 'En attente d’envoi', 'Brouillon', 'Urgente'],
  ['en', 'Your turn', 'Waiting to be sent', 'Draft', 'Urgent'],
] as const)(
  'states and priorities have the words of the window (%s)',
  (lang, waiting, queued, draft, urgent) => {
    const { words } = tableOf(new Words(lang), ['state']);
    expect(Object.values(words)).not.toContain('');
    expect(words).toMatchObject({
      'state.waiting': waiting,
      'state.queued': queued,
      'state.draft': draft,
      'priority.urgent': urgent,
    });
  },
);

test('while it is written it says so, and is not begun again', async () => {
  let done: (path: string) => void = () => {};
  csv.mockReturnValue(
    new Promise<string>((resolve) => {
      done = resolve;
    }),
  );
  await show(100_000);
  await press('Exporter en CSV');
  expect(text(button())).toBe('Export en cours…');
  expect(text(document.querySelector('[role=status].sr') ?? undefined)).toContain('Choisissez où');
  await press('Export en cours…');
  expect(csv).toHaveBeenCalledTimes(1);
  await act(async () => done(''));
  expect(text(button())).toBe('Exporter en CSV');
  expect(toasts()).toBe(''); // the dialog was cancelled
});

test('an empty list has nothing to export, and says so', async () => {
  await show(0);
  expect(button().getAttribute('aria-disabled')).toBe('true');
  await press('Exporter en CSV');
  expect(csv).not.toHaveBeenCalled();
  expect(toasts()).toContain('Rien à exporter : la liste est vide.');
});

test('before anything is known of the list nothing is exported', async () => {
  await show(undefined);
  await press('Exporter en CSV');
  expect(csv).not.toHaveBeenCalled();
});

test('a place that takes no file is told', async () => {
  csv.mockImplementation(() => refuse('not-written'));
  await show(1);
  await press('Exporter en CSV');
  expect(document.querySelector('.toast')).not.toBeNull();
  expect(text(button())).toBe('Exporter en CSV');
});
