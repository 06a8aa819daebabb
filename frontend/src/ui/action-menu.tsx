import { Fragment, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import {
  Button,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import { Icon } from './icons';

// MenuEntry is something to do, or a group of settings of which one is chosen.
export type MenuEntry =
  | { kind: 'act'; id: string; label: string; run: () => void }
  | {
      kind: 'setting';
      id: string;
      label: string;
      value: string;
      options: { value: string; label: string }[];
      run: (value: string) => void;
    };

export interface ActionMenuProps {
  label: string;
  look?: string;
  entries: MenuEntry[];
  children: ReactNode;
  labelled?: boolean; // the children are no name by themselves
}

type Moment = { current: boolean };

// FullMenu is a button with its menu. It takes the focus, or opens, if its
// stand-in had the focus or was pressed.
export function FullMenu({
  focused,
  pressed,
  ...props
}: ActionMenuProps & { focused: Moment; pressed: Moment }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // Only now: the stand-in is used up to the moment in which this replaces it,
  // which is later than the one in which this is drawn.
  useLayoutEffect(() => {
    if (focused.current || pressed.current) button.current?.focus();
    if (pressed.current) setOpen(true);
  }, [focused, pressed]);
  return (
    <MenuTrigger isOpen={open} onOpenChange={setOpen}>
      <Button
        ref={button}
        className={props.look ?? 'button quiet'}
        aria-label={props.labelled ? props.label : undefined}
      >
        {props.children}
      </Button>
      <Popover className="popover" offset={6}>
        <Menu className="menu" aria-label={props.label}>
          {props.entries.map((e, i) => (
            <Fragment key={e.id}>
              {i > 0 && e.kind !== props.entries[i - 1]?.kind && <Separator className="menu-rule" />}
              {e.kind === 'act' ? (
                <MenuItem id={e.id} className="menu-item" onAction={e.run}>
                  {e.label}
                </MenuItem>
              ) : (
                <MenuSection
                  selectionMode="single"
                  disallowEmptySelection
                  selectedKeys={[`${e.id}:${e.value}`]}
                  onSelectionChange={(keys) => {
                    const [key] = keys === 'all' ? [] : [...keys];
                    if (key !== undefined) e.run(String(key).slice(e.id.length + 1));
                  }}
                >
                  <Header className="menu-head">{e.label}</Header>
                  {e.options.map((o) => (
                    <MenuItem
                      key={o.value}
                      id={`${e.id}:${o.value}`}
                      textValue={o.label}
                      className="menu-item"
                    >
                      {({ isSelected }) => (
                        <>
                          {o.label}
                          {isSelected && <Icon name="check" />}
                        </>
                      )}
                    </MenuItem>
                  ))}
                </MenuSection>
              )}
            </Fragment>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
