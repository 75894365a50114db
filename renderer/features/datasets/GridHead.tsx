// biome-ignore-all lint/a11y/useSemanticElements: rows and cells in sight are placed one by one, which elements of a table cannot be
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { Column } from '../../../shared/contract/datasets.ts';
import { messages } from '../../lib/messages/messages.ts';
import { isNumeric } from './column-types.ts';
import classes from './row-grid.module.css';
import type { RowSort } from './use-rows.ts';

interface GridHeadProps {
  readonly column: Column;
  readonly index: number;
  readonly start: number;
  readonly size: number;
  readonly sort: RowSort | null;
  readonly onSort: (sort: RowSort | null) => void;
  readonly onResize: (event: unknown) => void;
}

/** Ascending, descending, then as in the file again. */
function nextSort(column: string, sort: RowSort | null): RowSort | null {
  if (sort?.column !== column) return { column, isDescending: false };
  return sort.isDescending ? null : { column, isDescending: true };
}

/** The head of a column: sorts on a click, its edge changes the width. */
export function GridHead({ column, index, start, size, sort, onSort, onResize }: GridHeadProps) {
  const { name, type } = column;
  const direction = sort?.column !== name ? 'none' : sort.isDescending ? 'descending' : 'ascending';
  return (
    <div
      role="columnheader"
      aria-colindex={index + 2}
      aria-sort={direction}
      className={classes.headCell}
      style={{ left: start, width: size }}
      tabIndex={-1}
    >
      <button
        type="button"
        className={`${classes.headButton} ${isNumeric(type) ? classes.right : ''}`}
        title={`${name} (${messages.datasets.types[type]})`}
        onClick={() => onSort(nextSort(name, sort))}
      >
        <span className="clip">{name}</span>
        {direction === 'ascending' && <IconArrowUp size={13} aria-hidden />}
        {direction === 'descending' && <IconArrowDown size={13} aria-hidden />}
      </button>
      <span className={classes.grip} aria-hidden onMouseDown={onResize} onTouchStart={onResize} />
    </div>
  );
}
