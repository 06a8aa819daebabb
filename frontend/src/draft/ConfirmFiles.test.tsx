import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Candidate, files } from '../bridge';
import { stage } from '../ui/testing';
import { ConfirmFiles } from './ConfirmFiles';
import { problem } from './testing';

vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  upload: vi.fn(),
  files: { confirm: vi.fn(), forget: vi.fn(), remove: vi.fn() },
}));

const statement = /^Je confirme que/;

const root = stage();
const done = vi.fn();

function candidate(token: string, over: Partial<Candidate> = {}): Candidate {
  return { token, name: `${token}.pdf`, size: 10, media: 'application/pdf', needsBytes: false, ...over };
}

async function ask(...candidates: Candidate[]): Promise<void> {
  const incoming = { candidates, bytes: new Map() };
  await act(async () =>
    root.render(<ConfirmFiles draft="d1" known={[]} incoming={incoming} onDone={done} />),
  );
}

function button(name: string): HTMLButtonElement {
  const all = [...document.querySelectorAll('button')];
  const found = all.find((b) => (b.getAttribute('aria-label') ?? b.textContent) === name);
  if (!found) throw new Error(`no button « ${name} »`);
  return found;
}

const press = (name: string) => act(async () => button(name).click());
const box = () => document.querySelector('input[type="checkbox"]') as HTMLInputElement;
const tick = () => act(async () => box().click());
const told = () => document.querySelector('[role="dialog"]')?.textContent ?? '';

beforeEach(() => {
  vi.resetAllMocks();
  vi.mocked(files.forget).mockResolvedValue(undefined);
  vi.mocked(files.confirm).mockResolvedValue({ files: [], waiting: [], refused: [], problems: [] });
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
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a', 'b'], 'fr-1');
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
    expect(files.confirm).toHaveBeenCalledWith('d1', ['b'], 'fr-1');
    expect(files.forget).toHaveBeenCalledWith(['a']);
  });

  test('one that was left out can be taken in again', async () => {
    await ask(candidate('a'), candidate('b'));
    await press('Ne pas joindre a.pdf');
    await press('Joindre a.pdf');
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a', 'b'], 'fr-1');
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
});
