import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { type Person, reads, session, useShared } from '../bridge';
import { flushAll, reopenAll } from '../draft';
import { useWords } from '../text';
import { ActionMenu, Icon, Search, useToast } from '../ui';
import { mask } from './Mask';
import { useSetting } from './useSetting';

const SignIn = lazy(() => import('../features/session/SignIn').then((m) => ({ default: m.SignIn })));

// Head is the strip at the top: the name, what can be asked for, search, who
// is at the desk.
export function Head({ open, onMenu }: { open: boolean; onMenu: () => void }) {
  const words = useWords();
  const [, go] = useLocation();
  return (
    <header className="head">
      <button type="button" className="head-menu" aria-expanded={open} aria-controls="nav" onClick={onMenu}>
        <Icon name="menu" size={22} />
        <span className="sr">{words.t('nav.menu')}</span>
      </button>
      <Link href="/" className="brand">
        <Icon name="mark" size={26} />
        {words.t('app.name')}
      </Link>
      <ActionMenu
        label={words.t('nav.support')}
        look="head-button"
        entries={[
          { kind: 'act', id: 'solve', label: words.t('nav.solve'), run: () => go('/new/assistant') },
          { kind: 'act', id: 'create', label: words.t('nav.create'), run: () => go('/new/form') },
        ]}
      >
        {words.t('nav.support')}
        <Icon name="down" size={16} />
      </ActionMenu>
      <HeadSearch />
      <PersonMenu />
    </header>
  );
}

function HeadSearch() {
  const words = useWords();
  const [, go] = useLocation();
  const [query, setQuery] = useState('');
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      box.current?.querySelector('input')?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const search = () => {
    go(query.trim() ? `/requests/${encodeURIComponent(query.trim())}` : '/requests');
    setQuery('');
  };
  return (
    <search className="head-search" ref={box}>
      <Search label={words.t('nav.search')} value={query} onChange={setQuery} onSubmit={search}>
        <span className="head-key" aria-hidden="true">
          Ctrl K
        </span>
      </Search>
    </search>
  );
}

function PersonMenu() {
  const words = useWords();
  const toast = useToast();
  const set = useSetting();
  const { data: person } = useShared(reads.person);
  const { data: settings } = useShared(reads.settings);
  const [asking, setAsking] = useState(false);
  const name = person?.known ? person.name : words.t('person.signIn'); // as it is shown

  const signOut = async () => {
    if (!(await flushAll())) return toast((w) => w.t('signIn.unsaved'));
    try {
      await session.signOut();
      await reopenAll();
      toast((w) => w.t('signOut.done'), { lasts: true, about: 'session' });
    } catch {
      toast((w) => w.error('internal'));
    }
  };
  return (
    <>
      <ActionMenu
        label={words.t('app.pair', { name: words.t('person.menu'), value: name })}
        labelled
        look="head-button person"
        entries={[
          {
            kind: 'setting',
            id: 'language',
            label: words.t('person.language'),
            value: words.lang,
            options: [
              { value: 'fr', label: 'Français' },
              { value: 'en', label: 'English' },
            ],
            run: (language) => set({ language }),
          },
          {
            kind: 'setting',
            id: 'theme',
            label: words.t('person.theme'),
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
              label: u === 0 ? words.t('upload.unlimited') : words.rate(u * 1000),
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
          { kind: 'act', id: 'mask', label: words.t('person.mask'), run: mask },
          {
            kind: 'act',
            id: 'sign-in',
            label: words.t(person?.signedIn ? 'person.change' : 'person.signIn'),
            run: () => setAsking(true),
          },
          ...(person?.signedIn
            ? [
                {
                  kind: 'act' as const,
                  id: 'sign-out',
                  label: words.t('person.signOut'),
                  run: () => void signOut(),
                },
              ]
            : []),
        ]}
      >
        <span
          className={person?.signedIn ? 'avatar' : 'avatar out'}
          data-initials={person?.known ? initials(person) : '?'}
          aria-hidden="true"
        />
        <span className="person-name">{person?.known ? person.name : words.t('person.signIn')}</span>
      </ActionMenu>
      <Suspense>{asking && <SignIn onClose={() => setAsking(false)} />}</Suspense>
    </>
  );
}

const IDLES = [2, 5, 10, 30, 0]; // minutes, 0 for never
const RATES = [0, 2000, 1000, 500, 250, 100]; // kB/s, 0 for the whole line

const later = (minutes: number) => minutes || Number.POSITIVE_INFINITY;
const slower = (rate: number) => (rate ? -rate : Number.NEGATIVE_INFINITY);

// among are the choices, in their order, and the present one if it is another.
function among(choices: number[], present: number, order: (choice: number) => number): number[] {
  if (choices.includes(present)) return choices;
  return [...choices, present].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function initials(person: Person): string {
  const parts = person.name.split(/\s+/).filter(Boolean);
  return [parts[0], parts.length > 1 ? parts.at(-1) : ''].map((p) => p?.[0] ?? '').join('');
}
