import { Badge, Checkbox, Group, ScrollArea, Table, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { ColumnAdvice, TrainingWarningCode } from '../../../shared/contract/training.ts';
import { formatNumber } from '../../lib/format.ts';
import { trainingMessages } from './messages.ts';

/** A column with what was decided about it. */
export interface ColumnChoice {
  readonly advice: ColumnAdvice;
  readonly isIncluded: boolean;
  readonly isSensitive: boolean;
}

interface ColumnsTableProps {
  readonly choices: readonly ColumnChoice[];
  readonly onUse: (column: string, isUsed: boolean) => void;
  readonly onSensitive: (column: string, isSensitive: boolean) => void;
}

const ROW_HEIGHT = 33;
const MOST_HEIGHT = 420;
const HEADS = 6;

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

function Head() {
  return (
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
  );
}

/** Columns with their advice and two boxes each; only those in sight are drawn, so thousands scroll like ten. */
export function ColumnsTable({ choices, onUse, onSensitive }: ColumnsTableProps) {
  const viewport = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: choices.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    initialRect: { width: 0, height: MOST_HEIGHT },
    overscan: 12,
  });
  const inSight = virtual.getVirtualItems();
  const above = inSight[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (inSight.at(-1)?.end ?? 0);
  const spacer = (height: number) =>
    height > 0 && (
      <tr aria-hidden>
        <td colSpan={HEADS} style={{ height, padding: 0 }} />
      </tr>
    );
  return (
    <ScrollArea.Autosize
      mah={MOST_HEIGHT}
      type="auto"
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, 'aria-label': trainingMessages.columnsScroll, role: 'group' }}
    >
      <Table stickyHeader verticalSpacing={4} aria-rowcount={choices.length + 1}>
        <Head />
        <Table.Tbody>
          {spacer(above)}
          {inSight.map(({ index }) => {
            const choice = choices[index];
            if (choice === undefined) return null;
            const { advice, isIncluded, isSensitive } = choice;
            const { column } = advice;
            return (
              <Table.Tr key={column} data-index={index} ref={virtual.measureElement}>
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
                <Table.Td ta="right" className="tabular" title={String(advice.strength ?? '')}>
                  {advice.strength === null ? '' : formatNumber(advice.strength)}
                </Table.Td>
                <Table.Td>
                  <Advice advice={advice} isIncluded={isIncluded} />
                </Table.Td>
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label={trainingMessages.sensitiveColumn(column)}
                    checked={isSensitive}
                    onChange={(event) => onSensitive(column, event.currentTarget.checked)}
                  />
                </Table.Td>
              </Table.Tr>
            );
          })}
          {spacer(below)}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
