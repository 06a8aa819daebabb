import { parseDate } from '@internationalized/date';
import { useId } from 'react';
import { DateField as AriaDateField, DateInput, DateSegment } from 'react-aria-components';
import { FieldHead, type FieldProps } from './fields';

// DateField asks for a day, YYYY-MM-DD or empty.
export function DateField(props: FieldProps & { value: string; onChange: (value: string) => void }) {
  const error = useId();
  return (
    <AriaDateField
      className="field"
      value={props.value ? parseDate(props.value) : null}
      onChange={(date) => props.onChange(date?.toString() ?? '')}
      isInvalid={Boolean(props.error)}
      validationBehavior="aria"
      aria-describedby={props.error ? error : undefined}
    >
      <FieldHead {...props} />
      <DateInput className="input date-input">
        {(segment) => <DateSegment segment={segment} className="date-part" />}
      </DateInput>
      {props.error && (
        <span className="field-error" id={error}>
          {props.error}
        </span>
      )}
    </AriaDateField>
  );
}
