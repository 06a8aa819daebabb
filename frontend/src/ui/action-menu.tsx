import { Fragment, type ReactNode } from 'react';
import {
  Button,
  Header,
  Keyboard,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
  SubmenuTrigger,
} from 'react-aria-components';
import { Icon } from './icons';
import { type Moments, useTakeOver } from './stand-in';

// Setting is a group of which one is chosen; apart: in a menu of its own, with
// a line that says what it is for.
interface Setting {
  kind: 'setting';
  id: string;
  label: string;
  hint?: string;
  apart?: boolean;
  value: string;
  options: { value: string; label: string; lang?: string }[]; // lang: of its label, if another
  run: (value: string) => void;
}

interface Act {
  kind: 'act';
  id: string;
  label: string;
  hint?: string;
  keys?: string; // that do the same, as they are called
  run: () => void;
}

// Group is things to do that are alike, under what they have in common.
interface Group {
  kind: 'group';
  id: string;
  label: string;
  entries: Act[];
}

// MenuEntry is something to do, a group of such, or a setting.
export type MenuEntry = Act | Group | Setting;

export interface ActionMenuProps {
  label: string;
  look?: string;
  entries: MenuEntry[];
  children: ReactNode;
  labelled?: boolean; // the children are no name by themselves
}

// FullMenu is what a stand-in stands for: the button, and its menu.
export function FullMenu({ focused, pressed, ...props }: ActionMenuProps & Moments) {
  const { button, open, setOpen } = useTakeOver({ focused, pressed });
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
              <Entry entry={e} />
            </Fragment>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Entry({ entry: e }: { entry: MenuEntry }) {
  if (e.kind === 'act')
    return (
      <MenuItem id={e.id} className="menu-item" textValue={e.label} onAction={e.run}>
        {e.hint ? (
          <span>
            <span className="menu-label">{e.label}</span>
            <span className="menu-value">{e.hint}</span>
          </span>
        ) : (
          e.label
        )}
        {e.keys && <Keyboard className="keys">{e.keys}</Keyboard>}
      </MenuItem>
    );
  if (e.kind === 'group')
    return (
      <MenuSection>
        <Header className="menu-head">{e.label}</Header>
        {e.entries.map((a) => (
          <Entry key={a.id} entry={a} />
        ))}
      </MenuSection>
    );
  if (!e.apart) return <Options setting={e} />;
  const present = e.options.find((o) => o.value === e.value)?.label;
  return (
    <SubmenuTrigger>
      <MenuItem id={e.id} className="menu-item" textValue={e.label}>
        {e.label}
        <span className="menu-present">
          <span className="menu-value">{present}</span>
          <Icon name="next" size={16} />
        </span>
      </MenuItem>
      <Popover className="popover" offset={-2} crossOffset={-6}>
        <Menu className="menu" aria-label={e.label}>
          <Options setting={e} />
        </Menu>
      </Popover>
    </SubmenuTrigger>
  );
}

function Options({ setting: e }: { setting: Setting }) {
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[`${e.id}:${e.value}`]}
      onSelectionChange={(keys) => {
        const [key] = keys === 'all' ? [] : [...keys];
        if (key !== undefined) e.run(String(key).slice(e.id.length + 1));
      }}
    >
      <Header className="menu-head">
        {e.label}
        {e.hint && <span className="menu-hint">{e.hint}</span>}
      </Header>
      {e.options.map((o) => (
        <MenuItem key={o.value} id={`${e.id}:${o.value}`} textValue={o.label} className="menu-item">
          {({ isSelected }) => (
            <>
              <span lang={o.lang}>{o.label}</span>
              {isSelected && <Icon name="check" />}
            </>
          )}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
