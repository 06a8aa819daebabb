import { type ReactNode, useId } from 'react';
import {
  Checkbox as AriaCheckbox,
  TextField as AriaTextField,
  Input,
  Label,
  Radio,
  RadioGroup,
  TextArea,
} from 'react-aria-components';
import { Icon } from './icons';

export interface FieldProps {
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
  prose?: boolean; // sentences, whose spelling is checked; lines are, unless it says no
  required?: boolean;
  counter?: { text: string; over: boolean };
  autoFocus?: boolean;
  secret?: boolean;
}

export function TextField(props: TextFieldProps) {
  const hint = useId();
  const error = useId();
  const described = [props.hint && hint, props.error && error].filter(Boolean).join(' ');
  const shared = {
    id: props.id,
    className: 'input',
    'aria-describedby': described || undefined,
    spellCheck: props.prose ?? props.lines ?? false,
  };
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

export function FieldHead({ label, extra }: FieldProps) {
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
