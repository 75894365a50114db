import type { Cell } from '../../../shared/contract/datasets.ts';

/** A DuckDB value as it travels: 64-bit integers past 2^53 as digits, times as ISO 8601, nested values as JSON text. */
export function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : Number.isNaN(value) ? null : String(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    default:
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      return String(value);
  }
}
