// A file that is dropped replaces the page in some web views, and with it what
// is being typed. Nobody further in may forget to prevent that.
export function guardDrops(target: EventTarget = window): void {
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    target.addEventListener(kind, (event) => event.preventDefault(), { capture: true });
  }
}

// inBrowser tells whether the window is shown by a plain browser rather than by
// the program's own web view: there, only the window can read files.
export function inBrowser(): boolean {
  const w = window as {
    webkit?: { messageHandlers?: { external?: unknown } };
    chrome?: { webview?: unknown };
  };
  return !w.webkit?.messageHandlers?.external && !w.chrome?.webview;
}
