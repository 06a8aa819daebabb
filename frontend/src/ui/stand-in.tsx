import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';

// What opens above the page makes up a third of the window's code, and nobody
// opens it before the first page is on the screen: until then each has a stand-in
// of the same look.
export const painted = new Promise<void>((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))),
);

export interface Moments {
  focused: { current: boolean };
  pressed: { current: boolean };
}

// useTakeOver has what replaces a stand-in take the focus, or open, if that had the focus
// or was pressed. Only then: the stand-in is used up to the moment in which this replaces
// it, which is later than the one in which this is drawn.
export function useTakeOver({ focused, pressed }: Moments): {
  button: RefObject<HTMLButtonElement | null>;
  open: boolean;
  setOpen: (open: boolean) => void;
} {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (focused.current || pressed.current) button.current?.focus();
    if (pressed.current) setOpen(true);
  }, [focused, pressed]);
  return { button, open, setOpen };
}

export function StandIn(
  props: Moments & { look: string | undefined; label: string | undefined; children: ReactNode },
) {
  const { focused, pressed } = props;
  return (
    <button
      type="button"
      className={props.look ?? 'button quiet'}
      aria-label={props.label}
      aria-haspopup="true"
      onFocus={() => {
        focused.current = true;
      }}
      onBlur={() => {
        focused.current = false;
      }}
      // What it stands for may take the place between the pointer's down and up, and
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
  );
}
