import type { Key } from '../text';

export interface Place {
  href: string;
  label: Key;
}

// places are where one can go in the window, in their order.
export const places: Place[] = [
  { href: '/', label: 'nav.home' },
  { href: '/dashboard', label: 'nav.dashboard' },
  { href: '/requests', label: 'nav.requests' },
  { href: '/drafts', label: 'nav.drafts' },
  { href: '/outbox', label: 'nav.outbox' },
  { href: '/contracts', label: 'contracts.title' },
  { href: '/privacy', label: 'privacy.title' },
  { href: '/help', label: 'help.title' },
];

// beginnings are the two roads to a new request, with the keys that lead there.
export const beginnings = {
  assistant: { href: '/new/assistant', keys: 'mod+shift+n' },
  form: { href: '/new/form', keys: 'mod+n' },
} as const;
