import { lazy, Suspense, useRef } from 'react';
import type { ActionMenuProps } from './action-menu';

export type { MenuEntry } from './action-menu';

// Menus make up a third of the window's code, and nobody opens one before the
// first page is on the screen: until then each has a stand-in of the same look.
const painted = new Promise<void>((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))),
);
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
        <button
          type="button"
          className={props.look ?? 'button quiet'}
          aria-label={props.labelled ? props.label : undefined}
          aria-haspopup="true"
          onFocus={() => {
            focused.current = true;
          }}
          onBlur={() => {
            focused.current = false;
          }}
          // The menu may take the place between the pointer's down and up, and
          // then there is no click. A key makes a click only.
          onPointerDown={() => {
            pressed.current = true;
          }}
          onPointerLeave={() => {
            pressed.current = false;
          }}
          onClick={() => {
            pressed.current = true;
          }}
        >
          {props.children}
        </button>
      }
    >
      <FullMenu {...props} focused={focused} pressed={pressed} />
    </Suspense>
  );
}
