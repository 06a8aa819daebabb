import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { CallError, host, reads, type Settings } from '../bridge';
import { type Language, Speak } from '../text';
import { Words } from '../text/words';
import { Toasts } from '../ui';
import { stage } from '../ui/testing';
import { useSetting } from './useSetting';

// What is on the disk, and how saving goes.
let disk: Settings;
let saves: { next: Settings; end: (failure?: string) => void }[];

vi.mock('../bridge', async (original) => {
  const bridge = await original<typeof import('../bridge')>();
  return {
    ...bridge,
    host: { saveSettings: vi.fn() },
    reads: { settings: new bridge.Read(async () => disk, []) },
  };
});

const root = stage();
let set: (change: Partial<Settings>) => void;

function Probe() {
  set = useSetting();
  return null;
}

const show = (lang: Language = 'fr') =>
  act(async () =>
    root.render(
      <Speak lang={lang}>
        <Toasts words={new Words(lang)} close="Fermer" place="/">
          <Probe />
        </Toasts>
      </Speak>,
    ),
  );
const shown = () => reads.settings.snapshot().data;
const told = () => document.querySelector('.toast > p')?.textContent ?? '';
const light: Settings = {
  language: 'fr',
  theme: 'light',
  upload: 500,
  idle: 10,
  autostart: false,
  toured: false,
  closing: 'ask',
  locked: [],
  keep: 30,
  practice: '',
  columns: [],
  quiet: [],
};

beforeEach(() => {
  disk = light;
  saves = [];
  vi.mocked(host.saveSettings).mockImplementation(
    (next) =>
      new Promise<void>((done, fail) =>
        saves.push({
          next,
          end: (failure) => {
            if (failure) return fail(new CallError(failure));
            disk = next;
            done();
          },
        }),
      ),
  );
});

test('nothing is changed before the settings are known, since the others would be lost', async () => {
  await show();
  await act(async () => set({ theme: 'dark' }));
  expect(shown()).toBeUndefined();
  expect(saves).toEqual([]);
});

test('a choice shows at once, and the last of quick ones is the last on the disk', async () => {
  await act(() => reads.settings.refresh());
  await show();
  await act(async () => {
    set({ theme: 'dark' });
    set({ upload: 250 });
  });
  expect(shown()).toEqual({ ...light, theme: 'dark', upload: 250 });
  expect(saves).toHaveLength(1);
  await act(async () => saves[0]?.end());
  expect(saves).toHaveLength(2);
  await act(async () => saves[1]?.end());
  expect(disk).toEqual({ ...light, theme: 'dark', upload: 250 });
  expect(told()).toBe('');
});

test.each(['fr', 'en'] as const)('one that cannot be kept goes back, and says why (%s)', async (lang) => {
  await act(() => reads.settings.refresh());
  await show(lang);
  await act(async () => set({ theme: 'dark' }));
  await act(async () => saves[0]?.end('disk-full'));
  expect(shown()).toEqual(light);
  expect(told()).toBe(new Words(lang).error('disk-full'));
});

test('a newer choice stays when an older one could not be kept', async () => {
  await act(() => reads.settings.refresh());
  await show();
  await act(async () => {
    set({ theme: 'dark' });
    set({ theme: 'system' });
  });
  await act(async () => saves[0]?.end('disk-full'));
  expect(shown()?.theme).toBe('system');
  await act(async () => saves[1]?.end());
  expect([shown()?.theme, disk.theme]).toEqual(['system', 'system']);
});

test('what was read while a choice was being kept does not stay in sight', async () => {
  await act(() => reads.settings.refresh());
  await show();
  await act(async () => set({ theme: 'dark' }));
  await act(() => reads.settings.refresh()); // somebody has come: it is read anew, as it was
  expect(shown()?.theme).toBe('light');
  await act(async () => saves[0]?.end());
  expect(shown()?.theme).toBe('dark');
});

test('the last of quick choices is the last on the disk, wherever each was made', async () => {
  await act(() => reads.settings.refresh());
  await show();
  const menu = set;
  await act(async () => root.render(null));
  await show(); // another part of the window
  await act(async () => {
    menu({ theme: 'dark' });
    set({ theme: 'system' });
  });
  expect(saves).toHaveLength(1);
  await act(async () => saves[0]?.end());
  await act(async () => saves[1]?.end());
  expect([shown()?.theme, disk.theme]).toEqual(['system', 'system']);
});
