import { afterEach, describe, expect, test, vi } from 'vitest';
import { guardDrops, inBrowser } from './guards';

afterEach(() => {
  vi.unstubAllGlobals();
});

function guarded(): { top: HTMLElement; inner: HTMLElement } {
  const top = document.createElement('div');
  const inner = document.createElement('p');
  top.append(inner);
  guardDrops(top);
  return { top, inner };
}

describe('a dropped file', () => {
  test.each(['dragenter', 'dragover', 'drop'])('does not replace the page on %s', (kind) => {
    const { inner } = guarded();
    // It has to be prevented before anybody further in sees it.
    let prevented = false;
    inner.addEventListener(kind, (event) => {
      prevented = event.defaultPrevented;
      event.stopPropagation();
    });
    const event = new Event(kind, { bubbles: true, cancelable: true });
    inner.dispatchEvent(event);
    expect(prevented).toBe(true);
    expect(event.defaultPrevented).toBe(true);
  });

  test('still reaches those who take it', () => {
    const { inner } = guarded();
    const taken = vi.fn();
    inner.addEventListener('drop', taken);
    inner.dispatchEvent(new Event('drop', { bubbles: true, cancelable: true }));
    expect(taken).toHaveBeenCalledTimes(1);
  });

  test('is guarded against on the whole window when nothing else is said', () => {
    guardDrops();
    const event = new Event('drop', { bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
  });

  test('is all that is guarded against: a click does what it does', () => {
    const { inner } = guarded();
    const event = new Event('click', { bubbles: true, cancelable: true });
    inner.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });
});

describe('the program’s own web view', () => {
  test('is told from a plain browser by how it speaks to the program', () => {
    expect(inBrowser()).toBe(true);
    vi.stubGlobal('chrome', {});
    expect(inBrowser()).toBe(true);
    vi.stubGlobal('chrome', { webview: {} });
    expect(inBrowser()).toBe(false);
    vi.unstubAllGlobals();
    vi.stubGlobal('webkit', { messageHandlers: { external: {} } });
    expect(inBrowser()).toBe(false);
  });
});
