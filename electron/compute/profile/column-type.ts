import type { ColumnType } from '../../../shared/contract/datasets.ts';

/** The logical type of a DuckDB type. */
export function columnType(storage: string): ColumnType {
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT)$/.test(storage))
    return 'integer';
  if (/^(FLOAT|DOUBLE|DECIMAL.*)$/.test(storage)) return 'number';
  if (storage === 'BOOLEAN') return 'boolean';
  if (storage === 'DATE') return 'date';
  if (storage.startsWith('TIMESTAMP') && !storage.endsWith(']')) return 'timestamp';
  if (storage.startsWith('TIME') && !storage.endsWith(']')) return 'time';
  return /^(STRUCT|MAP|UNION)|\]$|^JSON$/.test(storage) ? 'json' : 'text';
}
