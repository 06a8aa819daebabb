import { act } from 'react';
import { expect, test } from 'vitest';
import { Speak } from '../text';
import { stage } from '../ui/testing';
import { Summary } from './Notices';
import { reduce } from './reducer';
import { asWork, draft, editing, problem, view } from './testing';

const root = stage();
const label = (fr: string) => ({ fr, en: fr });
const field = (key: string, fr: string) => ({
  key,
  label: label(fr),
  hint: label(''),
  kind: 'line',
  options: [],
  default: '',
  required: true,
  maxLength: 20,
});

async function lines(...problems: ReturnType<typeof problem>[]): Promise<string[]> {
  const fields = [field('subject', 'Sujet'), field('description', 'Description')];
  const { state } = { state: editing(draft({ view: view({ fields, problems }) })) };
  const work = asWork(reduce(state, { kind: 'checked', steps: ['category', 'details', 'files'] }));
  await act(async () =>
    root.render(
      <Speak lang="fr">
        <Summary work={work} onGo={() => {}} />
      </Speak>,
    ),
  );
  return [...document.querySelectorAll('.summary-link')].map((l) =>
    (l.textContent ?? '').replace(/[\u202f\u00a0]/g, ' '),
  );
}

test('what stands in a field is told with the name of the field', async () => {
  const [line] = await lines(problem('description', 'details', 'health-number'));
  expect(line).toMatch(/^Description : Un numéro de sécurité sociale s’y trouve/);
});

test('problems follow one another as their fields do', async () => {
  const told = await lines(
    problem('files', 'files', 'too-many'),
    problem('description', 'details', 'medical'),
    problem('subject', 'details'),
    problem('category', 'category'),
  );
  expect(told.map((t) => t.split(/[ .]/)[0])).toEqual([
    'Choisissez',
    'Remplissez',
    'Description',
    expect.any(String),
  ]);
  expect(told[3]).toMatch(/fichiers/);
});
