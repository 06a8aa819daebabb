import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { copyText, openLink } from '../bridge';
import { type Language, Speak } from '../text';
import { stage } from '../ui/testing';
import { Hypertext } from './Hypertext';

vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  copyText: vi.fn(),
  openLink: vi.fn(),
}));

// A browser fetches nothing for what DOMParser reads; this one would.
const { happyDOM } = window as unknown as { happyDOM: { settings: Record<string, boolean> } };
for (const what of [
  'disableCSSFileLoading',
  'disableJavaScriptFileLoading',
  'handleDisabledFileLoadingAsSuccess',
])
  happyDOM.settings[what] = true;

const root = stage();
const pwn = vi.fn();

// The messages that the program is tested with, as they come: cleaned they would
// be the easier case.
const folder = join(import.meta.dirname, '../../../internal/markup/testdata/hostile/');
const hostile = readdirSync(folder).filter((f) => f.endsWith('.html'));

const show = (html: string, lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Speak lang={lang}>
        <Hypertext html={html} />
      </Speak>,
    ),
  );
const message = () => document.querySelector('.hypertext') as HTMLElement;
const dialog = () => document.querySelector('[role=dialog]');
const told = () => dialog()?.textContent?.replace(/[\u202f\u00a0]/g, ' ') ?? '';
const link = () => message().querySelector('button') as HTMLButtonElement;
const press = (element: HTMLElement) => act(async () => element.click());
const foot = () => [...document.querySelectorAll<HTMLElement>('.dialog-foot > *')];
const choice = (name: string) => foot().find((e) => e.textContent === name) as HTMLElement;
const follow = async (html: string, lang: Language = 'fr') => {
  await show(html, lang);
  await press(link());
};

beforeEach(() => {
  vi.resetAllMocks();
  vi.mocked(openLink).mockReturnValue(true);
  vi.mocked(copyText).mockResolvedValue(true);
  vi.spyOn(console, 'error').mockImplementation(() => {}); // React's, of how foreign elements stand
  Object.assign(globalThis, { pwn });
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'pwn');
});

