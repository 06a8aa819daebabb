import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, type Candidate, files, guard, type Invoice, type Screened } from '../bridge';
import { AGAIN } from '../ui';
import { stage } from '../ui/testing';
import { MIDDLE } from './boxes';
import { ConfirmFiles } from './ConfirmFiles';
import { candidate, nir, problem, screened } from './testing';

vi.mock('./recognise', () => ({ recognise: undefined }));
vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  upload: vi.fn(),
  onScreening: vi.fn(() => () => {}),
  guard: {
    screen: vi.fn(),
    stop: vi.fn(),
    change: vi.fn(),
    undo: vi.fn(),
    recognised: vi.fn(),
    page: vi.fn(),
  },
  files: { confirm: vi.fn(), forget: vi.fn(), remove: vi.fn() },
}));

const statement = /^Je confirme que/;

const root = stage();
const done = vi.fn();

// slow has the guard take its time over one file, until what it sees is told.
function slow(one: string): (s: Screened) => void {
  let seen: (s: Screened) => void = () => {};
  vi.mocked(guard.screen).mockImplementation((token) =>
    token === one ? new Promise((resolve) => (seen = resolve)) : Promise.resolve(screened(token)),
  );
  return (s) => seen(s);
}

async function ask(...candidates: Candidate[]): Promise<void> {
  const incoming = { candidates, bytes: new Map() };
  await act(async () =>
    root.render(<ConfirmFiles draft="d1" known={[]} incoming={incoming} offers onDone={done} />),
  );
}

function button(name: string): HTMLButtonElement {
  const all = [...document.querySelectorAll('button')];
  const found = all.find((b) => (b.getAttribute('aria-label') ?? b.textContent) === name);
  if (!found) throw new Error(`no button « ${name} »`);
  return found;
}

function typeInto(field: HTMLInputElement, text: string): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

const press = (name: string) => act(async () => button(name).click());
const box = () => document.querySelector('input[type="checkbox"]') as HTMLInputElement;
const tick = () => act(async () => box().click());
const told = () => document.querySelector('[role="dialog"]')?.textContent ?? '';

beforeEach(() => {
  vi.resetAllMocks();
  vi.mocked(files.forget).mockResolvedValue(undefined);
  vi.mocked(files.confirm).mockResolvedValue({ files: [], refused: [], problems: [] });
  vi.mocked(guard.screen).mockImplementation(async (token) => screened(token));
});

