import { type ComponentProps, type ReactNode, useRef } from 'react';
import { useLeaving } from './after';
import { ariaKeys, type Combination } from './commands';
import { Icon } from './icons';

type Look = 'plain' | 'go' | 'quiet';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'style' | 'onClick'> {
  look?: Look;
  small?: boolean;
  icon?: boolean;
  busy?: boolean; // what it does is under way: it keeps the focus and does nothing
  shortcut?: { keys: Combination; told: string }; // that do the same, and how they are called
  onPress?: () => void;
}

export function buttonClass(look: Look = 'plain', small = false, icon = false): string {
  return `button ${look}${small ? ' small' : ''}${icon ? ' icon' : ''}`;
}

// Button is the element itself: the library's button adds nothing that a desk
// needs, and the first page would wait for it.
export function Button({
  look,
  small,
  icon,
  busy,
  shortcut,
  onPress,
  type = 'button',
  ...props
}: ButtonProps) {
  return (
    <button
      title={shortcut?.told}
      aria-keyshortcuts={shortcut && ariaKeys(shortcut.keys)}
      {...props}
      type={busy ? 'button' : type}
      className={buttonClass(look, small, icon)}
      onClick={busy ? undefined : onPress}
      aria-disabled={busy || props['aria-disabled']}
    />
  );
}

export function Chip({
  tone,
  children,
}: {
  tone: 'none' | 'go' | 'amber' | 'red' | 'blue';
  children: ReactNode;
}) {
  return <span className={`chip ${tone}`}>{children}</span>;
}

export function Banner(props: {
  tone?: 'amber' | 'red' | 'blue';
  title: string;
  live?: boolean;
  children?: ReactNode;
  acts?: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  useLeaving(box);
  return (
    <div ref={box} className={`banner ${props.tone ?? 'amber'}`} role={props.live ? 'alert' : undefined}>
      <p className="banner-title">{props.title}</p>
      {props.children}
      {props.acts && <div className="banner-acts">{props.acts}</div>}
    </div>
  );
}

export function Search(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit?: () => void;
  id?: string;
  children?: ReactNode;
}) {
  return (
    <div className="search">
      <Icon name="search" />
      <input
        id={props.id}
        type="search"
        className="input"
        aria-label={props.label}
        placeholder={props.label}
        autoComplete="off"
        spellCheck={false}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') props.onSubmit?.();
          if (event.key === 'Escape') props.onChange('');
        }}
      />
      {props.children}
    </div>
  );
}
