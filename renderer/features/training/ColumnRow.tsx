import { Badge, Checkbox, Group, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ColumnAdvice, TrainingWarningCode } from '../../../shared/contract/training.ts';
import { formatNumber } from '../../lib/format.ts';
import { trainingMessages } from './messages.ts';

/** A column with what was decided about it. */
export interface ColumnChoice {
  readonly advice: ColumnAdvice;
  readonly isIncluded: boolean;
  readonly isSensitive: boolean;
}

interface ColumnRowProps {
  readonly choice: ColumnChoice;
  readonly index: number;
  readonly hasTarget: boolean;
  /** Told the row's element, to know its height. */
  readonly measure: (element: HTMLTableRowElement | null) => void;
  readonly onUse: (column: string, isUsed: boolean) => void;
  readonly onSensitive: (column: string, isSensitive: boolean) => void;
}

const warningNames: Readonly<Record<TrainingWarningCode, string>> = {
  leakage: trainingMessages.warningLeakage,
  constant: trainingMessages.warningConstant,
  idLike: trainingMessages.warningIdLike,
  mostlyMissing: trainingMessages.warningMostlyMissing,
  missingWithTarget: trainingMessages.warningMissingWithTarget,
  highCardinality: trainingMessages.warningHighCardinality,
  duplicates: trainingMessages.warningDuplicates,
  timeTravel: trainingMessages.warningTimeTravel,
};

function Advice({ advice, isIncluded }: Pick<ColumnChoice, 'advice' | 'isIncluded'>) {
  const isOverridden = isIncluded === advice.isExcluded;
  return (
    <Group gap={6} align="flex-start">
      {advice.warning && (
        <Badge
          variant="default"
          size="sm"
          tt="none"
          flex="none"
          leftSection={
            advice.isExcluded ? <IconAlertTriangle size={12} aria-hidden /> : <IconInfoCircle size={12} aria-hidden />
          }
        >
          {warningNames[advice.warning]}
        </Badge>
      )}
      <Text size="xs" c="dimmed" flex={1} miw={140}>
        {advice.reason}
        {isOverridden && (
          <Text span size="xs" fw={600}>
            {advice.reason === null ? '' : ' '}
            {trainingMessages.overridden}
          </Text>
        )}
      </Text>
    </Group>
  );
}

/** One column: use it or not, what speaks against it, judge fairness by it or not. */
export function ColumnRow({ choice, index, hasTarget, measure, onUse, onSensitive }: ColumnRowProps) {
  const { advice, isIncluded, isSensitive } = choice;
  const { column } = advice;
  return (
    <Table.Tr data-index={index} ref={measure}>
      <Table.Td>
        <Checkbox
          size="xs"
          aria-label={trainingMessages.includeColumn(column)}
          checked={isIncluded}
          onChange={(event) => onUse(column, event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <Text size="sm" {...(isIncluded ? {} : { c: 'dimmed', td: 'line-through' })}>
          {column}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="xs" c="dimmed">
          {advice.type}
        </Text>
      </Table.Td>
      {hasTarget && (
        <Table.Td ta="right" className="tabular" title={String(advice.strength ?? '')}>
          {advice.strength === null ? '' : formatNumber(advice.strength)}
        </Table.Td>
      )}
      <Table.Td>
        <Advice advice={advice} isIncluded={isIncluded} />
      </Table.Td>
      {hasTarget && (
        <Table.Td>
          <Checkbox
            size="xs"
            aria-label={trainingMessages.sensitiveColumn(column)}
            checked={isSensitive}
            onChange={(event) => onSensitive(column, event.currentTarget.checked)}
          />
        </Table.Td>
      )}
    </Table.Tr>
  );
}
