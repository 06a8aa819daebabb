// The parts that the window is made of. Only this folder knows React Aria
// Components; it knows no request and no sentence.
import './parts.css';
import { type ReactNode, type Ref, useId } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Checkbox as AriaCheckbox,
  Dialog as AriaDialog,
  TextField as AriaTextField,
  Autocomplete,
  Heading,
  I18nProvider,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Modal,
  ModalOverlay,
  Popover,
  ProgressBar,
  Radio,
  RadioGroup,
  SearchField,
  Select,
  SelectValue,
  TextArea,
} from 'react-aria-components';
import { Icon } from './icons';

export { Icon, type IconName } from './icons';
export { ActionMenu, type MenuEntry } from './menu';
export { afterPress, followPresses } from './press';
export { Toasts, useToast } from './toast';
export { I18nProvider };

type Look = 'plain' | 'go' | 'quiet';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  look?: Look;
  small?: boolean;
  icon?: boolean;
  busy?: boolean; // what it does is under way: it keeps the focus and does nothing
  ref?: Ref<HTMLButtonElement>;
}

export function buttonClass(look: Look = 'plain', small = false, icon = false): string {
  return `button ${look}${small ? ' small' : ''}${icon ? ' icon' : ''}`;
}

export function Button({ look, small, icon, busy, ...props }: ButtonProps) {
  return (
    <AriaButton
      {...props}
      className={buttonClass(look, small, icon)}
      {...(busy && { onPress: undefined, type: 'button', 'aria-disabled': 'true' })}
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
  return (
    <div className={`banner ${props.tone ?? 'amber'}`} role={props.live ? 'alert' : undefined}>
      <p className="banner-title">{props.title}</p>
      {props.children}
      {props.acts && <div className="banner-acts">{props.acts}</div>}
    </div>
  );
}

interface FieldProps {
  id?: string;
  label: string;
  extra?: string;
  hint?: string;
  error?: string;
}

export interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  lines?: boolean;
  required?: boolean;
  counter?: { text: string; over: boolean };
  autoFocus?: boolean;
  secret?: boolean;
}

export function TextField(props: TextFieldProps) {
  const hint = useId();
  const error = useId();
  const described = [props.hint && hint, props.error && error].filter(Boolean).join(' ');
  const shared = { id: props.id, className: 'input', 'aria-describedby': described || undefined };
  return (
    <AriaTextField
      className="field"
      value={props.value}
      onChange={props.onChange}
      onBlur={props.onBlur}
      isInvalid={Boolean(props.error)}
      isRequired={props.required}
      validationBehavior="aria"
      autoFocus={props.autoFocus}
      type={props.secret ? 'password' : 'text'}
      autoComplete="off"
      id={props.id}
    >
      <FieldHead {...props} />
      {props.hint && (
        <span className="field-hint" id={hint}>
          {props.hint}
        </span>
      )}
      {props.lines ? <TextArea {...shared} rows={5} /> : <Input {...shared} />}
      {props.counter && (
        <span className={props.counter.over ? 'field-count over' : 'field-count'}>{props.counter.text}</span>
      )}
      {props.error && (
        <span className="field-error" id={error}>
          {props.error}
        </span>
      )}
    </AriaTextField>
  );
}

function FieldHead({ label, extra }: FieldProps) {
  return (
    <Label className="field-label">
      {label}
      {extra && <span className="field-extra">{extra}</span>}
    </Label>
  );
}

export interface Choice {
  value: string;
  label: string;
  hint?: string;
  disabled?: boolean;
}

// Choices is a question with a few answers that are all in sight.
export function Choices(
  props: FieldProps & {
    value: string;
    onChange: (value: string) => void;
    choices: Choice[];
    pills?: boolean;
    hideLabel?: boolean;
    required?: boolean;
  },
) {
  const error = useId();
  const hint = useId();
  const described = [props.hint && hint, props.error && error].filter(Boolean).join(' ');
  return (
    <RadioGroup
      className="choices"
      value={props.value || null}
      onChange={props.onChange}
      isInvalid={Boolean(props.error)}
      isRequired={props.required}
      validationBehavior="aria"
      aria-describedby={described || undefined}
      id={props.id}
    >
      <div className={props.hideLabel ? 'sr' : undefined}>
        <FieldHead {...props} />
      </div>
      {props.hint && (
        <span className="field-hint" id={hint}>
          {props.hint}
        </span>
      )}
      <div className={props.pills ? 'choices-list pills' : 'choices-list'}>
        {props.choices.map((c) => (
          <Radio key={c.value} value={c.value} isDisabled={c.disabled} className="choice">
            <span>
              <span className="choice-label">{c.label}</span>
              {c.hint && <span className="choice-hint">{c.hint}</span>}
            </span>
          </Radio>
        ))}
      </div>
      {props.error && (
        <span className="field-error" id={error}>
          {props.error}
        </span>
      )}
    </RadioGroup>
  );
}

// Dropdown is a question whose answers are shown when it is opened.
export function Dropdown(
  props: FieldProps & {
    value: string;
    onChange: (value: string) => void;
    choices: Choice[];
    placeholder: string;
    required?: boolean;
  },
) {
  const error = useId();
  return (
    <Select
      className="field"
      value={props.value || null}
      onChange={(key) => key !== null && props.onChange(String(key))}
      placeholder={props.placeholder}
      isInvalid={Boolean(props.error)}
      isRequired={props.required}
      validationBehavior="aria"
    >
      <FieldHead {...props} />
      <AriaButton
        id={props.id}
        className="input select-button"
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
            <Input id={props.id} className="input" placeholder={props.search} />
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
                  {c.hint && <span className="pick-detail">{c.hint}</span>}
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

export function Checkbox(props: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
  label?: string;
  disabled?: boolean;
  describedBy?: string;
}) {
  return (
    <AriaCheckbox
      className="check"
      isSelected={props.checked}
      onChange={props.onChange}
      isDisabled={props.disabled}
      aria-label={props.label}
      aria-describedby={props.describedBy}
    >
      <span className="check-box">
        <Icon name="check" size={16} />
      </span>
      {props.children}
    </AriaCheckbox>
  );
}

export function Search(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit?: () => void;
  id?: string;
  children?: ReactNode;
  autoFocus?: boolean;
}) {
  return (
    <SearchField
      className="search"
      aria-label={props.label}
      value={props.value}
      onChange={props.onChange}
      onSubmit={props.onSubmit}
      autoFocus={props.autoFocus}
    >
      <Icon name="search" />
      <Input id={props.id} className="input" placeholder={props.label} />
      {props.children}
    </SearchField>
  );
}

// Dialog stands above the page and keeps the focus until it is closed.
export function Dialog(props: {
  title: string;
  onClose: () => void;
  foot: ReactNode;
  children: ReactNode;
  wide?: boolean;
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
      <Modal className={props.wide ? 'dialog-frame wide' : 'dialog-frame'}>
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
