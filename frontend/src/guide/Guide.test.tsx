import { act } from 'react';
import { expect, test } from 'vitest';
import { Dialog } from '../ui';
import { stage } from '../ui/testing';
import { Window } from '../who/testing';
import { Guide } from './Guide';

const root = stage();
const nothing = () => {};

const show = (dialog: boolean, guide: boolean) =>
  act(async () =>
    root.render(
      <Window>
        {dialog && (
          <Dialog title="Ce fichier peut-il sortir du cabinet ?" foot={null} onClose={nothing}>
            Oui ou non
          </Dialog>
        )}
        {guide && <Guide topic="form" onTour={nothing} onClose={nothing} />}
      </Window>,
    ),
  );
const ways = () => [...document.querySelectorAll('.dialog-foot > *')].map((e) => e.textContent);

test('help leads further from a page', async () => {
  await show(false, true);
  expect(ways()).toEqual(['Aide et diagnostic', 'Revoir la visite', 'Fermer']);
});

test('from a question that has to be answered first it leads back there alone', async () => {
  await show(true, false);
  await show(true, true);
  expect(ways()).toEqual(['Fermer']);
});
