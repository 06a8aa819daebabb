import { Fragment, type ReactNode } from 'react';
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

export function ActionMenu(props: {
  label: string;
  look?: string;
  entries: MenuEntry[];
  children: ReactNode;
  labelled?: boolean; // the children are no name by themselves
}) {
  return (
    <MenuTrigger>
      <Button className={props.look ?? 'button quiet'} aria-label={props.labelled ? props.label : undefined}>
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
