import { Badge, Button, Checkbox, Group, ScrollArea, Table, Text, TextInput, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ColumnAdvice, TrainingAdvice, TrainingWarningCode } from '../../../shared/contract/training.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { FormSection } from './FormSection.tsx';
import { trainingMessages } from './messages.ts';
import { choosable, isColumnIncluded, sensitiveColumns, type TrainingForm } from './training-form.ts';

interface ColumnsSectionProps {
  readonly form: TrainingForm;
  readonly advice: TrainingAdvice;
  readonly onChange: (form: TrainingForm) => void;
}

const warningNames: Readonly<Record<TrainingWarningCode, string>> = {
  leakage: trainingMessages.warningLeakage,
  constant: trainingMessages.warningConstant,
  idLike: trainingMessages.warningIdLike,
  mostlyMissing: trainingMessages.warningMostlyMissing,
  missingWithTarget: trainingMessages.warningMissingWithTarget,
  highCardinality: trainingMessages.warningHighCardinality,
};

function Advice({ column, isIncluded }: { readonly column: ColumnAdvice; readonly isIncluded: boolean }) {
  const isOverridden = isIncluded === column.isExcluded;
  return (
    <Group gap={6} align="flex-start">
      {column.warning && (
        <Badge
          variant="default"
          size="sm"
          tt="none"
          flex="none"
          leftSection={
            column.isExcluded ? <IconAlertTriangle size={12} aria-hidden /> : <IconInfoCircle size={12} aria-hidden />
          }
        >
          {warningNames[column.warning]}
        </Badge>
      )}
      <Text size="xs" c="dimmed" flex={1} miw={140}>
        {column.reason}
        {isOverridden && (
          <Text span size="xs" fw={600}>
            {column.reason === null ? '' : ' '}
            {trainingMessages.overridden}
          </Text>
        )}
      </Text>
    </Group>
  );
}

/** Every column with what a look at it says: use it or not, judge fairness by it or not. */
export function ColumnsSection({ form, advice, onChange }: ColumnsSectionProps) {
  const [filter, setFilter] = useState('');
  const columns = choosable(form, advice);
  const shown = columns.filter((column) => column.column.toLowerCase().includes(filter.toLowerCase()));
  const used = columns.filter((column) => isColumnIncluded(form, column)).length;
  const sensitive = sensitiveColumns(form, advice);
  const isChanged = Object.keys(form.included).length > 0 || form.sensitive !== null;
  const setUse = (name: string, isUsed: boolean) =>
    onChange({ ...form, included: { ...form.included, [name]: isUsed } });
  const setSensitive = (name: string, isSensitive: boolean) =>
    onChange({ ...form, sensitive: isSensitive ? [...sensitive, name] : sensitive.filter((one) => one !== name) });
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
      <ScrollArea.Autosize
        mah={420}
        type="auto"
        viewportProps={{ tabIndex: 0, 'aria-label': trainingMessages.columnsScroll, role: 'group' }}
      >
        <Table stickyHeader verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={52}>{trainingMessages.columnUse}</Table.Th>
              <Table.Th>{trainingMessages.columnName}</Table.Th>
              <Table.Th w={90}>{trainingMessages.columnType}</Table.Th>
              <Table.Th w={70} ta="right">
                <Tooltip label={trainingMessages.columnStrengthHint}>
                  <span>{trainingMessages.columnStrength}</span>
                </Tooltip>
              </Table.Th>
              <Table.Th>{trainingMessages.columnAdvice}</Table.Th>
              <Table.Th w={80}>{trainingMessages.columnSensitive}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((column) => {
              const isIncluded = isColumnIncluded(form, column);
              return (
                <Table.Tr key={column.column}>
                  <Table.Td>
                    <Checkbox
                      size="xs"
                      aria-label={trainingMessages.includeColumn(column.column)}
                      checked={isIncluded}
                      onChange={(event) => setUse(column.column, event.currentTarget.checked)}
                    />
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" {...(isIncluded ? {} : { c: 'dimmed', td: 'line-through' })}>
                      {column.column}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="xs" c="dimmed">
                      {column.type}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right" className="tabular">
                    {column.strength === null ? '' : formatNumber(column.strength)}
                  </Table.Td>
                  <Table.Td>
                    <Advice column={column} isIncluded={isIncluded} />
                  </Table.Td>
                  <Table.Td>
                    <Checkbox
                      size="xs"
                      aria-label={trainingMessages.sensitiveColumn(column.column)}
                      checked={sensitive.includes(column.column)}
                      onChange={(event) => setSensitive(column.column, event.currentTarget.checked)}
                    />
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </FormSection>
  );
}
