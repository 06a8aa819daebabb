import { type ReactNode, useState } from 'react';
import { Autocomplete, Input, Keyboard, Menu, MenuItem, SearchField } from 'react-aria-components';
import type { Command } from './commands';
import { Dialog } from './dialog';
import { Icon } from './icons';

// Palette has a command found by a part of its name, and done. Its last entry may be
// made of what is typed.
export function Palette(props: {
  title: string;
  search: string;
  none: string;
  foot: ReactNode;
  commands: Command[];
  more: (text: string) => Command[];
  matches: (query: string, texts: string[]) => boolean;
  told: (keys: string) => string; // what keys are called
  onChoose: (command: Command) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState('');
  const more = text.trim() ? props.more(text.trim()) : [];
  const found = props.commands.filter((c) => props.matches(text, [c.label]));
  return (
    <Dialog title={props.title} onClose={props.onClose} foot={props.foot}>
      <div className="palette">
        <Autocomplete inputValue={text} onInputChange={setText}>
          <SearchField aria-label={props.search} className="search" autoFocus>
            <Icon name="search" />
            <Input className="input" placeholder={props.search} spellCheck={false} />
          </SearchField>
          <Menu
            className="menu palette-list"
            aria-label={props.title}
            renderEmptyState={() => <p className="palette-none">{props.none}</p>}
          >
            {[...found, ...more].map((c) => (
              <MenuItem
                key={c.id}
                id={c.id}
                textValue={c.label}
                className="menu-item"
                onAction={() => props.onChoose(c)}
              >
                {c.label}
                {c.keys && <Keyboard className="keys">{props.told(c.keys)}</Keyboard>}
              </MenuItem>
            ))}
          </Menu>
        </Autocomplete>
      </div>
    </Dialog>
  );
}
