import { z } from 'zod';
import { ColumnType } from '../../../shared/column-type.ts';
import { quoteIdentifier } from '../frame/sql-text.ts';
import { columnType, isMissing, isoDate, liveNumber, liveTime, missingSql, numberSql, timeSql } from './cell-sql.ts';
import type { LiveValue, RuleKind, TableShape } from './rule-kind.ts';

const Params = z.strictObject({ type: ColumnType });
type Params = z.infer<typeof Params>;

const BOOLEANS = ['true', 'false', '0', '1'];

/** SQL that is true where the cell can be read as `wanted`. Whole decimals such as 39.0 count as integers. */
function fitsSql(column: string, wanted: ColumnType, table: TableShape): string {
  const stored = columnType(table, column);
  const number = numberSql(column, table);
  if (wanted === 'text' || wanted === 'json' || wanted === stored) return 'true';
  const isTime = stored === 'date' || stored === 'timestamp' || stored === 'time';
  if (wanted === 'number') return isTime ? 'false' : `(${number}) IS NOT NULL`;
  if (wanted === 'integer') return isTime ? 'false' : `coalesce((${number}) = floor(${number}), false)`;
  if (wanted === 'boolean') {
    if (stored === 'number' || stored === 'integer') return `coalesce((${number}) IN (0, 1), false)`;
    return `lower(${quoteIdentifier(column)}::VARCHAR) IN (${BOOLEANS.map((word) => `'${word}'`).join(', ')})`;
  }
  if (wanted === 'date') {
    if (stored === 'timestamp') return `coalesce((${timeSql(column, table)}) % 86400000 = 0, false)`;
    return stored === 'text' ? `(${timeSql(column, table)}) IS NOT NULL` : 'false';
  }
  if (wanted === 'timestamp') {
    if (stored === 'date') return 'true';
    return stored === 'text' ? `TRY_CAST(${quoteIdentifier(column)} AS TIMESTAMP) IS NOT NULL` : 'false';
  }
  return stored === 'text' ? `TRY_CAST(${quoteIdentifier(column)} AS TIME) IS NOT NULL` : 'false';
}

function fitsLive(value: LiveValue, wanted: ColumnType): boolean {
  if (isMissing(value)) return true;
  switch (wanted) {
    case 'text':
      return typeof value === 'string';
    case 'json':
    case 'image':
      return true;
    case 'number':
      return typeof value === 'number' || liveNumber(value, 'text') !== null;
    case 'integer':
      return Number.isInteger(liveNumber(value, 'text'));
    case 'boolean':
      return BOOLEANS.includes(String(value).toLowerCase());
    case 'date':
      return typeof value === 'string' && isoDate(value) !== null;
    case 'timestamp':
      return typeof value === 'string' && liveTime(value) !== null;
    case 'time':
      return typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$/.test(value);
  }
}

/** Every value that is there can be read as the type. */
export const typeRule: RuleKind<Params> = {
  kind: 'type',
  label: 'Type',
  description: 'Every value can be read as this type.',
  appliesTo: [],
  needsColumn: true,
  params: Params,
  fields: [{ name: 'type', label: 'Type', type: 'type', isOptional: false }],
  describe: ({ column, params }) => `${column} is ${params.type}`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }, table) => ({
    scope: 'row',
    shows: column,
    failing: `NOT ${missingSql(column, table)} AND NOT (${fitsSql(column, params.type, table)})`,
    fails: (row) => !fitsLive(row[column], params.type),
  }),
};