describe('before files leave the practice', () => {
  test('the statement is there, and nobody has ticked it', async () => {
    await ask(candidate('a'));
    expect(box().checked).toBe(false);
    expect(document.querySelector('.popup-statement')?.textContent).toMatch(statement);
    expect(told()).toContain('a.pdf');
    expect(files.confirm).not.toHaveBeenCalled();
  });

  test('« Confirmer » without a tick confirms nothing and says why', async () => {
    await ask(candidate('a'));
    expect(button('Confirmer').getAttribute('aria-disabled')).toBe('true');
    expect(told()).not.toContain('Cochez d’abord');
    await press('Confirmer');
    expect(files.confirm).not.toHaveBeenCalled();
    expect(done).not.toHaveBeenCalled();
    const why = document.getElementById(button('Confirmer').getAttribute('aria-describedby') ?? '');
    expect(why?.textContent).toContain('Cochez d’abord');
    expect(why?.closest('[role="status"]')).not.toBeNull();
    await tick();
    expect(told()).not.toContain('Cochez d’abord');
  });

  test('« Confirmer » with a tick confirms all of them under the sentence that was shown', async () => {
    await ask(candidate('a'), candidate('b'));
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a', 'b'], 'fr-1', []);
    expect(done).toHaveBeenCalledTimes(1);
  });

  test('« Annuler » forgets all of them and confirms nothing', async () => {
    await ask(
      candidate('a'),
      candidate('b'),
      candidate('', { name: 'c.exe', problem: problem('files', 'files', 'file-type') }),
    );
    await tick();
    await press('Annuler');
    expect(files.forget).toHaveBeenCalledWith(['a', 'b']);
    expect(files.confirm).not.toHaveBeenCalled();
    expect(done).toHaveBeenCalledTimes(1);
  });

  test('leaving one out confirms only the others and forgets that one', async () => {
    await ask(candidate('a'), candidate('b'));
    await press('Ne pas joindre a.pdf');
    expect(told()).toContain('ne sera pas joint');
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['b'], 'fr-1', []);
    expect(files.forget).toHaveBeenCalledWith(['a']);
  });

  test('one that was left out can be taken in again', async () => {
    await ask(candidate('a'), candidate('b'));
    await press('Ne pas joindre a.pdf');
    await press('Joindre a.pdf');
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a', 'b'], 'fr-1', []);
  });

  test('none of them confirms nothing, with or without a tick', async () => {
    await ask(candidate('a'), candidate('b'));
    await press('Ne pas joindre a.pdf');
    await press('Ne pas joindre b.pdf');
    await tick();
    await press('Confirmer');
    expect(files.confirm).not.toHaveBeenCalled();
  });

  test('a file that cannot be attached is told why, and there is nothing to confirm', async () => {
    await ask(candidate('', { name: 'c.exe', problem: problem('files', 'files', 'file-type') }));
    expect(told()).toContain('c.exe');
    expect(told()).toContain('Ce type de fichier n’est pas accepté.');
    expect(box()).toBeNull();
    await press('Fermer');
    expect(done).toHaveBeenCalledTimes(1);
  });

  test('« Confirmer » pressed twice confirms once', async () => {
    vi.mocked(files.confirm).mockReturnValue(new Promise(() => {}));
    await ask(candidate('a'));
    await tick();
    await press('Confirmer');
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledTimes(1);
  });

  test('a confirmation that fails says why and can be repeated, still ticked', async () => {
    vi.mocked(files.confirm).mockRejectedValueOnce('x');
    await ask(candidate('a'));
    await tick();
    await press('Confirmer');
    expect(document.querySelector('[role="alert"]')?.textContent).toContain(
      'Les fichiers n’ont pas pu être lus',
    );
    expect(done).not.toHaveBeenCalled();
    await press('Confirmer');
    expect(done).toHaveBeenCalledTimes(1);
  });

  test('what the guard sees is shown with its place, and the number masked', async () => {
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: [nir] }));
    await ask(candidate('a'));
    expect(told()).toContain('Numéro de sécurité sociale ••• 2231, page 2, ligne 7');
  });

  test('a number that nobody has answered for keeps its file here, and a reason lets it go', async () => {
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: [nir] }));
    await ask(candidate('a'));
    await tick();
    await press('Confirmer');
    expect(files.confirm).not.toHaveBeenCalled();
    expect(told()).toContain('Répondez d’abord');
    expect(told()).toContain('Choisissez ce qu’il faut en faire.');
    await press('Ce n’en est pas un\u202f: Numéro de sécurité sociale ••• 2231, page 2, ligne 7');
    await press('Confirmer');
    expect(files.confirm).not.toHaveBeenCalled();
    const field = document.querySelector<HTMLInputElement>('.seen-remark input');
    if (!field) throw new Error('no field for the reason');
    await act(async () => typeInto(field, 'Numéro de série'));
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a'], 'fr-1', [
      { token: 'a', finding: nir, reason: 'Numéro de série' },
    ]);
  });

  test('a warning lets its file go', async () => {
    vi.mocked(guard.screen).mockResolvedValue(
      screened('a', { findings: [{ ...nir, kind: 'iban', must: false }] }),
    );
    await ask(candidate('a'));
    expect(told()).toContain('une fraude courante');
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a'], 'fr-1', []);
  });

  test('what could not be read is never said to be clean', async () => {
    vi.mocked(guard.screen).mockResolvedValue(
      screened('a', { unread: [{ reason: 'encrypted', member: '', page: 0 }], scans: [2, 3] }),
    );
    await ask(candidate('a'));
    expect(told()).toContain('protégé par un mot de passe');
    expect(told()).toMatch(/2\spages sont des images \(2, 3\)/);
    expect(told()).not.toContain('aucune donnée de santé');
  });

  test('a medical format is refused with the reason', async () => {
    vi.mocked(guard.screen).mockResolvedValue(
      screened('a', { problem: problem('files', 'files', 'medical-format') }),
    );
    await ask(candidate('a'));
    expect(told()).toContain('format de données de santé');
    expect(box()).toBeNull();
  });

  test('« Confirmer » waits for the guard, or for whoever does not want to', async () => {
    let seen: (s: Screened) => void = () => {};
    vi.mocked(guard.screen).mockReturnValue(new Promise((resolve) => (seen = resolve)));
    vi.mocked(guard.stop).mockImplementation(async (token) =>
      seen(screened(token, { unread: [{ reason: 'stopped', member: '', page: 0 }] })),
    );
    await ask(candidate('a'));
    await tick();
    await press('Confirmer');
    expect(files.confirm).not.toHaveBeenCalled();
    await press('Ne pas attendre la vérification');
    await act(async () => {});
    expect(guard.stop).toHaveBeenCalledWith('a');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a'], 'fr-1', []);
  });

  test('a masked copy takes the place of the original', async () => {
    vi.mocked(guard.screen).mockResolvedValue(
      screened('a', { findings: [nir], maskable: true, drawn: false }),
    );
    vi.mocked(guard.change).mockResolvedValue(screened('a', { changes: ['masked'] }));
    await ask(candidate('a'));
    await press('Masquer');
    expect(guard.change).toHaveBeenCalledWith('a', 'mask', [], []);
    expect(told()).toContain('Une copie modifiée partira');
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a'], 'fr-1', []);
  });

  test('a change that fails says so, and leaves its file among those that leave', async () => {
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { changes: ['smaller'] }));
    vi.mocked(guard.undo).mockRejectedValue('x');
    await ask(candidate('a'));
    await press('Reprendre l’original');
    expect(document.querySelector('[role="alert"]')).not.toBeNull();
    expect(told()).toContain('Une copie modifiée partira');
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a'], 'fr-1', []);
  });

  test('« Confirmer » waits for a copy that is being made', async () => {
    let made: (s: Screened) => void = () => {};
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { changes: ['smaller'] }));
    vi.mocked(guard.undo).mockReturnValue(new Promise((resolve) => (made = resolve)));
    await ask(candidate('a'), candidate('b'));
    await press('Reprendre l’original');
    await tick();
    await press('Confirmer');
    expect(files.confirm).not.toHaveBeenCalled();
    await act(async () => made(screened('a')));
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a', 'b'], 'fr-1', []);
  });

  test('pages are shown of a file that has some, and what cannot be blackened can be left out', async () => {
    vi.mocked(guard.page).mockReturnValue('about:blank');
    vi.mocked(guard.screen).mockImplementation(async (token) =>
      screened(token, { findings: token === 'a' ? [nir] : [], pages: token === 'a' ? 3 : 0 }),
    );
    vi.mocked(guard.change).mockRejectedValue(new CallError('not-now'));
    await ask(candidate('a'), candidate('b'));
    expect(told()).not.toContain('Voir les pages de b.pdf');
    await press('Noircir…');
    const view = () => [...document.querySelectorAll('[role="dialog"]')].at(-1)?.textContent ?? '';
    expect(view()).toContain('Page 2 sur 3');
    const picture = document.querySelector<HTMLImageElement>('.redact-sheet img');
    Object.defineProperties(picture, { naturalWidth: { value: 70 }, naturalHeight: { value: 99 } });
    await act(async () => picture?.dispatchEvent(new Event('load')));
    await press('Ajouter un cadre');
    await press('Noircir');
    expect(guard.change).toHaveBeenCalledWith('a', 'redact', [{ page: 2, ...MIDDLE }]);
    expect(view()).toContain('ne sait pas noircir ce fichier');
    expect(view()).toMatch(/1\scadre/); // what was drawn is still there
    const [leaveOut] = [...document.querySelectorAll<HTMLButtonElement>('.redact .banner button')];
    await act(async () => leaveOut?.click());
    expect(document.querySelector('.redact')).toBeNull();
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['b'], 'fr-1', []);
  });

  test('a file that is refused while « Confirmer » waits is told before the others leave', async () => {
    const seen = slow('b');
    await ask(candidate('a'), candidate('b'));
    await tick();
    await press('Confirmer');
    await act(async () => seen(screened('b', { problem: problem('files', 'files', 'medical-format') })));
    expect(files.confirm).not.toHaveBeenCalled();
    expect(told()).toContain('vient d’être refusé');
    expect(told()).toContain('format de données de santé');
    await press('Confirmer'); // was pressed before anybody could read that
    expect(files.confirm).not.toHaveBeenCalled();
    await act(async () => new Promise((read) => setTimeout(read, AGAIN)));
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a'], 'fr-1', []);
  });

  test('what is done with a file while « Confirmer » waits is confirmed anew', async () => {
    const seen = slow('b');
    await ask(candidate('a'), candidate('b'));
    await tick();
    await press('Confirmer');
    await press('Ne pas joindre a.pdf');
    expect(document.activeElement).toBe(button('Joindre a.pdf'));
    await act(async () => seen(screened('b')));
    expect(files.confirm).not.toHaveBeenCalled();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['b'], 'fr-1', []);
  });

  test('a copy that is asked for while « Confirmer » waits is made and looked at first', async () => {
    let made: (s: Screened) => void = () => {};
    vi.mocked(guard.screen).mockImplementation((token) =>
      token === 'b' ? new Promise(() => {}) : Promise.resolve(screened(token, { changes: ['smaller'] })),
    );
    vi.mocked(guard.undo).mockReturnValue(new Promise((resolve) => (made = resolve)));
    await ask(candidate('a'), candidate('b'));
    await tick();
    await press('Confirmer');
    await press('Reprendre l’original');
    expect(document.activeElement?.id).toBe('seen-a');
    await act(async () => made(screened('a', { findings: [nir] })));
    expect(files.confirm).not.toHaveBeenCalled();
    expect(told()).toContain('••• 2231');
  });

  const invoice: Invoice = {
    number: 'FA-1',
    order: '',
    contract: '',
    date: '',
    seller: '',
    total: '',
    currency: '',
    credit: false,
    sure: true,
  };

  test('what is attached is not asked about again, and its invoice is offered', async () => {
    vi.mocked(guard.screen).mockImplementation(async (token) =>
      screened(token, token === 'a' ? { invoice } : {}),
    );
    const full = candidate('b', { problem: problem('files', 'files', 'storage-full') });
    vi.mocked(files.confirm).mockResolvedValueOnce({ files: [], refused: [full], problems: [] });
    await ask(candidate('a'), candidate('b'));
    await tick();
    await press('Confirmer');
    expect(done).not.toHaveBeenCalled();
    expect(told()).not.toContain('a.pdf');
    expect(told()).toContain('b.pdf');
    await press('Confirmer');
    expect(files.confirm).toHaveBeenLastCalledWith('d1', ['b'], 'fr-1', []);
    expect(done).toHaveBeenCalledWith([invoice], invoice);
  });

  test('the number of the one invoice that says it is taken along, unless that is not wanted', async () => {
    vi.mocked(guard.screen).mockImplementation(async (token) =>
      screened(token, token === 'a' ? { invoice } : {}),
    );
    const takes = () =>
      [...document.querySelectorAll('label')].find((l) => l.textContent?.includes(invoice.number));
    await ask(candidate('a'), candidate('b'));
    expect(takes()?.querySelector('input')?.checked).toBe(true);
    await act(async () => takes()?.querySelector('input')?.click());
    await tick();
    await press('Confirmer');
    expect(done).toHaveBeenCalledWith([invoice], undefined);
  });

  test('a number that was guessed, or is one of two, is not taken along', async () => {
    vi.mocked(guard.screen).mockImplementation(async (token) =>
      screened(token, { invoice: { ...invoice, sure: token !== 'c' } }),
    );
    await ask(candidate('c'));
    expect(document.querySelectorAll('input[type=checkbox]')).toHaveLength(1);
    await ask(candidate('a'), candidate('b'));
    expect(document.querySelectorAll('input[type=checkbox]')).toHaveLength(1);
  });

  test('a refusal for good leaves nothing to confirm', async () => {
    const twice = candidate('b', { problem: problem('files', 'files', 'file-twice') });
    vi.mocked(files.confirm).mockResolvedValueOnce({ files: [], refused: [twice], problems: [] });
    await ask(candidate('a'), candidate('b'));
    await tick();
    await press('Confirmer');
    expect(box()).toBeNull();
    await press('Fermer');
    expect(done).toHaveBeenCalledTimes(1);
  });

  test('a file that has changed is looked at anew, and the statement is asked for anew', async () => {
    const changed = candidate('a', { problem: problem('files', 'files', 'file-changed') });
    vi.mocked(files.confirm).mockResolvedValueOnce({ files: [], refused: [changed], problems: [] });
    await ask(candidate('a'));
    await tick();
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: [nir] }));
    await press('Confirmer');
    expect(box().checked).toBe(false);
    expect(told()).toContain('••• 2231');
  });

  test('a file that has changed stands there once, with its size of now', async () => {
    const changed = candidate('a', { problem: problem('files', 'files', 'file-changed') });
    vi.mocked(files.confirm).mockResolvedValueOnce({ files: [], refused: [changed], problems: [] });
    await ask(candidate('a'));
    await tick();
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { size: 99 }));
    await press('Confirmer');
    expect(told().split('a.pdf')).toHaveLength(2);
    expect(told()).toContain('a changé depuis sa vérification');
    expect(told()).toMatch(/99\soctets/);
    expect(told()).not.toMatch(/10\soctets/);
  });

  test('a copy that can never leave is refused', async () => {
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { changes: ['smaller'] }));
    vi.mocked(guard.undo).mockResolvedValue(
      screened('a', { problem: problem('files', 'files', 'unreadable') }),
    );
    await ask(candidate('a'));
    await press('Reprendre l’original');
    expect(box()).toBeNull();
    expect(told()).not.toContain('aucune donnée de santé');
  });

  test('boxes that are not black yet keep their file here', async () => {
    vi.mocked(guard.page).mockReturnValue('about:blank');
    await ask(candidate('a'));
    await press('Voir les pages de a.pdf');
    const picture = document.querySelector<HTMLImageElement>('.redact-sheet img');
    Object.defineProperties(picture, { naturalWidth: { value: 70 }, naturalHeight: { value: 99 } });
    await act(async () => picture?.dispatchEvent(new Event('load')));
    await press('Ajouter un cadre');
    await act(async () =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })),
    );
    await act(async () =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })),
    );
    expect(document.querySelector('.redact')).toBeNull();
    expect(told()).toMatch(/1\scadre tracé/);
    await tick();
    await press('Confirmer');
    expect(files.confirm).not.toHaveBeenCalled();
    expect(told()).toContain('pas encore noircis');
  });

  test('the boxes are shown on the page that has them', async () => {
    vi.mocked(guard.page).mockReturnValue('about:blank');
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: [nir], pages: 3 }));
    await ask(candidate('a'));
    await press('Noircir…');
    const picture = document.querySelector<HTMLImageElement>('.redact-sheet img');
    Object.defineProperties(picture, { naturalWidth: { value: 70 }, naturalHeight: { value: 99 } });
    await act(async () => picture?.dispatchEvent(new Event('load')));
    await press('Ajouter un cadre');
    for (let i = 0; i < 2; i++)
      await act(async () =>
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })),
      );
    expect(document.querySelector('.redact')).toBeNull();
    await press('Voir les cadres…');
    expect(document.querySelector('.redact')?.textContent).toContain('Page 2 sur 3');
  });

  test('a file that is gone when it is to be masked is said so', async () => {
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: [nir], maskable: true }));
    vi.mocked(guard.change).mockRejectedValue(
      new CallError('invalid', [problem('files', 'files', 'unreadable')]),
    );
    await ask(candidate('a'));
    await press('Masquer');
    const said = document.querySelector('[role="alert"]')?.textContent;
    expect(said).toContain('Ce fichier n’a pas pu être lu.');
    expect(said).not.toContain('points à revoir');
  });

  test('only ways on that are there are named', async () => {
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: [nir] }));
    await ask(candidate('a'));
    await tick();
    await press('Confirmer');
    const said = () => document.querySelector('.popup-ask [role="status"]')?.textContent ?? '';
    expect(said()).toContain('noircissez-le ou dites pourquoi');
    expect(said()).not.toMatch(/masquez|ne joignez pas|renommez/);
  });

  test('a number in a file’s name cannot be masked: the file is to be renamed', async () => {
    vi.mocked(guard.screen).mockResolvedValue(
      screened('a', { findings: [{ ...nir, part: 'name', page: 0, line: 0 }], maskable: true }),
    );
    await ask(candidate('a'));
    expect(told()).toContain('Renommez le fichier, puis joignez-le de nouveau.');
    expect(told()).not.toMatch(/Masquer|Noircir/);
    await tick();
    await press('Confirmer');
    expect(told()).toContain('renommez le fichier ou dites pourquoi');
  });

  test('an answer is seen to be one', async () => {
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: [nir] }));
    await ask(candidate('a'));
    expect(document.querySelector('.seen-remark.red')).not.toBeNull();
    await press('Ce n’en est pas un\u202f: Numéro de sécurité sociale ••• 2231, page 2, ligne 7');
    const field = document.querySelector<HTMLInputElement>('.seen-remark input');
    await act(async () => field && typeInto(field, 'Numéro de série'));
    expect(document.querySelector('.seen-remark.red')).toBeNull();
    expect(document.querySelector('.seen-remark')?.textContent).toContain('Réponse donnée');
  });

  test('whoever has left out every file is told so', async () => {
    await ask(candidate('a'), candidate('b'));
    await press('Ne pas joindre a.pdf');
    await press('Ne pas joindre b.pdf');
    await tick();
    await press('Confirmer');
    expect(told()).toContain('reprenez-en un');
  });
});
