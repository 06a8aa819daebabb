import { Link, useLocation } from 'wouter';
import { reads, useShared } from '../bridge';
import { type Key, useWords } from '../text';
import { ActionMenu, Icon } from '../ui';

interface Place {
  href: string;
  label: Key;
  count?: number;
  spoken?: Key;
  urgent?: boolean;
}

// Nav is the strip at the left: begin anew, and the places with their counts.
export function Nav() {
  const words = useWords();
  const [, go] = useLocation();
  const { data: status } = useShared(reads.status);
  const out = (status?.waiting ?? 0) + (status?.toCorrect ?? 0);
  const places: Place[] = [
    { href: '/', label: 'nav.home' },
    { href: '/dashboard', label: 'nav.dashboard' },
    { href: '/requests', label: 'nav.requests', count: status?.requests, spoken: 'nav.count' },
    { href: '/drafts', label: 'nav.drafts', count: status?.drafts, spoken: 'nav.countDrafts' },
    { href: '/outbox', label: 'nav.outbox', count: out, spoken: 'nav.countOutbox', urgent: true },
    { href: '/contracts', label: 'contracts.title' },
  ];
  return (
    <nav id="nav" className="nav" aria-label={words.t('nav.label')}>
      <ActionMenu
        label={words.t('nav.new')}
        look="button go nav-new"
        entries={[
          { kind: 'act', id: 'assistant', label: words.t('nav.assistant'), run: () => go('/new/assistant') },
          { kind: 'act', id: 'form', label: words.t('nav.create'), run: () => go('/new/form') },
        ]}
      >
        <Icon name="plus" />
        {words.t('nav.new')}
      </ActionMenu>
      <ul>
        {places.map((p) => (
          <NavItem key={p.href} place={p} />
        ))}
      </ul>
    </nav>
  );
}

function NavItem({ place }: { place: Place }) {
  const words = useWords();
  const [at] = useLocation();
  const here = place.href === '/' ? at === '/' : at === place.href || at.startsWith(`${place.href}/`);
  const { count = 0 } = place;
  const counted = count > 0 && place.spoken ? words.t(place.spoken, { count }) : '';
  return (
    <li>
      <Link href={place.href} className="nav-item" aria-current={here ? 'page' : undefined}>
        {words.t(place.label)}
        {counted && (
          <span className={place.urgent ? 'nav-count urgent figures' : 'nav-count figures'}>
            <span aria-hidden="true">{count}</span>
            <span className="sr">{counted}</span>
          </span>
        )}
      </Link>
    </li>
  );
}
