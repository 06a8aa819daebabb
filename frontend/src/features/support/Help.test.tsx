import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Examination, SupportFinding } from '../../bridge';
import { program, programEvents, refuse } from '../../bridge/testing';
import { type Language, Speak } from '../../text';
import { Words } from '../../text/words';
import { Toasts } from '../../ui';
import { stage } from '../../ui/testing';
import { Help } from './Help';
import { SupportLine } from './SupportLine';

const root = stage();
const finding = (id: string, level: string, over: Partial<SupportFinding> = {}): SupportFinding => ({
  id,
  code: 'x',
  level,
  is: `${id} is so : here.`,
  fix: level === 'ok' ? '' : `mend ${id}.`,
  where: '',
  ...over,
});

let found: Examination;
let broken = false;
let prepared = 0;
let asked: unknown[][];
let saved: unknown[][];

const methods = {
  'Support.Doctor': (...args: unknown[]) => {
    asked.push(args);
    if (broken) refuse('internal');
    return found;
  },
  'Support.Prepare': (lang: string) => ({
    id: `r${++prepared}`,
    files: [
      { name: lang === 'en' ? 'README.txt' : 'LISEZMOI.txt', size: 100 },
      { name: 'doctor.txt', size: 2048 },
      { name: 'logs/guichet.log', size: 10 },
    ],
  }),
  'Support.Read': (report: string, name: string) => {
    if (name !== 'doctor.txt') refuse('not-found');
    return `${report} ${name}: [bon]`;
  },
  'Support.Save': (...args: unknown[]) => {
    saved.push(args);
    return '/tmp/Rapport.zip';
  },
};

async function show(what = <Help />, lang: Language = 'fr'): Promise<void> {
  await act(async () =>
    root.render(
      <Speak lang={lang}>
        <Toasts words={new Words(lang)} close="Fermer" place="/help">
          {what}
        </Toasts>
      </Speak>,
    ),
  );
}

const text = (of: Element | null = document.body) => (of?.textContent ?? '').replace(/[\u202f\u00a0]/g, ' ');
const press = (name: string) =>
  act(async () =>
    [...document.querySelectorAll('button')]
      .find((b) => (b.getAttribute('aria-label') ?? text(b)) === name)
      ?.click(),
  );

beforeEach(() => {
  programEvents();
  broken = false;
  prepared = 0;
  asked = [];
  saved = [];
  found = {
    at: new Date().toISOString(),
    version: '1.2.3',
    findings: [
      finding('disk', 'warn', { where: '/data' }),
      finding('keyring', 'ok'),
      finding('portal', 'fail'),
    ],
  };
  program(methods);
});

test('what is amiss stands first, the worst above, with what to do; the rest is out of the way', async () => {
  await show();
  const amiss = [...document.querySelectorAll('.help-finding')].map((e) => text(e));
  expect(amiss).toEqual([
    'Problèmeportal is so : here.Que faire : mend portal.',
    'À surveillerdisk is so : here./dataQue faire : mend disk.',
  ]);
  expect(text()).toContain('2 points demandent votre attention.');
  expect(document.querySelector('details')?.open).toBe(false);
  expect(text(document.querySelector('summary'))).toBe('1 point vérifié, sans problème');
  expect(asked).toEqual([['fr']]);
});

test('it is looked at again when that is wanted, and a look that fails leaves what was found', async () => {
  await show();
  broken = true;
  await press('Vérifier de nouveau');
  expect(asked).toHaveLength(2);
  expect(document.querySelector('[role=alert]')?.textContent).toContain('n’a pas pu être vérifié');
  expect(document.querySelectorAll('.help-finding')).toHaveLength(2);
  broken = false;
  found.findings = [finding('keyring', 'ok')];
  await press('Vérifier de nouveau');
  expect(text()).toContain('Rien ne demande votre attention.');
  expect(document.querySelector('[role=alert]')).toBeNull();
});

test('every file of a report can be read before it is saved as it was shown', async () => {
  await show(<Help />, 'en');
  expect(text()).not.toContain('Save…');
  await press('Prepare the report');
  expect([...document.querySelectorAll('.help-name')].map((e) => text(e))).toEqual([
    'README.txt',
    'doctor.txt',
    'logs/guichet.log',
  ]);
  await press('Read doctor.txt');
  expect(text(document.querySelector('[aria-label="Content of doctor.txt"]'))).toBe('r1 doctor.txt: [bon]');
  await press('Close doctor.txt');
  expect(document.querySelector('.help-text')).toBeNull();
  await press('Read logs/guichet.log');
  expect(document.querySelector('.help-files [role=alert]')).not.toBeNull();
  await press('Save…');
  expect(saved).toHaveLength(1);
  expect(saved[0]?.slice(0, 2)).toEqual(['r1', 'Save the report']);
  expect(saved[0]?.[2]).toMatch(/^Guichet report \d{4}-\d{2}-\d{2}$/);
  expect(text()).toContain('/tmp/Rapport.zip');
});

test('a report that was prepared is prepared anew in another language', async () => {
  await show(<Help />, 'fr');
  await press('Préparer le rapport');
  expect(text(document.querySelector('.help-name'))).toBe('LISEZMOI.txt');
  await press('Lire doctor.txt');
  await show(<Help />, 'en');
  expect(text(document.querySelector('.help-name'))).toBe('README.txt');
  expect(text(document.querySelector('[aria-label="Content of doctor.txt"]'))).toBe('r2 doctor.txt: [bon]');
});

test('the first page says that the program is back, and then where the data should not lie', async () => {
  const placeRead = vi.fn();
  program({
    'Support.Notice': () => ({
      restarted: new Date().toISOString(),
      place: finding('place', 'warn', { is: 'Les données sont ailleurs.' }),
    }),
    'Support.PlaceRead': placeRead,
  });
  await show(<SupportLine />);
  expect(text()).toMatch(/Guichet s’est interrompu .* et s’est rouvert/);
  await press('Compris');
  expect(text()).toContain('Les données sont ailleurs.');
  await press('Compris');
  expect(placeRead).toHaveBeenCalledOnce();
  expect(document.querySelector('.support-line')).toBeNull();
});
