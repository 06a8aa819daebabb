import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Candidate, type Finding, files, guard, type Screened } from '../bridge';
import { stage } from '../ui/testing';
import { ConfirmFiles } from './ConfirmFiles';
import { recognise } from './recognise';
import { recognisePages } from './screening';
import { candidate, nir, screened } from './testing';

// What is said of a file holds for its bytes: a copy that is made of it is looked at, and
// asked about, anew.

vi.mock('./recognise', () => ({ recognise: vi.fn() }));
vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  onScreening: vi.fn(() => () => {}),
  guard: {
    screen: vi.fn(),
    stop: vi.fn(),
    change: vi.fn(),
    undo: vi.fn(),
    recognised: vi.fn(),
    page: vi.fn((token: string, page: number) => `about:blank#${token}-${page}`),
  },
  files: { confirm: vi.fn(), forget: vi.fn(), remove: vi.fn() },
}));

const root = stage();
const done = vi.fn();

async function ask(...candidates: Candidate[]): Promise<void> {
  const incoming = { candidates, bytes: new Map() };
  await act(async () =>
    root.render(<ConfirmFiles draft="d1" known={[]} incoming={incoming} onDone={done} />),
  );
}

function button(name: string | RegExp): HTMLButtonElement | undefined {
  return [...document.querySelectorAll('button')].find((b) => {
    const said = (b.getAttribute('aria-label') ?? b.textContent ?? '').replace(/[\u202f\u00a0]/g, ' ');
    return typeof name === 'string' ? said === name : name.test(said);
  });
}
const press = (name: string | RegExp) => act(async () => button(name)?.click());
const box = () => document.querySelector('input[type="checkbox"]') as HTMLInputElement;
const tick = () => act(async () => box().click());
const told = () =>
  (document.querySelector('[role="dialog"]')?.textContent ?? '').replace(/[\u202f\u00a0]/g, ' ');

// answer says why the first thing that was found is not what it looks like.
async function answer(reason: string): Promise<void> {
  await press(/^Ce n’en est pas un :/);
  const fields = [...document.querySelectorAll<HTMLInputElement>('.seen-remark input')];
  const field = fields.find((f) => f.value === '');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, reason);
  await act(async () => void field?.dispatchEvent(new Event('input', { bubbles: true })));
}

const number = (line: number): Finding => ({ ...nir, page: 0, line, tail: `22${line}` });

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(files.forget).mockResolvedValue(undefined);
  vi.mocked(guard.stop).mockResolvedValue(undefined);
  vi.mocked(files.confirm).mockResolvedValue({ files: [], refused: [], problems: [] });
});

describe('« Masquer » in a file of many numbers', () => {
  const lines = Array.from({ length: 59 }, (_, i) => number(i + 11));

  test('is one button for all of them', async () => {
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: lines, maskable: true }));
    await ask(candidate('a'));
    const masks = [...document.querySelectorAll('button')].filter((b) => /Masquer/.test(b.textContent ?? ''));
    expect(masks).toHaveLength(1);
    expect(masks[0]?.textContent).toMatch(/^Masquer les 59\snuméros$/);
  });

  test('spares what was answered for, and keeps its reason', async () => {
    const [spared, other] = [number(3), number(4)];
    vi.mocked(guard.screen).mockResolvedValue(
      screened('a', { findings: [spared, other], maskable: true, drawn: false }),
    );
    vi.mocked(guard.change).mockResolvedValue(
      screened('a', { findings: [spared], maskable: true, drawn: false, changes: ['masked'] }),
    );
    await ask(candidate('a'));
    await answer('numéro de série');
    await press('Masquer');
    expect(guard.change).toHaveBeenCalledWith('a', 'mask', [], [spared]);
    expect(told()).toContain('Réponse donnée');
    await tick();
    await press('Confirmer');
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a'], 'fr-1', [
      { token: 'a', finding: spared, reason: 'numéro de série' },
    ]);
  });
});

describe('another copy', () => {
  test.each<[string, string]>([
    ['Masquer', 'change'],
    ['Reprendre l’original', 'undo'],
  ])('by « %s » takes off the tick and the reasons', async (name, how) => {
    const over = { findings: [nir], maskable: true, drawn: false, changes: ['smaller'] };
    vi.mocked(guard.screen).mockResolvedValue(screened('a', over));
    vi.mocked(guard[how as 'undo']).mockResolvedValue(screened('a', over));
    await ask(candidate('a'));
    if (how === 'undo') await answer('numéro de série');
    await tick();
    await press(name);
    expect(box().checked).toBe(false);
    expect(told()).toContain('cochez de nouveau');
    await tick();
    await press('Confirmer');
    expect(files.confirm).not.toHaveBeenCalled();
    expect(told()).toContain('Répondez d’abord');
  });

  test('is looked at before it leaves, whatever was answered before, and nobody can skip that', async () => {
    let read: (found: { text: string; readable: boolean }) => void = () => {};
    vi.mocked(guard.screen).mockResolvedValue(screened('a', { findings: [nir], pages: 2 }));
    vi.mocked(guard.change).mockResolvedValue(
      screened('a', { scans: [1, 2], pages: 2, changes: ['redacted'] }),
    );
    vi.mocked(recognise).mockImplementation(() => new Promise((now) => (read = now)));
    vi.mocked(guard.recognised).mockImplementation(async (_t, page) =>
      screened('a', { scans: page === 2 ? [1] : [], findings: [nir], pages: 2, changes: ['redacted'] }),
    );
    await ask(candidate('a'));
    await answer('numéro de série');
    await press('Noircir…');
    const picture = document.querySelector<HTMLImageElement>('.redact-sheet img');
    Object.defineProperties(picture, { naturalWidth: { value: 70 }, naturalHeight: { value: 99 } });
    await act(async () => picture?.dispatchEvent(new Event('load')));
    await press('Ajouter un cadre');
    await press('Noircir');
    await tick();
    await press('Confirmer');
    expect(told()).toContain('Vérification…');
    expect(document.querySelector('.popup-skip:not(.away)')).toBeNull();
    await act(async () => read({ text: '', readable: true }));
    expect(vi.mocked(guard.recognised).mock.calls[0]?.[1], 'the page with the number comes first').toBe(2);
    await act(async () => read({ text: '', readable: true }));
    expect(files.confirm).not.toHaveBeenCalled();
    expect(told()).toContain('••• 2231');
    expect(told()).toContain('Répondez d’abord');
  });
});

test('pages of which something is known are read, however many pictures there are', async () => {
  const scans = Array.from({ length: 30 }, (_, i) => i + 1);
  let now: Screened = screened('a', { scans });
  const read: number[] = [];
  vi.mocked(guard.recognised).mockImplementation(async (_t, page) => {
    read.push(page);
    now = { ...now, scans: now.scans.filter((p) => p !== page) };
    return now;
  });
  const { signal } = new AbortController();
  const given = async () => ({ text: '', readable: true });
  const look = await recognisePages(now, given, () => {}, signal, signal, [28]);
  expect(read).toHaveLength(20);
  expect(read[0]).toBe(28);
  expect(look).toMatchObject({ phase: 'seen', most: true });
});
