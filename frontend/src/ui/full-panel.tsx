import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { Button, DialogTrigger, Popover } from 'react-aria-components';
import type { Moments } from './stand-in';

export interface PanelProps {
  label: string; // of the button
  title: string; // of what it opens
  look: string;
  sign: ReactNode; // what is seen of the button
  children: (close: () => void) => ReactNode;
}

// FullPanel takes the focus, or opens, if its stand-in had the focus or was pressed.
export function FullPanel({ focused, pressed, ...props }: PanelProps & Moments) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (focused.current || pressed.current) button.current?.focus();
    if (pressed.current) setOpen(true);
  }, [focused, pressed]);
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <Button ref={button} className={props.look} aria-label={props.label}>
        {props.sign}
      </Button>
      {/* It is the dialog itself: what the library adds to close it by is within. */}
      <Popover className="popover panel" placement="bottom end" offset={6} aria-label={props.title}>
        <div className="panel-content">{props.children(() => setOpen(false))}</div>
      </Popover>
    </DialogTrigger>
  );
}
