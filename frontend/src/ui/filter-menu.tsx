import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { Icon } from './icons';

// FilterGroup is a question to which several answers fit, or with single one or none.
export interface FilterGroup {
  id: string;
  label: string;
  single?: boolean;
  options: { value: string; label: string }[];
  values: string[];
  run: (values: string[]) => void;
}

// FilterMenu is a button with the answers that a list is narrowed by. It stays
// open while several are chosen.
export function FilterMenu(props: { label: string; chosen: string; groups: FilterGroup[] }) {
  return (
    <MenuTrigger>
      <Button className={props.chosen ? 'button plain small filter chosen' : 'button plain small filter'}>
        {props.label}
        {props.chosen && <span className="filter-count figures">{props.chosen}</span>}
        <Icon name="down" size={14} />
      </Button>
      <Popover className="popover" offset={6}>
        <Menu className="menu" aria-label={props.label}>
          {props.groups.map((g) => (
            <MenuSection
              key={g.id}
              aria-label={props.groups.length === 1 ? g.label : undefined}
              selectionMode={g.single ? 'single' : 'multiple'}
              selectedKeys={g.values.map((v) => `${g.id}:${v}`)}
              onSelectionChange={(keys) => {
                const chosen = keys === 'all' ? [] : [...keys].map(String);
                g.run(g.options.map((o) => o.value).filter((value) => chosen.includes(`${g.id}:${value}`)));
              }}
            >
              {props.groups.length > 1 && <Header className="menu-head">{g.label}</Header>}
              {g.options.map((o) => (
                <MenuItem
                  key={o.value}
                  id={`${g.id}:${o.value}`}
                  textValue={o.label}
                  className="menu-item"
                  shouldCloseOnSelect={g.single ?? false}
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
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
