import { Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { messages } from '../lib/messages/messages.ts';
import classes from './data-table.module.css';
import { MoreButton } from './MoreButton.tsx';
import { useMore } from './use-more.ts';

/** What a column is sorted by; missing values come last in both directions. */
export type SortKey = string | number | null;

export interface DataColumn<Row> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** Left out: the column cannot be sorted. */
  readonly sortBy?: (row: Row) => SortKey;
  readonly isNumeric?: boolean;
  readonly width?: number | string;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly DataColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly initialSort?: Sorting;
  /** Rows that are drawn at once; the next ones on demand. Without end where rows come page by page. */
  readonly step?: number;
}

export interface Sorting {
  readonly id: string;
  readonly isDescending: boolean;
}

const STEP = 200;

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a: SortKey, b: SortKey, isDescending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
  return isDescending ? -order : order;
}

interface HeadProps<Row> {
  readonly column: DataColumn<Row>;
  readonly sorting: Sorting | null;
  readonly onSort: (sorting: Sorting) => void;
}

function Head<Row>({ column, sorting, onSort }: HeadProps<Row>) {
  const isSorted = sorting?.id === column.id;
  const Icon = !isSorted ? IconArrowsSort : sorting.isDescending ? IconArrowDown : IconArrowUp;
  const direction = !isSorted ? 'none' : sorting.isDescending ? 'descending' : 'ascending';
  return (
    <Table.Th
      scope="col"
      w={column.width}
      className={column.isNumeric ? 'num' : ''}
      aria-sort={column.sortBy === undefined ? undefined : direction}
    >
      {column.sortBy === undefined ? (
        column.label
      ) : (
        <UnstyledButton
          className={classes.sort}
          data-sorted={isSorted || undefined}
          title={messages.components.sortBy(column.label)}
          onClick={() =>
            onSort({ id: column.id, isDescending: isSorted ? !sorting.isDescending : column.isNumeric === true })
          }
        >
          {column.label}
          <Icon size={13} aria-hidden />
        </UnstyledButton>
      )}
    </Table.Th>
  );
}

/** A table of rows that are all here, sortable by its heads. For rows of any number see the grid of a dataset. */
export function DataTable<Row>({ label, rows, columns, rowKey, initialSort, step = STEP }: DataTableProps<Row>) {
  const [sorting, setSorting] = useState<Sorting | null>(initialSort ?? null);
  const sortBy = columns.find((column) => column.id === sorting?.id)?.sortBy;
  const sorted =
    sorting === null || sortBy === undefined
      ? rows
      : rows.toSorted((a, b) => compare(sortBy(a), sortBy(b), sorting.isDescending));
  const { shown, rest, showMore } = useMore(sorted, step);
  return (
    <>
      <Table.ScrollContainer minWidth={640}>
        <Table highlightOnHover aria-label={label} className="tabular">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Head key={column.id} column={column} sorting={sorting} onSort={setSorting} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map((column) => (
                  <Table.Td key={column.id} className={column.isNumeric ? 'num' : ''}>
                    {column.cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <MoreButton rest={rest} onMore={showMore} />
    </>
  );
}
