import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Settings } from '../bridge';
import { stage } from '../ui/testing';
import { useLanguage } from './language';

const root = stage();

function Probe({ settings }: { settings: Settings | undefined }) {
  return <p>{useLanguage(settings)}</p>;
}
const spoken = async (settings?: Partial<Settings>) => {
  await act(async () => root.render(<Probe key={Math.random()} settings={settings as Settings} />));
  return document.querySelector('p')?.textContent;
};

beforeEach(() => localStorage.clear());

test('it is that of the settings, French if nobody has said', async () => {
  expect(await spoken()).toBe('fr');
  expect(await spoken({ language: 'en' })).toBe('en');
  expect(await spoken({ language: 'fr' })).toBe('fr');
});

test('settings that cannot be read leave the one of the last time', async () => {
  await spoken({ language: 'en' });
  expect(await spoken()).toBe('en');
  await spoken({ language: 'fr' });
  expect(await spoken()).toBe('fr');
});

test('a web view that keeps nothing speaks the language of the settings', async () => {
  const refuse = () => {
    throw new DOMException('not here', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, clear: () => {} });
  expect(await spoken()).toBe('fr');
  expect(await spoken({ language: 'en' })).toBe('en');
  vi.unstubAllGlobals();
});
