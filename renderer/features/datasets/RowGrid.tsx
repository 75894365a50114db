// biome-ignore-all lint/a11y/useSemanticElements: rows and cells in sight are placed one by one, which elements of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid is one stop of the keyboard and names its active cell
import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { Cell, Column } from '../../../shared/contract/datasets.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { GridHead } from './GridHead.tsx';
import { GridRow } from './GridRow.tsx';
import classes from './row-grid.module.css';
import { useRowWindow } from './use-row-window.ts';
import { type RowQuery, type RowSort, useRowCells } from './use-rows.ts';

interface RowGridProps {
  readonly query: RowQuery;
  readonly matching: number;
  readonly onSort: (sort: RowSort | null) => void;
}

/** By how much text is larger than usual; sizes in pixels that hold text grow with it. */
const textScale = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const m = messages.datasets;

const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
const helper = createColumnHelper<typeof features, readonly Cell[]>();

/** Wide enough for the name and a usual value of the type. */
function widthOf({ name, type }: Column): number {
  const usual = type === 'timestamp' ? 160 : type === 'text' || type === 'json' ? 150 : 92;
  return Math.min(280, Math.max(usual, name.length * 8 + 40));
}

/** The rows of any dataset: rows and columns in sight are drawn, the rest is asked for when it is scrolled to. */
export function RowGrid({ query, matching, onSort }: RowGridProps) {
  const { columns } = query.dataset;
  const box = useRef<HTMLDivElement>(null);
  const [scale] = useState(textScale);
  const scaled = (pixels: number): number => Math.round(pixels * scale);
  const rowHeight = scaled(28);
  const headHeight = scaled(34);
  const numberWidth = scaled(84);
  const [focus, setFocus] = useState<{ readonly row: number; readonly column: number }>({ row: 0, column: 0 });
  const definitions = useMemo(
    () =>
      helper.columns(
        columns.map((column, index) =>
          helper.accessor((cells) => cells[index] ?? null, {
            id: `${String(index)}:${column.name}`,
            header: column.name,
            size: Math.round(widthOf(column) * scale),
            minSize: 56,
            maxSize: 1200,
          }),
        ),
      ),
    [columns, scale],
  );
  const [noRows] = useState<readonly (readonly Cell[])[]>([]);
  const table = useTable({ features, columns: definitions, data: noRows, columnResizeMode: 'onChange' });
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const widths = headers.map((header) => header.getSize());
  const rowWindow = useRowWindow(box, { rows: matching, rowHeight, headHeight });
  const cells = useRowCells(query, rowWindow.first, rowWindow.last);
  const across = useVirtualizer({
    horizontal: true,
    count: widths.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => widths[index] ?? 100,
    overscan: 4,
    paddingStart: numberWidth,
    scrollPaddingStart: numberWidth,
  });
  // Sizes are the table's: the virtualizer has to measure again when one changes.
  const measured = useRef(widths);
  if (measured.current.some((width, index) => width !== widths[index])) {
    measured.current = widths;
    across.measure();
  }
  const inSight = across.getVirtualItems();
  const rows = Array.from(
    { length: Math.max(0, rowWindow.last - rowWindow.first + 1) },
    (_, index) => rowWindow.first + index,
  );
  const moveBy = (down: number, right: number) => {
    const next = {
      row: Math.min(matching - 1, Math.max(0, focus.row + down)),
      column: Math.min(columns.length - 1, Math.max(0, focus.column + right)),
    };
    setFocus(next);
    rowWindow.scrollTo(next.row);
    across.scrollToIndex(next.column);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, rowWindow.last - rowWindow.first - 12);
    const moves: Readonly<Record<string, readonly [down: number, right: number]>> = {
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowRight: [0, 1],
      ArrowLeft: [0, -1],
      PageDown: [page, 0],
      PageUp: [-page, 0],
      Home: event.ctrlKey ? [-matching, -columns.length] : [0, -columns.length],
      End: event.ctrlKey ? [matching, columns.length] : [0, columns.length],
    };
    const move = event.target === event.currentTarget ? moves[event.key] : undefined;
    if (move === undefined) return;
    event.preventDefault();
    moveBy(...move);
  };
  return (
    <div
      ref={box}
      className={classes.box}
      tabIndex={0}
      role="grid"
      aria-label={m.rowsGrid(query.dataset.name)}
      aria-rowcount={matching + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={matching > 0 ? `cell-${String(focus.row)}-${String(focus.column)}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div
        style={{ width: across.getTotalSize(), height: rowWindow.height + headHeight, position: 'relative' }}
        role="presentation"
      >
        <div className={classes.head} role="row" aria-rowindex={1} style={{ height: headHeight }}>
          <div className={classes.corner} role="columnheader" aria-colindex={1} style={{ width: numberWidth }}>
            {m.rowNumber}
          </div>
          {inSight.map(({ index, start, size }) => {
            const header = headers[index];
            const column = columns[index];
            return (
              header &&
              column && (
                <GridHead
                  key={header.id}
                  column={column}
                  index={index}
                  start={start}
                  size={size}
                  sort={query.sort}
                  onSort={onSort}
                  onResize={header.getResizeHandler()}
                />
              )
            );
          })}
        </div>
        {rows.map((row) => (
          <GridRow
            key={row}
            row={row}
            top={headHeight + rowWindow.top(row)}
            height={rowHeight}
            numberWidth={numberWidth}
            number={formatCount(row + 1)}
            cells={cells(row)}
            columns={columns}
            inSight={inSight}
            focusedColumn={focus.row === row ? focus.column : null}
            onFocus={(column) => setFocus({ row, column })}
          />
        ))}
      </div>
    </div>
  );
}
