import { lazy, Suspense, useRef } from 'react';
import type { ActionMenuProps } from './action-menu';
import { painted, StandIn } from './stand-in';

export type { MenuEntry } from './action-menu';

const FullMenu = lazy(async () => {
  await painted;
  return { default: (await import('./action-menu')).FullMenu };
});

export function ActionMenu(props: ActionMenuProps) {
  const focused = useRef(false);
  const pressed = useRef(false);
  return (
    <Suspense
      fallback={
        <StandIn
          look={props.look}
          label={props.labelled ? props.label : undefined}
          focused={focused}
          pressed={pressed}
        >
          {props.children}
        </StandIn>
      }
    >
      <FullMenu {...props} focused={focused} pressed={pressed} />
    </Suspense>
  );
}
