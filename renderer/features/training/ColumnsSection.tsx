import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { formatCount } from '../../lib/format.ts';
import { ColumnsTable } from './ColumnsTable.tsx';
import { FormSection } from './FormSection.tsx';
import type { FaultOf } from './form-faults.ts';
import { leftOutText } from './left-out-text.ts';
import { trainingMessages } from './messages.ts';
import { type ColumnsLook, choosable, isColumnIncluded, sensitiveColumns, type TrainingForm } from './training-form.ts';

interface ColumnsSectionProps {
  readonly form: TrainingForm;
  readonly advice: ColumnsLook;
  readonly fault: FaultOf;
  readonly onChange: (form: TrainingForm) => void;
}

/** Every column with what a look at it says: use it or not, judge fairness by it or not. */
export function ColumnsSection({ form, advice, fault, onChange }: ColumnsSectionProps) {
  const [filter, setFilter] = useState('');
  const columns = choosable(form, advice);
  const shown = columns.filter((column) => column.column.toLowerCase().includes(filter.toLowerCase()));
  const used = columns.filter((column) => isColumnIncluded(form, column)).length;
  const sensitive = sensitiveColumns(form, advice);
  const isSensitive = new Set(sensitive);
  const leftOut = leftOutText(columns.filter((column) => !isColumnIncluded(form, column)));
  const missing = fault('noColumns');
  const isChanged = Object.keys(form.included).length > 0 || form.sensitive !== null;
  const setUse = (name: string, isUsed: boolean) =>
    onChange({ ...form, included: { ...form.included, [name]: isUsed } });
  const setSensitive = (name: string, isOne: boolean) =>
    onChange({ ...form, sensitive: isOne ? [...sensitive, name] : sensitive.filter((one) => one !== name) });
  return (
    <FormSection
      title={trainingMessages.sectionColumns}
      aside={
        <Group gap="sm">
          <Text size="xs" c="dimmed" className="tabular">
            {trainingMessages.columnsUsed(formatCount(used), formatCount(columns.length))}
          </Text>
          {columns.length > 12 && (
            <TextInput
              size="xs"
              w={170}
              aria-label={trainingMessages.filterColumns}
              placeholder={trainingMessages.filterColumns}
              leftSection={<IconSearch size={14} aria-hidden />}
              value={filter}
              onChange={(event) => setFilter(event.currentTarget.value)}
            />
          )}
          {isChanged && (
            <Button size="xs" variant="subtle" onClick={() => onChange({ ...form, included: {}, sensitive: null })}>
              {trainingMessages.resetColumns}
            </Button>
          )}
        </Group>
      }
    >
      {leftOut !== null && (
        <Text size="xs" c="dimmed" mb="xs">
          {leftOut}
        </Text>
      )}
      <ColumnsTable
        hasTarget={form.purpose === 'predict'}
        choices={shown.map((advised) => ({
          advice: advised,
          isIncluded: isColumnIncluded(form, advised),
          isSensitive: isSensitive.has(advised.column),
        }))}
        onUse={setUse}
        onSensitive={setSensitive}
      />
      {missing !== undefined && (
        <Text size="xs" c="var(--mantine-color-error)" mt="xs" role="alert">
          {missing}
        </Text>
      )}
    </FormSection>
  );
}
