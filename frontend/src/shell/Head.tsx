import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { reads, useShared } from '../bridge';
import { Bell } from '../features/bell/Bell';
import { lookFor, placeOfQuery, toFound, useLookedFor } from '../request';
import { useWords } from '../text';
import { ActionMenu, Icon, Search } from '../ui';
import { PersonMenu } from './PersonMenu';
import { useSetting } from './useSetting';

// Head is the strip at the top: the name, what can be asked for, search, what has
// come, who is at the desk.
export function Head({ open, onMenu }: { open: boolean; onMenu: () => void }) {
  const words = useWords();
  const [, go] = useLocation();
  const { data: person } = useShared(reads.person);
  const set = useSetting();
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
      <HeadSearch key={person?.id} />
      <Bell key={`bell ${person?.id}`} set={set} />
      <PersonMenu />
    </header>
  );
}

function HeadSearch() {
  const words = useWords();
  const [at, go] = useLocation();
  const live = /^\/requests(\/|$)/.test(at); // the list itself follows what is typed
  const [query, setQuery] = useState('');
  const looked = useLookedFor();
  const box = useRef<HTMLElement>(null);
  // With the list, or what is looked for there, goes what was typed here for it.
  useEffect(() => {
    if (!looked) setQuery('');
  }, [looked]);
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
  const type = (text: string) => {
    setQuery(text);
    if (live) lookFor(text);
  };
  const search = () => {
    if (live && query.trim()) toFound();
    else go(placeOfQuery({ text: query }));
    setQuery('');
  };
  return (
    <search className="head-search" ref={box}>
      <Search label={words.t('nav.search')} value={query} onChange={type} onSubmit={search}>
        <span className="head-key" aria-hidden="true">
          Ctrl K
        </span>
      </Search>
    </search>
  );
}
