import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useWords } from '../text';
import { ActionMenu } from '../ui';
import { beginnings } from './places';

// BeginMenu leads to a new request by either road.
export function BeginMenu(props: { label: string; assistant: string; look: string; children: ReactNode }) {
  const words = useWords();
  const [, go] = useLocation();
  const entry = (id: keyof typeof beginnings, label: string) => {
    const { href, keys } = beginnings[id];
    return { kind: 'act' as const, id, label, keys: words.keys(keys), run: () => go(href) };
  };
  return (
    <ActionMenu
      label={props.label}
      look={props.look}
      entries={[entry('assistant', props.assistant), entry('form', words.t('nav.create'))]}
    >
      {props.children}
    </ActionMenu>
  );
}