describe('a hostile message', () => {
  test('has many shapes', () => expect(hostile.length).toBeGreaterThan(50));

  const allowed: Record<string, string[]> = {
    button: ['type', 'class', 'aria-haspopup', 'data-address'], // the address is for paper only
    section: ['class', 'aria-label', 'tabindex'],
    ol: ['start'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
  };
  const plain =
    /^(?:p|ul|li|blockquote|pre|h3|h4|hr|br|table|thead|tbody|tr|strong|em|u|s|code|ol|td|th|button|section)$/;

  test.each(hostile)('%s shows nothing but the list', async (file) => {
    await show(readFileSync(folder + file, 'utf8'));
    expect(message().textContent).toMatch(/Bonjour Claire/);
    for (const e of message().querySelectorAll('*')) {
      expect(e.localName).toMatch(plain);
      const names = [...e.attributes].map((a) => a.name);
      expect(names.filter((n) => !allowed[e.localName]?.includes(n))).toEqual([]);
      const others = [...e.attributes].filter((a) => a.name !== 'data-address'); // of which below
      expect(others.filter((a) => /pwn/.test(a.value))).toEqual([]);
    }
    for (const b of message().querySelectorAll('button')) {
      await press(b);
      const leads = dialog()?.querySelector('a')?.getAttribute('href') ?? '';
      expect(leads).toMatch(/^(?:https?:\/\/[a-z0-9.-]+(?::\d+)?\/|mailto:[\w.]+@[\w.]+)/);
      expect(b.dataset.address).toBe(leads);
      await press(choice('Annuler'));
    }
    expect(document.querySelectorAll('a, script, iframe, style, img, svg')).toHaveLength(0);
    expect(pwn).not.toHaveBeenCalled();
    expect(openLink).not.toHaveBeenCalled();
  });

  test('is not read for what no browser shows', async () => {
    await show('<title>un</title><style>deux</style><p>facture<script>trois</script></p><svg><style>quatre');
    expect(message().textContent).toBe('facture');
  });

  test('that is too large, or too deep, is its text', async () => {
    await show(`<p>${'mot '.repeat(200_000)}</p><script>pwn()</script>`);
    expect(message().children).toHaveLength(0);
    expect(message().textContent).toMatch(/^mot mot/);
    await show(`${'<blockquote>'.repeat(400)}<b>mot</b>`);
    expect(message().textContent).toBe('mot');
    expect(message().querySelectorAll('blockquote').length).toBeLessThan(120);
  });
});

describe('a clean message', () => {
  test('is shown as it was written', async () => {
    await show(
      '<h3>Votre facture</h3><p>Bonjour,<br>voyez <strong>ici</strong></p><ol start="3"><li>un</li></ol>' +
        '<blockquote><p>avant</p></blockquote><pre>a\n  b</pre><hr>',
    );
    expect(message().innerHTML).toBe(
      '<h3>Votre facture</h3><p>Bonjour,<br>voyez <strong>ici</strong></p><ol start="3"><li>un</li></ol>' +
        '<blockquote><p>avant</p></blockquote><pre>a\n  b</pre><hr>',
    );
  });

  test.each([
    ['fr', 'Tableau du message'],
    ['en', 'Table of the message'],
  ] as const)('has tables that scroll by keyboard (%s)', async (lang, name) => {
    await show('<table><tbody><tr><th>a</th><td colspan="99">b</td></tr></tbody></table>', lang);
    const box = message().querySelector('section');
    expect(box?.getAttribute('aria-label')).toBe(name);
    expect(box?.tabIndex).toBe(0);
    expect(box?.querySelector('td')?.colSpan).toBe(20);
  });
});

describe('a link', () => {
  const aide = '<p><a href="https://aide.exemple.fr/f?a=1">la facture</a></p>';

  test.each([
    [
      'fr',
      'Où mène ce lien ?',
      'mène à cette adresse',
      ['Annuler', 'Copier l’adresse', 'Ouvrir dans le navigateur'],
    ],
    [
      'en',
      'Where does this link lead?',
      'leads to this address',
      ['Cancel', 'Copy the address', 'Open in the browser'],
    ],
  ] as const)('says where it leads before anything opens (%s)', async (lang, title, says, acts) => {
    await follow(aide, lang);
    expect(told()).toContain(title);
    expect(told()).toContain(says);
    expect(told()).toContain('https://aide.exemple.fr/f?a=1');
    expect(dialog()?.querySelector('strong')?.textContent).toBe('aide.exemple.fr');
    expect(dialog()?.querySelector('.banner')).toBeNull();
    expect(foot().map((e) => e.textContent)).toEqual(acts);
    expect(openLink).not.toHaveBeenCalled();
  });

  test('opens in the system’s browser, and the window stays', async () => {
    await follow(aide);
    const open = choice('Ouvrir dans le navigateur');
    const click = new MouseEvent('click', { bubbles: true, cancelable: true });
    await act(async () => open.dispatchEvent(click));
    expect(vi.mocked(openLink).mock.calls).toEqual([['https://aide.exemple.fr/f?a=1']]);
    expect(click.defaultPrevented).toBe(true);
    expect(dialog()).toBeNull();
  });

  test('is copied', async () => {
    await follow(aide);
    await press(choice('Copier l’adresse'));
    expect(copyText).toHaveBeenCalledWith('https://aide.exemple.fr/f?a=1');
    expect(dialog()?.querySelector('[role=status]')?.textContent).toBe('L’adresse est copiée.');
    vi.mocked(copyText).mockResolvedValue(false);
    await press(choice('Copier l’adresse'));
    expect(told()).toContain('n’a pas pu être copiée');
  });

  test('is a button; its dialog takes the focus, and gives it back on Escape', async () => {
    await show(aide);
    expect(link().type).toBe('button');
    await act(async () => link().focus());
    await press(link());
    expect(dialog()?.contains(document.activeElement)).toBe(true);
    await act(async () => {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    });
    expect(dialog()).toBeNull();
    await vi.waitFor(() => expect(document.activeElement).toBe(link()));
    expect(openLink).not.toHaveBeenCalled();
  });

  test.each([
    ['fr', 'https://banque.exemple.fr/', 'https://mal.example/', 'https://banque.exemple.fr'],
    ['en', 'banque.exemple.fr', 'https://mal.example/banque.exemple.fr', 'banque.exemple.fr'],
    ['fr', 'Voir WWW.BANQUE.FR.', 'https://banque.fr.mal.example/', 'WWW.BANQUE.FR'],
    ['fr', 'banque.exemple.fr', 'https://banque.exemple.fr@mal.example/', 'banque.exemple.fr'],
    ['fr', 'aide@exemple.fr', 'mailto:autre@exemple.fr', 'aide@exemple.fr'],
    ['fr', 'aide@exemple.fr', 'https://mal.example/', 'aide@exemple.fr'],
  ] as const)('warns when its text shows another address (%s, %s, %s)', async (lang, text, href, shown) => {
    await follow(`<p><a href="${href}">${text}</a></p>`, lang);
    const warning = dialog()?.querySelector('.banner')?.textContent ?? '';
    expect(warning).toContain(lang === 'fr' ? 'montre une autre adresse' : 'shows another address');
    expect(warning).toContain(shown);
  });

  test.each([
    ['https://exemple.fr', 'https://www.exemple.fr/a'],
    ['exemple.fr/aide', 'https://aide.exemple.fr/'],
    ['la facture FA-2026.pdf', 'https://exemple.fr/'],
    ['l’étape 2.Ensuite, M.Dupont', 'https://exemple.fr/'],
    ['Aide@Exemple.fr', 'mailto:aide@exemple.fr'],
    ['écrire', 'mailto:aide@exemple.fr'],
  ])('does not warn without reason (%s, %s)', async (text, href) => {
    await follow(`<p><a href="${href}">${text}</a></p>`);
    expect(dialog()?.querySelector('.banner')).toBeNull();
  });

  test('says that a name may be taken for another one', async () => {
    await follow('<p><a href="https://раураl.example/">payer</a></p>');
    expect(told()).toContain('https://xn--');
    expect(told()).toContain('hors de l’alphabet latin simple');
  });

  test('to a mailbox opens the mail program, without copies to others', async () => {
    await follow('<p><a href="mailto:aide@exemple.fr?bcc=x@mal.example&subject=a%20b&body=c">écrire</a></p>');
    expect(told()).toContain('prépare un message à cette adresse');
    await press(choice('Ouvrir dans la messagerie'));
    expect(openLink).toHaveBeenCalledWith('mailto:aide@exemple.fr?subject=a%20b');
  });
});
