import { afterEach, expect, test, vi } from 'vitest';
import { openLink } from './clipboard';

const open = vi.fn();
const host = (webview: boolean) =>
  Object.assign(window, { runtime: { BrowserOpenURL: open }, chrome: webview ? { webview: {} } : undefined });

afterEach(() => {
  open.mockReset();
  Object.assign(window, { runtime: undefined, chrome: undefined });
});

test('an address opens whatever signs are in it', () => {
  host(true);
  expect(openLink('https://exemple.fr/a(1);b/~c?d=[e]&f=%20#!g')).toBe(true);
  expect(open).toHaveBeenCalledWith('https://exemple.fr/a%281%29%3Bb/%7Ec?d=%5Be%5D&f=%20#%21g');
});

test('a browser opens a link by itself', () => {
  host(false);
  expect(openLink('https://exemple.fr/')).toBe(false);
  expect(open).not.toHaveBeenCalled();
});
