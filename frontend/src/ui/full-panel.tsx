import type { ReactNode } from 'react';
import { Button, DialogTrigger, Popover } from 'react-aria-components';
import { type Moments, useTakeOver } from './stand-in';

export interface PanelProps {
  label: string; // of the button
  title: string; // of what it opens
  look: string;
  sign: ReactNode; // what is seen of the button
  children: (close: () => void) => ReactNode;
}

// FullPanel is what a stand-in stands for: the button, and what it opens.
export function FullPanel({ focused, pressed, ...props }: PanelProps & Moments) {
  const { button, open, setOpen } = useTakeOver({ focused, pressed });
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
