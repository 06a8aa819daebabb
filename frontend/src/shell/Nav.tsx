import { Link, useLocation } from 'wouter';
import { reads, useShared } from '../bridge';
import { type Key, useWords } from '../text';
import { Icon } from '../ui';
import { BeginMenu } from './BeginMenu';
import { type Place, places } from './places';

interface Counted extends Place {
  count?: number;
  spoken?: Key;
  urgent?: boolean;
}

// Nav is the strip at the left: begin anew, and the places with their counts.
export function Nav() {
  const words = useWords();
  const { data: status } = useShared(reads.status);
  const out = (status?.waiting ?? 0) + (status?.toCorrect ?? 0);
  const counts: Record<string, Omit<Counted, keyof Place>> = {
    '/requests': { count: status?.requests, spoken: 'nav.count' },
    '/drafts': { count: status?.drafts, spoken: 'nav.countDrafts' },
    '/outbox': { count: out, spoken: 'nav.countOutbox', urgent: true },
  };
  return (
    <nav id="nav" className="nav" aria-label={words.t('nav.label')}>
      <div className="nav-begin" data-tour="new">
        <BeginMenu label={words.t('nav.new')} assistant={words.t('nav.assistant')} look="button go nav-new">
          <Icon name="plus" />
          {words.t('nav.new')}
        </BeginMenu>
      </div>
      <ul>
        {places.map((p) => (
          <NavItem key={p.href} place={{ ...p, ...counts[p.href] }} />
        ))}
      </ul>
    </nav>
  );
}

function NavItem({ place }: { place: Counted }) {
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
            <span aria-hidden="true">{words.number(count)}</span>
            <span className="sr">{counted}</span>
          </span>
        )}
      </Link>
    </li>
  );
}
