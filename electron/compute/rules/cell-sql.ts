import type { ColumnType } from '../../../shared/column-type.ts';
import { quoteIdentifier, quoteLiteral } from '../frame/sql-text.ts';
import type { LiveValue, TableShape } from './rule-kind.ts';

const NUMBER = '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?';
const NUMBER_PATTERN = new RegExp(`^${NUMBER}$`);
const DATE_PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;

const typeOf = (table: TableShape, column: string): ColumnType => table.types.get(column) ?? 'text';

/** SQL that is true where the cell is missing: NULL, or NaN in a column of numbers. */
export function missingSql(column: string, table: TableShape): string {
  const name = quoteIdentifier(column);
  return typeOf(table, column) === 'number' ? `(${name} IS NULL OR isnan(${name}::DOUBLE))` : `${name} IS NULL`;
}

export const isMissing = (value: LiveValue): value is null | undefined =>
  value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value));

/**
 * SQL for the cell as DOUBLE: numbers as they are, times as milliseconds since 1970, text only where it spells a
 * finite decimal number. NULL otherwise.
 */
export function numberSql(column: string, table: TableShape): string {
  const name = quoteIdentifier(column);
  switch (typeOf(table, column)) {
    case 'integer':
    case 'boolean':
      return `${name}::DOUBLE`;
    case 'number':
      return `CASE WHEN isfinite(${name}::DOUBLE) THEN ${name}::DOUBLE END`;
    case 'date':
    case 'timestamp':
      return `epoch_ms(${name}::TIMESTAMP)::DOUBLE`;
    case 'image':
      return `octet_length(${name})::DOUBLE`;
    case 'time':
    case 'text':
    case 'json': {
      const text = `trim(${name}::VARCHAR)`;
      const value = `TRY_CAST(${text} AS DOUBLE)`;
      return `CASE WHEN regexp_full_match(${text}, ${quoteLiteral(NUMBER)}) AND isfinite(${value}) THEN ${value} END`;
    }
  }
}

/** The closure's twin of `numberSql`. */
export function liveNumber(value: LiveValue, type: ColumnType): number | null {
  if (isMissing(value)) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (type === 'date' || type === 'timestamp') return liveTime(value);
  const text = value.replace(/^ +| +$/g, '');
  if (!NUMBER_PATTERN.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** Milliseconds since 1970 of an ISO date or time; times without a zone are UTC, as they are stored. */
export function liveTime(value: string): number | null {
  if (DATE_PATTERN.test(value)) return isoDate(value);
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(value);
  const time = Date.parse(hasZone ? value : `${value.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? null : time;
}

/** Milliseconds of a real calendar day `yyyy-mm-dd`, else null. */
export function isoDate(text: string): number | null {
  const match = DATE_PATTERN.exec(text);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const time = Date.UTC(year, month - 1, day);
  const back = new Date(time);
  return back.getUTCFullYear() === year && back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? time : null;
}

/** SQL for the cell as a day or time in milliseconds: real ISO days where the column is text. */
export function timeSql(column: string, table: TableShape): string {
  const name = quoteIdentifier(column);
  const type = typeOf(table, column);
  if (type === 'date' || type === 'timestamp') return `epoch_ms(${name}::TIMESTAMP)::DOUBLE`;
  return `CASE WHEN regexp_full_match(${name}::VARCHAR, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN epoch_ms(TRY_CAST(${name}::VARCHAR AS DATE)::TIMESTAMP)::DOUBLE END`;
}

export const columnType = typeOf;
