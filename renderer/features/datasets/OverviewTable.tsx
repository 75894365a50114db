import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import sortClasses from '../../components/data-table.module.css';
import { messages } from '../../lib/messages/messages.ts';
import { OverviewRow } from './OverviewRow.tsx';
import { type OverviewSortId, overviewHeads, type ProfileRow, sortedRows } from './overview-columns.ts';
import classes from './profile.module.css';

interface OverviewTableProps {
  readonly dataset: DatasetVersion;
  readonly rows: readonly ProfileRow[];
  readonly comparedVersion: number | null;
  readonly onOpen: (column: string) => void;
}

const ROW_HEIGHT = 53;
const m = messages.datasets;

interface Sorting {
  readonly id: OverviewSortId;
  readonly isDescending: boolean;
}

interface HeadProps {
  readonly id: OverviewSortId;
  readonly label: string;
  readonly isFigure: boolean;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

function Head({ id, label, isFigure, sorting, onSort }: HeadProps) {
  const isSorted = sorting.id === id;
  const Icon = !isSorted ? IconArrowsSort : sorting.isDescending ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      className={isFigure ? classes.figure : undefined}
      aria-sort={!isSorted ? 'none' : sorting.isDescending ? 'descending' : 'ascending'}
    >
      <UnstyledButton
        className={sortClasses.sort}
        data-sorted={isSorted || undefined}
        title={messages.components.sortBy(label)}
        onClick={() => onSort({ id, isDescending: isSorted ? !sorting.isDescending : isFigure })}
      >
        {label}
        <Icon size={13} aria-hidden />
      </UnstyledButton>
    </th>
  );
}

/** The columns of a dataset as rows; only those in sight are drawn, so a thousand columns scroll like ten. */
export function OverviewTable({ dataset, rows, comparedVersion, onOpen }: OverviewTableProps) {
  const [sorting, setSorting] = useState<Sorting>({ id: 'position', isDescending: false });
  const box = useRef<HTMLElement>(null);
  const shown = sortedRows(rows, sorting.id, sorting.isDescending);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const inSight = virtual.getVirtualItems();
  const above = inSight[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (inSight.at(-1)?.end ?? 0);
  const isCompared = comparedVersion !== null;
  const columns = overviewHeads.length + (isCompared ? 2 : 1);
  const spacer = (height: number) =>
    height > 0 && (
      <tr className={classes.spacer} aria-hidden>
        <td colSpan={columns} style={{ height }} />
      </tr>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    <section className={classes.box} ref={box} tabIndex={0} aria-label={m.tabOverview}>
      <table className={classes.table} aria-rowcount={shown.length + 1}>
        <thead>
          <tr>
            {overviewHeads.map(({ id, label, isFigure }) => (
              <Head key={id} id={id} label={label} isFigure={isFigure} sorting={sorting} onSort={setSorting} />
            ))}
            <th scope="col">{m.columnShape}</th>
            {isCompared && (
              <Head
                id="shift"
                label={m.columnCompared(comparedVersion)}
                isFigure
                sorting={sorting}
                onSort={setSorting}
              />
            )}
          </tr>
        </thead>
        <tbody>
          {spacer(above)}
          {inSight.map(({ index }) => {
            const row = shown[index];
            return (
              row && (
                <OverviewRow
                  key={row.profile.name}
                  dataset={dataset}
                  row={row}
                  isCompared={isCompared}
                  onOpen={onOpen}
                />
              )
            );
          })}
          {spacer(below)}
        </tbody>
      </table>
    </section>
  );
}
