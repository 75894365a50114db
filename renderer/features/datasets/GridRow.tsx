// biome-ignore-all lint/a11y/useSemanticElements: rows and cells in sight are placed one by one, which elements of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid is one stop of the keyboard and names its active cell
import type { VirtualItem } from '@tanstack/react-virtual';
import type { Cell, Column } from '../../../shared/contract/datasets.ts';
import { fullText, gridText } from '../../lib/cell-text.ts';
import { messages } from '../../lib/messages/messages.ts';
import { isNumeric } from './column-types.ts';
import classes from './row-grid.module.css';

interface GridRowProps {
  readonly row: number;
  readonly top: number;
  readonly height: number;
  readonly numberWidth: number;
  readonly number: string;
  /** Undefined while they are on their way. */
  readonly cells: readonly Cell[] | undefined;
  readonly columns: readonly Column[];
  readonly inSight: readonly VirtualItem[];
  readonly focusedColumn: number | null;
  readonly onFocus: (column: number) => void;
}

/** One row of the grid, its cells in sight. */
export function GridRow({
  row,
  top,
  height,
  numberWidth,
  number,
  cells,
  columns,
  inSight,
  focusedColumn,
  onFocus,
}: GridRowProps) {
  return (
    <div
      className={classes.row}
      role="row"
      aria-rowindex={row + 2}
      aria-busy={cells === undefined}
      style={{ transform: `translateY(${String(top)}px)`, height }}
    >
      <div className={classes.number} role="rowheader" aria-colindex={1} style={{ width: numberWidth }}>
        {number}
      </div>
      {inSight.map(({ index, start, size }) => {
        const column = columns[index];
        const cell = cells?.[index] ?? null;
        const text = fullText(cell);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself listens to the keyboard
          <div
            key={index}
            id={`cell-${String(row)}-${String(index)}`}
            role="gridcell"
            tabIndex={-1}
            aria-colindex={index + 2}
            aria-selected={focusedColumn === index}
            className={`${classes.cell} ${column && isNumeric(column.type) ? classes.right : ''}`}
            style={{ left: start, width: size }}
            title={text}
            onClick={() => onFocus(index)}
          >
            {cells === undefined ? (
              ''
            ) : cell === null ? (
              <i className={classes.missing}>{messages.datasets.missingCell}</i>
            ) : (
              gridText(cell, column?.type ?? 'text')
            )}
          </div>
        );
      })}
    </div>
  );
}
