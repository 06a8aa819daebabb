import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { reads } from '../bridge';
import { program, programEvents, refuse } from '../bridge/testing';
import { stage } from '../ui/testing';
import { Window } from '../who/testing';
import { usePainted } from './usePainted';

programEvents();
const root = stage();
const painted = vi.fn();

function Page() {
  usePainted();
  return null;
}

const show = () =>
  act(async () => {
    root.render(
      <Window>
        <Page />
      </Window>,
    );
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });

test('the first page that can be read is told, once', async () => {
  program({
    'Window.Painted': painted,
    'Session.State': () => refuse('damaged'),
    'Requests.Latest': () => refuse('damaged'),
  });
  await show();
  expect(painted).not.toHaveBeenCalled();
  program({
    'Window.Painted': painted,
    'Session.State': () => ({ id: '', known: false, practices: [] }),
    'Requests.Latest': () => ({ drafts: [], requests: [] }),
  });
  await act(async () => {
    await reads.person.refresh();
    await reads.latest.refresh();
  });
  await show();
  await show();
  expect(painted).toHaveBeenCalledOnce();
});
