import './hypertext.css';
import { createElement, Fragment, type ReactNode, useMemo, useState } from 'react';
import { copyText, openLink } from '../bridge';
import { useWords } from '../text';
import { Banner, Button, buttonClass, Dialog, Status } from '../ui';
import { looksAlike, otherThan, type Target, targetOf } from './address';

const XHTML = 'http://www.w3.org/1999/xhtml';

// What is larger, or deeper, is shown as its text. The program keeps to less.
const LONGEST = 600_000; // characters
const DEEPEST = 110; // elements in each other

// What may stand in a message, and what it is shown as.
const blocks = new Set(['p', 'ul', 'ol', 'li', 'blockquote', 'pre', 'h3', 'h4', 'hr', 'br', 'table']);
const parts = new Set(['thead', 'tbody', 'tr', 'th', 'td']);
const marks: Record<string, string> = {
  strong: 'strong',
  b: 'strong',
  em: 'em',
  i: 'em',
  u: 'u',
  s: 's',
  code: 'code',
};
// Their text is not meant to be read.
const unseen = new Set(['script', 'style', 'template', 'title', 'noscript', 'noembed', 'noframes', 'iframe']);

// Hypertext shows a message of the portal. The program has cleaned it before it was
// stored; here nothing depends on that. Its HTML is read where nothing runs and
// nothing is fetched, and what is shown is made anew of a short list of elements.
export function Hypertext({ html }: { html: string }) {
  const words = useWords();
  const [followed, setFollowed] = useState<{ target: Target; text: string }>();
  const table = words.t('hypertext.table');
  const shown = useMemo(
    () => shownAs(html, table, (target, text) => setFollowed({ target, text })),
    [html, table],
  );
  return (
    <div className="hypertext">
      {shown}
      {followed && <LinkDialog {...followed} onClose={() => setFollowed(undefined)} />}
    </div>
  );
}

type Follow = (target: Target, text: string) => void;

function shownAs(html: string, table: string, follow: Follow): ReactNode {
  const body = new DOMParser().parseFromString(html.slice(0, LONGEST), 'text/html').body;
  if (html.length > LONGEST) return textOf(body);
  return children(body, { table, follow, depth: 0, inLine: false });
}

interface Place {
  table: string; // what a table is called
  follow: Follow;
  depth: number;
  inLine: boolean; // only marks may stand here
}

function children(of: Node, place: Place): ReactNode[] {
  const rows = /^(?:table|thead|tbody|tfoot|tr)$/.test(of.nodeName.toLowerCase());
  return [...of.childNodes].map((n, i) => {
    if (n.nodeType === Node.TEXT_NODE) return rows ? null : n.nodeValue;
    if (n.nodeType !== Node.ELEMENT_NODE) return null;
    // biome-ignore lint/suspicious/noArrayIndexKey: a message does not change
    return <Fragment key={i}>{element(n as Element, { ...place, depth: place.depth + 1 })}</Fragment>;
  });
}

function element(e: Element, place: Place): ReactNode {
  const name = e.localName.toLowerCase();
  if (unseen.has(name)) return null;
  if (place.depth > DEEPEST) return textOf(e);
  if (e.namespaceURI !== XHTML) return children(e, place);
  if (name === 'a') return link(e, place);
  const mark = marks[name];
  if (mark) return createElement(mark, null, ...children(e, place));
  if (place.inLine) return name === 'br' ? <br /> : children(e, place);
  if (name === 'hr' || name === 'br') return createElement(name);
  if (name === 'table') {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its place scrolls by keyboard
      <section className="hypertext-table" aria-label={place.table} tabIndex={0}>
        <table>{children(e, place)}</table>
      </section>
    );
  }
  if (parts.has(name) || blocks.has(name))
    return createElement(name, figures(e, name), ...children(e, place));
  return children(e, place);
}

// figures are the attributes that are kept: numbers within bounds.
function figures(e: Element, name: string): Record<string, number> | null {
  const of = (attribute: string, most: number) => {
    const n = Number.parseInt(e.getAttribute(attribute) ?? '', 10);
    return n >= 0 ? Math.min(n, most) : 1;
  };
  if (name === 'ol') return { start: of('start', 9_999) };
  if (name !== 'td' && name !== 'th') return null;
  return { colSpan: Math.max(1, of('colspan', 20)), rowSpan: Math.max(1, of('rowspan', 100)) };
}

function link(e: Element, place: Place): ReactNode {
  const target = targetOf(e.getAttribute('href') ?? '');
  if (!target || place.inLine) return children(e, place);
  return (
    <button
      type="button"
      className="hypertext-link"
      aria-haspopup="dialog"
      data-address={target.address} // on paper nobody can press it
      onClick={() => place.follow(target, textOf(e))}
    >
      {children(e, { ...place, inLine: true })}
    </button>
  );
}

// textOf is what is read of an element, without what is not meant to be.
function textOf(e: Element): string {
  let text = '';
  const left: Node[] = [e];
  for (let n = left.pop(); n; n = left.pop()) {
    if (n.nodeType === Node.TEXT_NODE) text += n.nodeValue;
    else if (!unseen.has(n.nodeName.toLowerCase())) left.push(...[...n.childNodes].reverse());
  }
  return text;
}

// LinkDialog says where a link leads before anything is opened.
function LinkDialog({ target, text, onClose }: { target: Target; text: string; onClose: () => void }) {
  const words = useWords();
  const [copied, setCopied] = useState<boolean>();
  const mail = target.kind === 'mail';
  const other = otherThan(target, text);
  const [before, host, after] = target.parts;
  return (
    <Dialog
      title={words.t('link.title')}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words.t('link.cancel')}</Button>
          <Button onPress={() => void copyText(target.address).then(setCopied)}>
            {words.t('link.copy')}
          </Button>
          <a
            className={buttonClass(other ? 'plain' : 'go')}
            href={target.address}
            target="_blank"
            rel="noopener noreferrer"
            onClick={(event) => {
              if (openLink(target.address)) event.preventDefault();
              onClose();
            }}
          >
            {words.t(mail ? 'link.write' : 'link.open')}
          </a>
        </>
      }
    >
      <p>{words.t(mail ? 'link.writes' : 'link.leads')}</p>
      <p className="hypertext-address" translate="no">
        {before}
        <strong>{host}</strong>
        {after}
      </p>
      {other && <Banner tone="red" title={words.t('link.other', { shown: other })} />}
      {looksAlike(target) && <Banner title={words.t('link.alphabet')} />}
      <Status>{copied !== undefined && words.t(copied ? 'link.copied' : 'link.notCopied')}</Status>
    </Dialog>
  );
}
