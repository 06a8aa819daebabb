import { BrowserOpenURL, ClipboardSetText } from '../../wailsjs/runtime/runtime';
import { inBrowser } from './guards';

// copyText puts a text on the clipboard and tells whether it is there. The
// program's own web view may not let the page do it; the program does.
export async function copyText(text: string): Promise<boolean> {
  try {
    if (!inBrowser()) return await ClipboardSetText(text);
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// Wails opens no address that has one of these signs, and does not say so.
const unopened = /[;|`$\\<>*{}[\]()~!]/g;

// openLink shows an address in the system's browser, and tells whether it did: in
// a browser a link does that by itself.
export function openLink(address: string): boolean {
  if (inBrowser()) return false;
  BrowserOpenURL(address.replace(unopened, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`));
  return true;
}
