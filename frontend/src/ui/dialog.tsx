import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import {
  Dialog as AriaDialog,
  Heading,
  Label,
  Modal,
  ModalOverlay,
  ProgressBar,
} from 'react-aria-components';

// Dialog stands above the page and keeps the focus until it is closed.
export function Dialog(props: {
  title: string;
  onClose: () => void;
  foot: ReactNode;
  children: ReactNode;
  wide?: boolean;
  full?: boolean; // as large as the window
  alert?: boolean;
  locked?: boolean;
}) {
  const box = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(body);
  useFocusInside(box, props.locked ? undefined : props.onClose);
  return (
    <ModalOverlay
      className="veil"
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled={props.locked}
      onOpenChange={(open) => !open && props.onClose()}
    >
      <Modal className={`dialog-frame${props.wide ? ' wide' : ''}${props.full ? ' full' : ''}`}>
        <AriaDialog ref={box} className="dialog" role={props.alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" level={2}>
            {props.title}
          </Heading>
          {/* What is only read has to scroll by keyboard. */}
          <div
            ref={body}
            className={scrolls ? 'dialog-body scrolls' : 'dialog-body'}
            tabIndex={scrolls || props.wide ? 0 : undefined}
          >
            {props.children}
          </div>
          <div className="dialog-foot">{props.foot}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

// useScrolls tells whether there is more in it than is in sight.
function useScrolls(box: RefObject<HTMLElement | null>): boolean {
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const own = box.current;
    if (!own) return;
    const watch = new ResizeObserver(() => setScrolls(own.scrollHeight > own.clientHeight));
    for (const e of [own, ...own.children]) watch.observe(e);
    return () => watch.disconnect();
  }, [box]);
  return scrolls;
}

const open: RefObject<HTMLElement | null>[] = []; // the last one is above the others

// useFocusInside has a dialog get the focus, whatever opened it, and keep it. The library
// waits for transitions when it was no pointer and no key, some of which never end; and a
// focus that is lost with what had it is nowhere, where no key is heard.
function useFocusInside(box: RefObject<HTMLElement | null>, onClose?: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    open.push(box);
    const bring = () => {
      const own = box.current;
      if (!own || open.at(-1) !== box) return false;
      reach(own);
      const at = document.activeElement;
      const lost = !at || at === document.body || outside(at);
      if (lost) own.focus({ preventScroll: true });
      return lost;
    };
    const onKey = (e: KeyboardEvent) => {
      if (!bring() || e.key !== 'Escape') return;
      e.preventDefault();
      e.stopPropagation();
      close.current?.();
    };
    // Once whatever takes it has it.
    let frame = 0;
    const onLoss = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(bring);
    };
    bring();
    document.addEventListener('keydown', onKey, true);
    document.addEventListener('focusout', onLoss, true);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener('keydown', onKey, true);
      document.removeEventListener('focusout', onLoss, true);
      open.splice(open.indexOf(box), 1);
      requestAnimationFrame(reachAgain);
    };
  }, [box]);
}

// outside tells what lies below every dialog: what stands above one, as a list that is
// opened in it, has its own focus.
const outside = (at: Element) => at.closest('main, header, nav, footer') !== null && !at.closest('dialog');

// reach has what lies above the page be reached: the library may have taken it for a part
// of the page, if it came a moment before it was told of.
function reach(own: HTMLElement): void {
  for (let e: HTMLElement | null = own; e; e = e.parentElement) e.inert = false;
}

// reachAgain leaves nothing out of reach once nothing stands above the page.
function reachAgain(): void {
  const top = open.at(-1)?.current;
  if (top) reach(top);
  else if (!document.querySelector('.popover'))
    for (const e of document.querySelectorAll<HTMLElement>('[inert]')) e.inert = false;
}

export function Progress(props: { label: string; done: number; total: number; text: string }) {
  return (
    <ProgressBar
      className="progress"
      value={props.done}
      maxValue={Math.max(1, props.total)}
      valueLabel={props.text}
    >
      {({ percentage }) => (
        <>
          <span className="progress-head">
            <Label>{props.label}</Label>
            <span className="figures">{props.text}</span>
          </span>
          <span className="progress-track">
            <span className="progress-bar" style={{ display: 'block', width: `${percentage ?? 0}%` }} />
          </span>
        </>
      )}
    </ProgressBar>
  );
}
