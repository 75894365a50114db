import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { messages } from '../../lib/messages/messages.ts';
import { columnTypes } from './column-types.ts';
import type { RuleField } from './rule-params.ts';

interface RuleParamInputProps {
  readonly field: RuleField;
  readonly value: string | boolean;
  readonly error: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}

/** The control for one parameter of a rule, by its type. */
export function RuleParamInput({ field, value, error, onChange }: RuleParamInputProps) {
  const common = { label: field.label, error: error ?? null, withAsterisk: !field.isOptional };
  const text = String(value);
  switch (field.type) {
    case 'boolean':
      return (
        <Checkbox
          label={field.label}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'type':
      return (
        <NativeSelect
          {...common}
          data={[{ value: '', label: '' }, ...columnTypes]}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'list':
      return (
        <Textarea
          {...common}
          description={messages.datasets.ruleParamList}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autosize
          minRows={3}
          maxRows={10}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'number':
    case 'text':
      return <TextInput {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
}
