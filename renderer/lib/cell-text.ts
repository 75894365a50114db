import type { Cell, ColumnType } from '../../shared/contract/datasets.ts';
import { formatNumber, NOT_AVAILABLE } from './format.ts';

/** A cell in full, as it would be typed; "" for a missing one. */
export const fullText = (cell: Cell): string => (cell === null ? '' : String(cell));

/** A time without its needless parts: no "T", no zone, no midnight of a date. */
function timeText(text: string, type: ColumnType): string {
  const plain = text
    .replace('T', ' ')
    .replace(/(\.\d*?)0+(?=Z|$)/, '$1')
    .replace(/\.?Z$/, '');
  return type === 'date' ? plain.slice(0, 10) : plain.replace(/:00$/, '');
}

/** A cell in a grid of rows: every digit of a number, times without their needless parts. */
export const gridText = (cell: Cell, type: ColumnType): string =>
  typeof cell === 'string' && (type === 'date' || type === 'timestamp') ? timeText(cell, type) : fullText(cell);

/** A cell in a table of figures: 4 significant digits, times shortened. "n/a" when missing. */
export function shortText(cell: Cell, type: ColumnType): string {
  if (cell === null) return NOT_AVAILABLE;
  if (typeof cell === 'number') return formatNumber(cell);
  if (type === 'timestamp' || type === 'date') return timeText(String(cell), type);
  return String(cell);
}

/** A point of an ordered axis: times are milliseconds since 1970. */
export function pointText(value: number, type: ColumnType): string {
  if (type !== 'timestamp' && type !== 'date') return formatNumber(value);
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? NOT_AVAILABLE : timeText(date.toISOString(), type);
}
