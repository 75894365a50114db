import type { ColumnType } from '../../../shared/contract/datasets.ts';
import { quoteIdentifier } from '../frame/sql-text.ts';

/** A column to be asked about; `isBounded` where it is known to hold no NaN and no infinity, which makes the SQL cheaper. */
export interface AskedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isBounded?: boolean;
  /** Divides the values while their mean and deviation are summed: set where squares would leave the range of doubles. */
  readonly scale?: number;
}

/** Whether the type has a number line: histogram and quantiles instead of most frequent values. */
export const isMeasured = (type: ColumnType): boolean =>
  type === 'integer' || type === 'number' || type === 'date' || type === 'timestamp';

export const isTime = ({ type }: { readonly type: ColumnType }): boolean => type === 'date' || type === 'timestamp';

/** SQL for a value on the number line: finite numbers as they are, times as milliseconds since 1970; else NULL. */
export function measureSql({ name, type, isBounded }: AskedColumn): string {
  const column = quoteIdentifier(name);
  const measure = measureOf(type, column);
  if (isBounded || type === 'integer') return measure;
  return `CASE WHEN isfinite(${type === 'number' ? `${column}::DOUBLE` : column}) THEN ${measure} END`;
}

/** Values whose squares leave the range of doubles are divided by their largest. */
export const scaleOf = (low: number, high: number): number => {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  return largest > 1e150 ? largest : 1;
};

/** SQL for an expression of a type on the number line, where it is known to be finite. */
export const measureOf = (type: ColumnType, value: string): string =>
  type === 'date' || type === 'timestamp' ? `epoch_ms((${value})::TIMESTAMP)::DOUBLE` : `(${value})::DOUBLE`;

/** SQL for the cell as it is compared and shown: NULL where it is missing (NULL, NaN), nested values as their text. */
export function valueSql({ name, type, isBounded }: AskedColumn): string {
  const column = quoteIdentifier(name);
  if (type === 'json') return `${column}::VARCHAR`;
  return type === 'number' && !isBounded ? `CASE WHEN NOT isnan(${column}::DOUBLE) THEN ${column} END` : column;
}
