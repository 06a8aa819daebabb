import { act } from 'react';
import { expect, test } from 'vitest';
import { Link, Router, useSearch as useLibrarySearch, useLocation } from 'wouter';
import { stage } from '../ui/testing';
import { useHash, useSearch } from './hash';

const root = stage();

function Page() {
  const [place, go] = useLocation();
  const search = useSearch();
  return (
    <>
      <p>{`${place} | ${search} | ${useLibrarySearch()}`}</p>
      <Link href="/requests?state=waiting">lien</Link>
      <button type="button" onClick={() => go('/outbox', { state: { list: 1 } })}>
        aller
      </button>
    </>
  );
}

const told = () => document.querySelector('p')?.textContent;

test('what is asked of a place stands with it, and stays behind when one goes elsewhere', async () => {
  history.replaceState(null, '', '#/requests?state=a%26b,draft');
  await act(async () =>
    root.render(
      <Router hook={useHash}>
        <Page />
      </Router>,
    ),
  );
  expect(told()).toBe('/requests | state=a%26b,draft | state=a%26b,draft');
  await act(async () => document.querySelector('button')?.click());
  expect(told()).toBe('/outbox |  | ');
  expect(history.state).toEqual({ list: 1 });
  expect(location.search).toBe('');
  const link = document.querySelector('a');
  expect(link?.getAttribute('href')).toBe('#/requests?state=waiting');
  await act(async () => link?.click());
  expect(location.hash).toBe('#/requests?state=waiting');
  expect(told()).toContain('/requests | state=waiting');
});
