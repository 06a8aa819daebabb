import { useLayoutEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { type Person, reads, useShared } from '../bridge';
import { isPlain, KeysDialog } from '../features/keys/KeysLine';
import { useSignOut } from '../features/session/useSignOut';
import { useWords, type Words } from '../text';
import { ActionMenu, type MenuEntry, useToast } from '../ui';
import { ask, hintOf, notNow, othersOf, useEnter } from '../who';
import { mask } from './Mask';
import { useSetting } from './useSetting';

// PersonMenu is who is at the desk, who else can be, and their choices.
export function PersonMenu() {
  const words = useWords();
  const { data: person } = useShared(reads.person);
  const { data: keys } = useShared(reads.keys);
  const [keysOpen, setKeysOpen] = useState(false);
  const [, go] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a code is for one person's eyes
  useLayoutEffect(() => setKeysOpen(false), [person?.id]);
  const comings = useComings();
  const settings = useSettings();
  const name = person?.known ? person.name : words.t('person.signIn'); // as it is shown
  const own: MenuEntry[] = [{ kind: 'act', id: 'mask', label: words.t('person.mask'), run: mask }];
  if (person?.known)
    own.push({ kind: 'act', id: 'pin', label: words.t('pin.menu'), run: () => ask({ kind: 'pin' }) });
  if (keys)
    own.push({
      kind: 'act',
      id: 'keys',
      label: words.t(isPlain(keys) ? 'plain.menu' : 'code.menu'),
      run: () => setKeysOpen(true),
    });
  own.push({ kind: 'act', id: 'privacy', label: words.t('privacy.title'), run: () => go('/privacy') });
  own.push({ kind: 'act', id: 'help', label: words.t('help.title'), run: () => go('/help') });
  return (
    <>
      <ActionMenu
        label={words.t('app.pair', { name: words.t('person.menu'), value: name })}
        labelled
        look="head-button person"
        entries={[...comings, ...settings, ...own]}
      >
        <span
          className={person?.signedIn ? 'avatar' : 'avatar out'}
          data-initials={person?.known ? initials(person) : '?'}
          aria-hidden="true"
        />
        <span className="person-name">{name}</span>
      </ActionMenu>
      {keys && keysOpen && <KeysDialog plain={isPlain(keys)} onClose={() => setKeysOpen(false)} />}
    </>
  );
}

// useComings are who can come to the desk, and how to leave it.
export function useComings(): MenuEntry[] {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const enter = useEnter();
  const signOut = useSignOut();
  const { data: person } = useShared(reads.person);
  const { data: people } = useShared(reads.people);
  const others = othersOf(people, person);
  const act = (id: string, label: string, run: () => void) => ({ kind: 'act' as const, id, label, run });

  // What waits stays behind: that is said first.
  const leave = async () => {
    if ((reads.status.snapshot().data?.waiting ?? 0) > 0) return ask({ kind: 'sign-out' });
    const code = await signOut();
    if (code) toast(...notNow(code));
  };
  const acts: MenuEntry[] = [];
  if (person?.known && !person.signedIn)
    acts.push(
      act('again', words.t('person.signInAgain'), () => ask({ kind: 'sign-in', expected: person.id })),
    );
  const anybody = () => ask({ kind: 'sign-in', expected: '' });
  acts.push(
    act('sign-in', words.t(others.length || person?.known ? 'person.other' : 'person.signIn'), anybody),
  );
  if (people?.length === 0) acts.push(act('start', words.t('start.menu'), () => go('/start')));
  if (person?.signedIn) acts.push(act('sign-out', words.t('person.signOut'), () => void leave()));
  if (person?.known) acts.push(act('leave', words.t('person.leave'), () => enter()));
  if (others.length === 0) return acts;
  const entries = others.map((k) => ({
    ...act(`person:${k.id}`, k.name, () => enter(k)),
    hint: hintOf(words, k),
  }));
  return [{ kind: 'group', id: 'people', label: words.t('person.people'), entries }, ...acts];
}

// useSettings are the person's choices, and the PC's.
function useSettings(): MenuEntry[] {
  const words = useWords();
  const set = useSetting();
  const { data: settings } = useShared(reads.settings);
  const { data: person } = useShared(reads.person);
  const all: MenuEntry[] = [
    {
      kind: 'setting',
      id: 'language',
      label: words.t('person.language'),
      apart: true,
      value: words.lang,
      options: [
        { value: 'fr', label: 'Français', lang: 'fr' },
        { value: 'en', label: 'English', lang: 'en' },
      ],
      run: (language) => set({ language }),
    },
    {
      kind: 'setting',
      id: 'theme',
      label: words.t('person.theme'),
      apart: true,
      value: settings?.theme ?? 'system',
      options: (['system', 'light', 'dark'] as const).map((t) => ({
        value: t,
        label: words.t(`theme.${t}`),
      })),
      run: (theme) => set({ theme }),
    },
    {
      kind: 'setting',
      id: 'upload',
      label: words.t('person.upload'),
      hint: words.t('person.uploadHint'),
      apart: true,
      value: String(settings?.upload ?? 0),
      options: among(RATES, settings?.upload ?? 0, slower).map((u) => ({
        value: String(u),
        label: rate(words, u),
      })),
      run: (upload) => set({ upload: Number(upload) }),
    },
    {
      kind: 'setting',
      id: 'idle',
      label: words.t('person.idle'),
      hint: words.t('person.idleHint'),
      apart: true,
      value: String(settings?.idle ?? 0),
      options: among(IDLES, settings?.idle ?? 0, later).map((m) => ({
        value: String(m),
        label: m === 0 ? words.t('idle.never') : words.t('idle.after', { count: m }),
      })),
      run: (idle) => set({ idle: Number(idle) }),
    },
  ];
  all.push({
    kind: 'setting',
    id: 'autostart',
    label: words.t('person.autostart'),
    hint: words.t('person.autostartHint'),
    apart: true,
    value: settings?.autostart ? 'on' : 'off',
    options: [
      { value: 'on', label: words.t('autostart.on') },
      { value: 'off', label: words.t('autostart.off') },
    ],
    run: (autostart) => set({ autostart: autostart === 'on' }),
  });
  all.push({
    kind: 'setting',
    id: 'closing',
    label: words.t('person.closing'),
    hint: words.t('person.closingHint'),
    apart: true,
    value: settings?.closing ?? 'ask',
    options: (['ask', 'finish'] as const).map((c) => ({ value: c, label: words.t(`closing.${c}`) })),
    run: (closing) => set({ closing }),
  });
  if (person && person.practices.length > 1)
    all.unshift({
      kind: 'setting',
      id: 'practice',
      label: words.t('person.practice'),
      hint: words.t('person.practiceHint'),
      apart: true,
      value: settings?.practice || person.preferred,
      options: person.practices.map((p) => ({ value: p.id, label: p.name })),
      run: (practice) => set({ practice }),
    });
  const locked = settings?.locked ?? [];
  return all.map((e) => (e.kind === 'setting' && locked.includes(e.id) ? fixed(words, e) : e));
}

// fixed is a setting that whoever set this PC up has decided.
function fixed(words: Words, e: MenuEntry & { kind: 'setting' }): MenuEntry {
  return { ...e, hint: words.t('person.locked'), options: e.options.filter((o) => o.value === e.value) };
}

const IDLES = [2, 5, 10, 30, 0]; // minutes, 0 for never
const RATES = [0, 2000, 1000, 500, 250, 100]; // kB/s, 0 for the whole line

const later = (minutes: number) => minutes || Number.POSITIVE_INFINITY;
const slower = (rate: number) => (rate ? -rate : Number.NEGATIVE_INFINITY);

function rate(words: Words, limit: number): string {
  return limit === 0 ? words.t('upload.unlimited') : words.rate(limit * 1000);
}

// among are the choices, in their order, and the present one if it is another.
function among(choices: number[], present: number, order: (choice: number) => number): number[] {
  if (choices.includes(present)) return choices;
  return [...choices, present].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function initials(person: Person): string {
  const parts = person.name.split(/\s+/).filter(Boolean);
  return [parts[0], parts.length > 1 ? parts.at(-1) : ''].map((p) => p?.[0] ?? '').join('');
}
