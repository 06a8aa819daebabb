import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, type Candidate, files, type StoredFile, upload } from '../bridge';
import { choose, giveUp, type Incoming, lookAtPaths, offer, pastedFiles, store, tokensOf } from './incoming';
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

function incoming(...candidates: Candidate[]): Incoming {
  return { candidates, bytes: new Map(candidates.map((c) => [c.token, new Blob([c.token])])) };
}

const storedFile = (id: string) => ({ id }) as StoredFile;
const stored = storedFile('f1');
const confirmed = (waiting: string[], refused: Candidate[] = []) =>
  vi.mocked(files.confirm).mockResolvedValue({ files: [storedFile('f0')], waiting, refused, problems: [] });

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
  const run = (i: Incoming, tokens: string[], signal = new AbortController().signal, progress = vi.fn()) =>
    store('d1', ['f0'], i, tokens, 'fr-1', progress, signal);

  test('are confirmed with the sentence agreed to, and only the bytes the program waits for are sent', async () => {
    confirmed(['a']);
    vi.mocked(upload).mockImplementation(async (_token, _file, told) => {
      told(5);
      return stored;
    });
    const progress = vi.fn();
    const i = incoming(candidate('a'), candidate('b'));
    expect(await run(i, ['a', 'b'], undefined, progress)).toEqual({ stored: ['f1'], refused: [] });
    expect(files.confirm).toHaveBeenCalledWith('d1', ['a', 'b'], 'fr-1');
    expect(vi.mocked(upload).mock.calls.map((c) => [c[0], c[1]])).toEqual([['a', i.bytes.get('a')]]);
    expect(progress).toHaveBeenCalledWith('a', 5);
  });

  test('that fail are told one by one, and the others are stored', async () => {
    confirmed(['a', 'b', 'c'], [candidate('z', { problem: refusal })]);
    vi.mocked(upload)
      .mockRejectedValueOnce(new CallError('invalid', [refusal]))
      .mockRejectedValueOnce(new TypeError('gone'))
      .mockResolvedValueOnce(stored);
    const { refused } = await run(incoming(candidate('a'), candidate('b'), candidate('c')), ['a', 'b', 'c']);
    expect(refused.map((c) => [c.token, c.problem?.code])).toEqual([
      ['z', 'file-type'],
      ['a', 'file-type'],
      ['b', 'unreadable'],
    ]);
    expect(upload).toHaveBeenCalledTimes(3);
  });

  test('stop being sent once the person has cancelled, which is no refusal', async () => {
    confirmed(['a', 'b']);
    const cancel = new AbortController();
    vi.mocked(upload).mockImplementation(async () => {
      cancel.abort();
      throw new CallError('unreadable');
    });
    const i = incoming(candidate('a'), candidate('b'));
    expect(await run(i, ['a', 'b'], cancel.signal)).toEqual({ stored: [], refused: [] });
    expect(upload).toHaveBeenCalledTimes(1);
  });

  test('are known by name, so that cancelling takes back these and no others', async () => {
    vi.mocked(files.confirm).mockResolvedValue({
      files: [storedFile('f0'), storedFile('f2')],
      waiting: ['a', 'b'],
      refused: [],
      problems: [],
    });
    const cancel = new AbortController();
    vi.mocked(upload).mockImplementation(async () => {
      cancel.abort();
      return stored;
    });
    const outcome = await run(incoming(candidate('a'), candidate('b')), ['a', 'b'], cancel.signal);
    expect(outcome).toEqual({ stored: ['f2', 'f1'], refused: [] });
    expect(upload).toHaveBeenCalledTimes(1);
    await giveUp('d1', outcome);
    expect(vi.mocked(files.remove).mock.calls).toEqual([
      ['d1', 'f2'],
      ['d1', 'f1'],
    ]);
  });

  test('are not sent when the program does not take the confirmation', async () => {
    vi.mocked(files.confirm).mockRejectedValue(new CallError('disk-full'));
    await expect(run(incoming(candidate('a')), ['a'])).rejects.toMatchObject({ code: 'disk-full' });
    expect(upload).not.toHaveBeenCalled();
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
