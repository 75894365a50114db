import { ScrollArea, Table, Tooltip } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { type ColumnChoice, ColumnRow } from './ColumnRow.tsx';
import { trainingMessages } from './messages.ts';

interface ColumnsTableProps {
  readonly choices: readonly ColumnChoice[];
  /** False: there is no answer that a column could predict, or groups could be judged by. */
  readonly hasTarget: boolean;
  readonly onUse: (column: string, isUsed: boolean) => void;
  readonly onSensitive: (column: string, isSensitive: boolean) => void;
}

const ROW_HEIGHT = 33;
const MOST_HEIGHT = 420;
const HEADS = 6;

function Head({ hasTarget }: Pick<ColumnsTableProps, 'hasTarget'>) {
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th w={52}>{trainingMessages.columnUse}</Table.Th>
        <Table.Th>{trainingMessages.columnName}</Table.Th>
        <Table.Th w={90}>{trainingMessages.columnType}</Table.Th>
        {hasTarget && (
          <Table.Th w={70} ta="right">
            <Tooltip label={trainingMessages.columnStrengthHint}>
              <span>{trainingMessages.columnStrength}</span>
            </Tooltip>
          </Table.Th>
        )}
        <Table.Th>{trainingMessages.columnAdvice}</Table.Th>
        {hasTarget && <Table.Th w={80}>{trainingMessages.columnSensitive}</Table.Th>}
      </Table.Tr>
    </Table.Thead>
  );
}

/** Columns with their advice and two boxes each; only those in sight are drawn, so thousands scroll like ten. */
export function ColumnsTable({ choices, hasTarget, onUse, onSensitive }: ColumnsTableProps) {
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
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, 'aria-label': trainingMessages.columnsScroll, role: 'group' }}
    >
      <Table stickyHeader verticalSpacing={4} aria-rowcount={choices.length + 1}>
        <Head hasTarget={hasTarget} />
        <Table.Tbody>
          {spacer(above)}
          {inSight.map(({ index }) => {
            const choice = choices[index];
            if (choice === undefined) return null;
            return (
              <ColumnRow
                key={choice.advice.column}
                choice={choice}
                index={index}
                hasTarget={hasTarget}
                measure={virtual.measureElement}
                onUse={onUse}
                onSensitive={onSensitive}
              />
            );
          })}
          {spacer(below)}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
