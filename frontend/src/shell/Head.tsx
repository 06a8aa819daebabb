import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { reads, useShared } from '../bridge';
import { Bell } from '../features/bell/Bell';
import { openGuide } from '../guide';
import { lookFor, placeOfQuery, toFound, useLookedFor } from '../request';
import { useWords } from '../text';
import { Icon, Search, useCommands } from '../ui';
import { BeginMenu } from './BeginMenu';
import { PersonMenu } from './PersonMenu';
import { useSetting } from './useSetting';

// Head is the strip at the top: the name, what can be asked for, search, what has
// come, who is at the desk.
export function Head({ open, onMenu }: { open: boolean; onMenu: () => void }) {
  const words = useWords();
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
      <BeginMenu label={words.t('nav.support')} assistant={words.t('nav.solve')} look="head-button">
        {words.t('nav.support')}
        <Icon name="down" size={16} />
      </BeginMenu>
      <HeadSearch key={person?.id} />
      <Bell key={`bell ${person?.id}`} set={set} />
      <button
        type="button"
        className="head-button head-help"
        data-tour="help"
        aria-label={words.t('guide.menu')}
        aria-keyshortcuts="F1"
        title={words.t('app.pair', { name: words.t('guide.menu'), value: words.keys('f1') })}
        onClick={openGuide}
      >
        <span aria-hidden="true">?</span>
      </button>
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
  useCommands([
    {
      id: 'search',
      label: words.t('nav.search'),
      keys: 'mod+f',
      run: () => box.current?.querySelector('input')?.focus(),
    },
  ]);
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
    <search className="head-search" data-tour="search" ref={box}>
      <Search label={words.t('nav.search')} value={query} onChange={type} onSubmit={search}>
        <span className="head-key" aria-hidden="true">
          {words.keys('mod+f')}
        </span>
      </Search>
    </search>
  );
}
