import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Content } from '../bridge';
import { program, programEvents, refuse } from '../bridge/testing';
import { broughtTo } from '../draft/drops';
import { draft } from '../draft/testing';
import { stage } from '../ui/testing';
import { text, Window } from '../who/testing';
import { Opened } from './openings';

const changed = programEvents();
const root = stage();
let waits: object[] = [];
let made = 0;
let types: string[] = [];
const looked = vi.fn();

const show = () =>
  act(async () =>
    root.render(
      <Window>
        <Opened />
      </Window>,
    ),
  );
const place = () => location.pathname;

beforeEach(() => {
  waits = [];
  made = 0;
  types = [];
  looked.mockReset().mockReturnValue([]);
  history.replaceState(null, '', '/');
  program({
    'Launch.Openings': () => waits.splice(0),
    'Files.Look': looked,
    'Catalogues.Current': () => ({ version: 1, types: [{ key: 'administrative' }, { key: 'technical' }] }),
    'Drafts.Create': (content: Content) => {
      made++;
      types.push(content.type);
      return draft({ id: `d${made}`, revision: 0, content });
    },
  });
});

test('a link leads to its request', async () => {
  waits = [{ kind: 'request', request: 'r1', files: [] }];
  await show();
  expect(place()).toBe('/request/r1');
});

test('files begin a request each time, in the order in which they came', async () => {
  await show();
  waits = [
    { kind: 'new', request: '', files: ['/a.pdf', '/b.pdf'] },
    { kind: 'new', request: '', files: [] },
  ];
  await act(async () => changed('openings'));
  await vi.waitFor(() => expect(place()).toBe('/draft/d2'));
  await broughtTo('d1')?.('d1');
  expect(looked).toHaveBeenCalledExactlyOnceWith('d1', ['/a.pdf', '/b.pdf']);
  expect(broughtTo('d1')).toBeUndefined(); // given once
  expect(broughtTo('d2')).toBeUndefined();
  expect(types).toEqual(['administrative', '']); // a place for files, or nothing chosen
});

test('what cannot be taken now does not stop what comes next', async () => {
  let fails = true;
  program({
    'Launch.Openings': () => (fails ? refuse('internal') : waits.splice(0)),
  });
  await show();
  fails = false;
  waits = [{ kind: 'request', request: 'r2', files: [] }];
  await act(async () => changed('openings'));
  await vi.waitFor(() => expect(place()).toBe('/request/r2'));
});

test('what could not be begun is begun with what comes next, and nothing behind it is lost', async () => {
  let full = true;
  const create = (content: Content) => {
    if (full) refuse('disk-full');
    made++;
    return draft({ id: `d${made}`, revision: 0, content });
  };
  program({ 'Launch.Openings': () => waits.splice(0), 'Drafts.Create': create });
  await show();
  waits = [
    { kind: 'new', request: '', files: [] },
    { kind: 'request', request: 'r3', files: [] },
  ];
  await act(async () => changed('openings'));
  await vi.waitFor(() => expect(place()).toBe('/request/r3'));
  expect(text()).toContain('disque');
  full = false;
  await act(async () => changed('openings'));
  await vi.waitFor(() => expect(place()).toBe('/draft/d1'));
});
