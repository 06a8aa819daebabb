import { useId } from 'react';
import {
  Button as AriaButton,
  Autocomplete,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  Select,
  SelectValue,
} from 'react-aria-components';
import { type Choice, FieldHead, type FieldProps } from './fields';
import { Icon } from './icons';

// Dropdown is a question whose answers are shown when it is opened.
export function Dropdown(
  props: FieldProps & {
    value: string;
    onChange: (value: string) => void;
    choices: Choice[];
    placeholder: string;
    required?: string; // what is said of one that has to be answered
  },
) {
  const error = useId();
  const must = useId();
  const described = [props.required && must, props.error && error].filter(Boolean).join(' ');
  return (
    <Select
      className="field"
      value={props.value || null}
      onChange={(key) => key !== null && props.onChange(String(key))}
      placeholder={props.placeholder}
      isInvalid={Boolean(props.error)}
      isRequired={Boolean(props.required)}
      validationBehavior="aria"
    >
      <FieldHead {...props} />
      {/* A button cannot be required in itself. */}
      {props.required && (
        <span id={must} hidden>
          {props.required}
        </span>
      )}
      <AriaButton
        id={props.id}
        className="input select-button"
        aria-describedby={described || undefined}
        aria-invalid={props.error ? 'true' : undefined}
      >
        <SelectValue>
          {({ selectedText, isPlaceholder }) => (isPlaceholder ? props.placeholder : selectedText)}
        </SelectValue>
        <Icon name="down" />
      </AriaButton>
      {props.error && (
        <span className="field-error" id={error}>
          {props.error}
        </span>
      )}
      <Popover className="popover as-wide" offset={4}>
        <ListBox className="menu">
          {props.choices.map((c) => (
            <ListBoxItem key={c.value} id={c.value} textValue={c.label} className="menu-item">
              {({ isSelected }) => (
                <>
                  <span>
                    {c.label}
                    {c.hint && <span className="choice-hint">{c.hint}</span>}
                  </span>
                  {isSelected && <Icon name="check" />}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

// Pick is a long list that is searched by any part of what it says.
export function Pick(
  props: FieldProps & {
    value: string;
    onChange: (value: string) => void;
    choices: Choice[];
    search: string;
    none: string;
    matches: (query: string, texts: string[]) => boolean;
    hideLabel?: boolean;
  },
) {
  const label = useId();
  const error = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would take another look in every browser
    <div
      className="field"
      role="group"
      aria-labelledby={label}
      aria-describedby={props.error ? error : undefined}
    >
      <span className={props.hideLabel ? 'sr' : 'field-label'} id={label}>
        {props.label}
      </span>
      <Autocomplete filter={(text, query) => props.matches(query, [text])}>
        <div className="pick">
          <SearchField aria-label={props.search} className="search">
            <Icon name="search" />
            <Input id={props.id} className="input" placeholder={props.search} spellCheck={false} />
          </SearchField>
          <ListBox
            className="pick-list"
            aria-labelledby={label}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={props.value ? [props.value] : []}
            onSelectionChange={(keys) => {
              const [key] = keys === 'all' ? [] : [...keys];
              if (key !== undefined) props.onChange(String(key));
            }}
            renderEmptyState={() => <p className="pick-none">{props.none}</p>}
          >
            {props.choices.map((c) => (
              <ListBoxItem
                key={c.value}
                id={c.value}
                textValue={`${c.label} ${c.hint ?? ''}`}
                className="pick-option"
              >
                <span>
                  <span className="pick-name">{c.label}</span>
                  {c.hint && (
                    <>
                      {/* Or name and detail are read as one word. */}
                      <span className="sr">, </span>
                      <span className="pick-detail">{c.hint}</span>
                    </>
                  )}
                </span>
                <Icon name="check" />
              </ListBoxItem>
            ))}
          </ListBox>
        </div>
      </Autocomplete>
      {props.error && (
        <span className="field-error" id={error}>
          {props.error}
        </span>
      )}
    </div>
  );
}
