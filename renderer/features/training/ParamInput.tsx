import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ParamInfo } from '../../../shared/contract/param-info.ts';
import { trainingMessages } from './messages.ts';
import { parseIntegers } from './parse-integers.ts';

interface ParamInputProps {
  readonly param: ParamInfo;
  readonly value: unknown;
  /** Null: as the default. What is no value is handed on as it was typed, so that the form knows. */
  readonly onChange: (value: unknown) => void;
}

/** Boxes of one row stand on one line, whatever is said below them. */
const ORDER = ['label', 'input', 'description', 'error'] satisfies ('label' | 'input' | 'description' | 'error')[];

/** "128, 64" typed into a box; the parameter changes when the text is a list. */
function IntegersInput({ param, value, onChange }: ParamInputProps) {
  const [text, setText] = useState(Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : '');
  const list = parseIntegers(text);
  return (
    <TextInput
      size="xs"
      label={param.label}
      description={`${param.description} ${trainingMessages.integersHint}`}
      inputWrapperOrder={ORDER}
      value={text}
      error={list === undefined && trainingMessages.gapBadParam}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        onChange(parseIntegers(next) ?? next);
      }}
    />
  );
}

/** The control that fits the type of a parameter. */
export function ParamInput({ param, value, onChange }: ParamInputProps) {
  switch (param.type) {
    case 'boolean':
      return (
        <Checkbox
          size="xs"
          label={param.label}
          description={param.description}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'number':
    case 'integer':
      return (
        <NumberInput
          size="xs"
          label={param.label}
          description={param.description}
          inputWrapperOrder={ORDER}
          allowDecimal={param.type === 'number'}
          decimalScale={12}
          placeholder={typeof param.default === 'number' ? String(param.default) : trainingMessages.paramAutomatic}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(typeof next === 'number' ? next : null)}
        />
      );
    case 'integers':
      return <IntegersInput param={param} value={value} onChange={onChange} />;
    case 'text':
      if (param.choices !== undefined) {
        return (
          <Select
            size="xs"
            label={param.label}
            description={param.description}
            inputWrapperOrder={ORDER}
            data={param.choices}
            allowDeselect={false}
            value={typeof value === 'string' ? value : null}
            onChange={onChange}
          />
        );
      }
      return (
        <TextInput
          size="xs"
          label={param.label}
          description={param.description}
          inputWrapperOrder={ORDER}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
