// Target is where a link of a message leads.
export interface Target {
  address: string;
  kind: 'web' | 'mail';
  host: string; // what decides who is there, as it is written in the address
  parts: [before: string, host: string, after: string]; // of the address
}

const LONGEST = 2048; // characters

// targetOf reads an address; undefined if no link of a message may lead there. What
// stands before the host to be taken for it is left out.
export function targetOf(href: string): Target | undefined {
  if (href.length > LONGEST || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  if (url.protocol === 'mailto:') return mailTo(url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  url.username = '';
  url.password = '';
  if (!/^[a-z0-9.-]+$/.test(url.hostname)) return undefined;
  return { address: url.href, kind: 'web', host: url.hostname, parts: parted(url.href, url.hostname) };
}

function mailTo(url: URL): Target | undefined {
  const found = /^[\w.+-]+@([a-z0-9.-]+)$/i.exec(url.pathname);
  if (!found?.[1]) return undefined;
  const subject = url.searchParams.get('subject');
  const address = `mailto:${url.pathname}${subject ? `?subject=${encodeURIComponent(subject)}` : ''}`;
  return { address, kind: 'mail', host: found[1].toLowerCase(), parts: parted(address, found[1]) };
}

function parted(address: string, host: string): [string, string, string] {
  const at = address.indexOf(host, address.search(/@|\/\//));
  return [address.slice(0, at), host, address.slice(at + host.length)];
}

// What a file's name may end with is no name of a site, unless more says so.
const files = /\.(?:pdf|docx?|xlsx?|odt|ods|csv|txt|jpe?g|png|gif|webp|zip|html?|xml|exe)$/;
const shownHost =
  /(https?:\/\/|www\.)?(?:[^\s/@:]*@)?((?:[\p{L}\p{N}-]+\.)+(?:\p{Ll}{2,}|\p{Lu}{2,}|xn--[\w-]+))/gu;

// otherThan finds an address in the text of a link that is not the one it leads to.
// A part of a site that is shown is that site.
export function otherThan(target: Target, text: string): string | undefined {
  for (const [shown, marked, name = ''] of text.matchAll(shownHost)) {
    if (!marked && files.test(name.toLowerCase())) continue;
    const host = hostOf(name);
    if (
      target.host !== host &&
      target.host.replace(/^www\./, '') !== host &&
      !target.host.endsWith(`.${host}`)
    )
      return shown;
  }
  return target.kind === 'mail' ? otherBox(target, text) : undefined;
}

function otherBox(target: Target, text: string): string | undefined {
  const box = target.address.replace(/^mailto:|\?.*$/g, '').toLowerCase();
  return text.match(/[\w.+-]+@[\w.-]+\w/g)?.find((shown) => shown.toLowerCase() !== box);
}

// hostOf is a host as an address has it.
function hostOf(name: string): string {
  const url = `http://${name}`;
  return (URL.canParse(url) ? new URL(url).hostname : name.toLowerCase()).replace(/^www\./, '');
}

// looksAlike tells whether a host is written in letters that may be taken for others.
export function looksAlike(target: Target): boolean {
  return /(?:^|\.)xn--/.test(target.host);
}
