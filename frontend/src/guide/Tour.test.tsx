import { act, useEffect, useState } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { isCovered } from '../ui';
import { stage } from '../ui/testing';
import { buttonNamed, press, text, Window } from '../who/testing';
import { Tour } from './Tour';

const root = stage();

function Page() {
  const [shown, setShown] = useState(false);
  // It begins above a page that is there.
  useEffect(() => setShown(true), []);
  return (
    <Window>
      <main>
        <h1 tabIndex={-1}>Accueil</h1>
        <button type="button" data-tour="new">
          Nouveau
        </button>
        <footer data-tour="foot">Connecté</footer>
      </main>
      {shown && <Tour onEnd={() => setShown(false)} />}
    </Window>
  );
}

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, 'getClientRects').mockReturnValue([{}] as unknown as DOMRectList);
  await act(async () => root.render(<Page />));
});

const stop = () => text(document.activeElement as Element);

test('each stop is read out, and only what is there is one', async () => {
  expect(stop()).toBe('Commencer une demande');
  expect(text()).toContain('1 sur 2');
  await press('Suivant');
  expect(stop()).toBe('Être sûr');
  await press('Précédent');
  expect(stop()).toBe('Commencer une demande');
});

test('whoever goes on working meanwhile can', () => {
  expect(buttonNamed('Suivant')).toBeTruthy();
  expect(isCovered()).toBe(false);
});

test('its end leaves the focus on the page', async () => {
  await press('Quitter la visite');
  expect(document.querySelector('.tour')).toBeNull();
  expect(document.activeElement?.tagName).toBe('H1');
});
