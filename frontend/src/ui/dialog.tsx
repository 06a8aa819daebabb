import type { ReactNode } from 'react';
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
  return (
    <ModalOverlay
      className="veil"
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled={props.locked}
      onOpenChange={(open) => !open && props.onClose()}
    >
      <Modal className={`dialog-frame${props.wide ? ' wide' : ''}${props.full ? ' full' : ''}`}>
        <AriaDialog className="dialog" role={props.alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" level={2}>
            {props.title}
          </Heading>
          {/* What is only read has to scroll by keyboard. */}
          <div className="dialog-body" tabIndex={props.wide ? 0 : undefined}>
            {props.children}
          </div>
          <div className="dialog-foot">{props.foot}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
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
