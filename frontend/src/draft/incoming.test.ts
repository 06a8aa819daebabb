import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Candidate, type Finding, files, type StoredFile, upload } from '../bridge';
import { choose, giveUp, lookAtPaths, offer, pastedFiles, store, tokensOf } from './incoming';
import { problem } from './testing';

vi.mock('../bridge', async (original) => ({
  ...(await original<typeof import('../bridge')>()),
  upload: vi.fn(),
  files: { look: vi.fn(), choose: vi.fn(), offer: vi.fn(), confirm: vi.fn(), remove: vi.fn() },
}));

const refusal = problem('files', 'files', 'file-type');

function candidate(token: string, over: Partial<Candidate> = {}): Candidate {
  return { token, name: `${token}.pdf`, size: 10, media: 'application/pdf', needsBytes: true, ...over };
}

const storedFile = (id: string) => ({ id }) as StoredFile;

beforeEach(() => {
  vi.resetAllMocks();
});

describe('files on their way in', () => {
  test('from the program’s own window are read by the program: no byte is held here', async () => {
    vi.mocked(files.look).mockResolvedValue([candidate('a')]);
    vi.mocked(files.choose).mockResolvedValue([candidate('b')]);
    expect(await lookAtPaths('d1', ['/a.pdf'])).toEqual({ candidates: [candidate('a')], bytes: new Map() });
    expect(files.look).toHaveBeenCalledWith('d1', ['/a.pdf']);
    expect(await choose('d1', 'Choisir des fichiers')).toEqual({
      candidates: [candidate('b')],
      bytes: new Map(),
    });
  });

  test('that only the window can read are held until they are confirmed, the refused ones not', async () => {
    const [good, bad] = [new File(['a'], 'a.pdf'), new File(['b'], 'b.exe')];
    vi.mocked(files.offer)
      .mockResolvedValueOnce(candidate('a'))
      .mockResolvedValueOnce(candidate('', { problem: refusal }));
    const found = await offer('d1', [good, bad]);
    expect(found.candidates.length).toBe(2);
    expect([...found.bytes]).toEqual([['a', good]]);
    expect(tokensOf(found)).toEqual(['a']);
    expect(files.confirm).not.toHaveBeenCalled();
    expect(upload).not.toHaveBeenCalled();
  });
});

describe('confirmed files', () => {
  const answers = [{ token: 'a', finding: { kind: 'nir' } as Finding, reason: 'numéro de série' }];

  test('are confirmed with the sentence agreed to and what was answered, and the new ones are told', async () => {
    const refused = [candidate('z', { problem: refusal })];
    vi.mocked(files.confirm).mockResolvedValue({
      files: [storedFile('f0'), storedFile('f1')],
      refused,
      problems: [],
    });
    expect(await store('d1', ['f0'], ['a', 'z'], 'fr-1', answers)).toEqual({ stored: ['f1'], refused });
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a', 'z'], 'fr-1', answers);
  });

  test('are taken back, these and no others, when the person cancels', async () => {
    await giveUp('d1', { stored: ['f2', 'f1'], refused: [] });
    expect(vi.mocked(files.remove).mock.calls).toEqual([
      ['d1', 'f2'],
      ['d1', 'f1'],
    ]);
  });
});

describe('a paste', () => {
  const paste = (...names: string[]) =>
    ({ files: names.map((n) => new File(['x'], n, { type: 'image/png' })) }) as unknown as DataTransfer;

  test('of a screenshot is called by the time, since they all come with one name', () => {
    const now = new Date(2026, 2, 5, 9, 4, 7);
    const [shot] = pastedFiles(paste('image.png'), now);
    expect(shot?.name).toBe('capture-2026-03-05-09h04m07.png');
    expect(shot?.type).toBe('image/png');
    expect(shot?.size).toBe(1);
  });

  test('of a file keeps its name, and of text brings no file', () => {
    expect(pastedFiles(paste('facture.png'))[0]?.name).toBe('facture.png');
    expect(pastedFiles(paste())).toEqual([]);
    expect(pastedFiles(null)).toEqual([]);
  });
});
