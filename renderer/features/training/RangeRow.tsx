import { Checkbox, NumberInput, Table, Text, TextInput } from '@mantine/core';
import type { ParamInfo } from '../../../shared/contract/param-info.ts';
import { trainingMessages as m } from './messages.ts';
import { fieldsOf, firstFields, rangeFault } from './search-ranges.ts';
import type { RangeFields } from './training-form.ts';

interface RangeRowProps {
  readonly param: ParamInfo;
  /** Null: it is not searched. */
  readonly fields: RangeFields | null;
  /** It is set by hand above, so that it cannot be searched. */
  readonly isFixed: boolean;
  readonly onChange: (fields: RangeFields | null) => void;
}

/** One parameter of a search: changed or not, between two numbers or among some words. */
export function RangeRow({ param, fields, isFixed, onChange }: RangeRowProps) {
  const { label, type } = param;
  const fault = fields === null ? null : rangeFault(fields);
  const end = (fieldsNow: RangeFields & { kind: 'numbers' }, side: 'low' | 'high', name: string) => (
    <NumberInput
      size="xs"
      hideControls
      aria-label={m.rangeOf(label, name)}
      allowDecimal={type !== 'integer'}
      decimalScale={12}
      error={fault !== null}
      value={fieldsNow[side] ?? ''}
      onChange={(value) => onChange({ ...fieldsNow, [side]: typeof value === 'number' ? value : null })}
    />
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          size="xs"
          label={label}
          aria-label={m.rangeSearched(label)}
          disabled={isFixed}
          {...(isFixed ? { description: m.rangeFixed } : {})}
          checked={fields !== null}
          onChange={(event) =>
            onChange(event.currentTarget.checked ? (param.search ? fieldsOf(param.search) : firstFields(param)) : null)
          }
        />
        {fault !== null && (
          <Text size="xs" c="var(--mantine-color-error)" role="alert">
            {m.rangeFaults[fault]}
          </Text>
        )}
      </Table.Td>
      {fields?.kind === 'numbers' && (
        <>
          <Table.Td>{end(fields, 'low', m.rangeLow)}</Table.Td>
          <Table.Td>{end(fields, 'high', m.rangeHigh)}</Table.Td>
          <Table.Td>
            <Checkbox
              size="xs"
              aria-label={m.rangeOf(label, m.rangeLog)}
              checked={fields.isLog}
              onChange={(event) => onChange({ ...fields, isLog: event.currentTarget.checked })}
            />
          </Table.Td>
        </>
      )}
      {fields?.kind === 'choice' && (
        <Table.Td colSpan={3}>
          <TextInput
            size="xs"
            aria-label={m.rangeOf(label, m.rangeOptions)}
            title={m.rangeOptionsHint}
            error={fault !== null}
            value={fields.options}
            onChange={(event) => onChange({ kind: 'choice', options: event.currentTarget.value })}
          />
        </Table.Td>
      )}
      {fields === null && <Table.Td colSpan={3} />}
    </Table.Tr>
  );
}
