import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { program, programEvents } from '../bridge/testing';
import { stage } from '../ui/testing';
import { useDrops } from './drops';

// What is pasted: files go where files are taken, a text into its field.

const root = stage();
programEvents();
const taken = vi.fn();

function Page() {
  useDrops(taken);
  return <textarea />;
}

beforeEach(async () => {
  taken.mockReset();
  program({});
  await act(async () => root.render(<Page />));
});

// pasted pastes what has these types into the field, and tells whether the field gets it.
function pasted(at: Element, types: string[], files: string[]): boolean {
  const clipboardData = {
    types,
    files: files.map((name) => new File(['x'], name, { type: 'image/png' })),
    getData: (type: string) => (types.includes(type) ? 'Facture FA-2026-0001' : ''),
  };
  const event = Object.assign(new Event('paste', { bubbles: true, cancelable: true }), { clipboardData });
  return at.dispatchEvent(event);
}
const field = () => document.querySelector('textarea') as Element;

test.each([
  ['a screenshot', ['Files']],
  ['a picture of a page of the web', ['text/html', 'Files']],
  ['a file of a folder, whose name comes with it', ['text/plain', 'text/uri-list', 'Files']],
])('%s is a file, whatever has the focus', (_, types) => {
  for (const at of [field(), document.body]) {
    taken.mockReset();
    expect(pasted(at, types, ['image.png'])).toBe(false);
    expect(taken).toHaveBeenCalledTimes(1);
  }
});

test('a text that an office program gives with a picture of it goes into its field', () => {
  const office = ['text/plain', 'text/html', 'text/rtf', 'Files'];
  expect(pasted(field(), office, ['image.png'])).toBe(true);
  expect(taken).not.toHaveBeenCalled();
  pasted(document.body, office, ['image.png']); // there it is a picture of a table
  expect(taken).toHaveBeenCalledTimes(1);
});

test('a text is none of ours', () => {
  expect(pasted(field(), ['text/plain'], [])).toBe(true);
  expect(taken).not.toHaveBeenCalled();
});
