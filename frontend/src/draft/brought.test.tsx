import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { program } from '../bridge/testing';
import { stage } from '../ui/testing';
import { Window } from '../who/testing';
import type { Attaching } from './Attach';
import { bring, broughtTo } from './drops';
import type { Editor } from './editor';
import { useIncoming } from './FilesPart';
import { lookAtPaths } from './incoming';

const root = stage();
const editor = { stored: async () => true, readFiles: async () => {} } as unknown as Editor;
let page: Attaching;

function Page() {
  page = useIncoming(editor, 'd1', true);
  return null;
}

const show = async () => {
  program({ 'Files.Look': () => [{ token: 't1', name: 'a.pdf', size: 1 }] });
  bring('d1', (id) => lookAtPaths(id, ['/a.pdf']));
  await act(async () =>
    root.render(
      <Window>
        <Page />
      </Window>,
    ),
  );
  await vi.waitFor(() => expect(page.incoming).toBeDefined());
};
const leave = () => act(async () => root.render(null));

test('files of which nobody has said anything are asked about again when their draft is', async () => {
  await show();
  await leave(); // the program was started for something else
  expect(await broughtTo('d1')?.('d1')).toMatchObject({ candidates: [{ name: 'a.pdf' }] });
});

test('files that were answered for, or left out, are not asked about again', async () => {
  await show();
  await act(async () => page.done([]));
  await leave();
  expect(broughtTo('d1')).toBeUndefined();
});
