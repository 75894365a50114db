import { ScrollArea, Table, Text } from '@mantine/core';
import type { PlainTable, TableCell } from '../lib/delimited-text.ts';
import { formatCount, formatNumber, NOT_AVAILABLE } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';

const MOST_ROWS = 500;

interface ChartTableProps {
  readonly table: PlainTable;
  readonly label: string;
  readonly height: number;
}

const cellText = (cell: TableCell): string =>
  cell === null ? NOT_AVAILABLE : typeof cell === 'number' ? formatNumber(cell) : String(cell);

/** The figures behind a chart. */
export function ChartTable({ table, label, height }: ChartTableProps) {
  const shown = table.rows.slice(0, MOST_ROWS);
  return (
    <ScrollArea h={height} viewportProps={{ tabIndex: 0, 'aria-label': label }}>
      <Table stickyHeader className="tabular" aria-label={label} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {table.columns.map((column) => (
              <Table.Th key={column} scope="col">
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((row, index) => (
            <Table.Tr key={`row-${String(index)}`}>
              {row.map((cell, column) => (
                <Table.Td key={table.columns[column] ?? column} title={cell === null ? undefined : String(cell)}>
                  {cellText(cell)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {shown.length < table.rows.length && (
        <Text size="xs" c="dimmed" p="xs">
          {messages.components.chartRowsShown(formatCount(shown.length), formatCount(table.rows.length))}
        </Text>
      )}
    </ScrollArea>
  );
}
