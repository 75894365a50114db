import { z } from 'zod';
import { columnType, isoDate, liveNumber, liveTime, missingSql, numberSql, timeSql } from './cell-sql.ts';
import type { LiveValue, RuleKind, TableShape } from './rule-kind.ts';

const DateOrderParams = z.strictObject({ after: z.string(), orEqual: z.boolean().default(true) });
type DateOrderParams = z.infer<typeof DateOrderParams>;

const timeOf = (value: LiveValue, column: string, table: TableShape): number | null => {
  if (typeof value !== 'string') return null;
  return columnType(table, column) === 'timestamp' ? liveTime(value) : isoDate(value);
};

/** One date is before another. A row where either is missing or no date passes. */
export const dateOrderRule: RuleKind<DateOrderParams> = {
  kind: 'dateOrder',
  label: 'Date order',
  description: 'The date in this column is before the date in another.',
  appliesTo: ['date', 'timestamp', 'text'],
  needsColumn: true,
  params: DateOrderParams,
  fields: [
    { name: 'after', label: 'Later column', type: 'text', isOptional: false },
    { name: 'orEqual', label: 'May be equal', type: 'boolean', isOptional: true },
  ],
  describe: ({ column, params }) => `${column} is before ${params.after}${params.orEqual ? ' or the same' : ''}`,
  columnsOf: ({ column, params }) => [column, params.after],
  compile: ({ column, params }, table) => ({
    scope: 'row',
    shows: column,
    failing: `coalesce((${timeSql(params.after, table)}) ${params.orEqual ? '<' : '<='} (${timeSql(column, table)}), false)`,
    fails: (row) => {
      const before = timeOf(row[column], column, table);
      const after = timeOf(row[params.after], params.after, table);
      return before !== null && after !== null && (params.orEqual ? after < before : after <= before);
    },
  }),
};

const OPERATORS = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '=': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
} as const;

const CompareParams = z.strictObject({ operator: z.enum(['<', '<=', '>', '>=', '=', '!=']), right: z.string() });
type CompareParams = z.infer<typeof CompareParams>;

/** Two columns of numbers or times stand in a relation, row by row. A row where either is missing passes. */
export const compareRule: RuleKind<CompareParams> = {
  kind: 'compare',
  label: 'Comparison of two columns',
  description: 'The value stands in a relation to the value of another column.',
  appliesTo: ['integer', 'number', 'date', 'timestamp'],
  needsColumn: true,
  params: CompareParams,
  fields: [
    { name: 'operator', label: 'Operator (<, <=, >, >=, =, !=)', type: 'text', isOptional: false },
    { name: 'right', label: 'Other column', type: 'text', isOptional: false },
  ],
  describe: ({ column, params }) => `${column} ${params.operator} ${params.right}`,
  columnsOf: ({ column, params }) => [column, params.right],
  compile: ({ column, params }, table) => {
    const holds = OPERATORS[params.operator];
    const sqlOperator = params.operator === '!=' ? '<>' : params.operator;
    return {
      scope: 'row',
      shows: column,
      failing: `coalesce(NOT ((${numberSql(column, table)}) ${sqlOperator} (${numberSql(params.right, table)})), false)`,
      fails: (row) => {
        const left = liveNumber(row[column], columnType(table, column));
        const right = liveNumber(row[params.right], columnType(table, params.right));
        return left !== null && right !== null && !holds(left, right);
      },
    };
  },
};

const SequenceParams = z.strictObject({
  order: z.enum(['increasing', 'decreasing']).default('increasing'),
  strict: z.boolean().default(false),
});
type SequenceParams = z.infer<typeof SequenceParams>;

/** Values rise (or fall) from row to row. A row fails when it breaks the order against the row just before it. */
export const sequenceRule: RuleKind<SequenceParams> = {
  kind: 'sequence',
  label: 'Sequence',
  description: 'Values rise or fall from row to row.',
  appliesTo: ['integer', 'number', 'date', 'timestamp'],
  needsColumn: true,
  params: SequenceParams,
  fields: [
    { name: 'order', label: 'increasing or decreasing', type: 'text', isOptional: true },
    { name: 'strict', label: 'Equal neighbours are not allowed', type: 'boolean', isOptional: true },
  ],
  describe: ({ column, params }) => `${column} is ${params.strict ? 'strictly ' : ''}${params.order}`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }, table) => {
    const value = `(${numberSql(column, table)})`;
    const breaks = (params.order === 'increasing' ? '<' : '>') + (params.strict ? '=' : '');
    return {
      scope: 'rowset',
      shows: column,
      failing: `coalesce(${value} ${breaks} lag(${value}) OVER (ORDER BY file_row_number), false)`,
    };
  },
};

const FreshnessParams = z.strictObject({
  maximumAgeDays: z.number().nonnegative(),
  /** The day to count from; left out: today in UTC. */
  now: z.iso.date().nullable().default(null),
});
type FreshnessParams = z.infer<typeof FreshnessParams>;
const DAY_MS = 86_400_000;

/** The newest date is not older than a number of days. */
export const freshnessRule: RuleKind<FreshnessParams> = {
  kind: 'freshness',
  label: 'Freshness',
  description: 'The newest date is not older than a number of days.',
  appliesTo: ['date', 'timestamp', 'text'],
  needsColumn: true,
  params: FreshnessParams,
  fields: [
    { name: 'maximumAgeDays', label: 'At most this many days old', type: 'number', isOptional: false },
    { name: 'now', label: 'Counted from this day', type: 'text', isOptional: true },
  ],
  describe: ({ column, params }) => `the newest ${column} is at most ${params.maximumAgeDays} days old`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }, table) => ({
    scope: 'table',
    aggregate: `max(${timeSql(column, table)}) FILTER (WHERE NOT ${missingSql(column, table)})`,
    judge: (observed) => {
      if (observed === null) return { isOk: false, observed: 'no date' };
      const today = params.now === null ? Date.now() : (isoDate(params.now) ?? Date.now());
      const ageDays = Math.floor(today / DAY_MS) - Math.floor(Number(observed) / DAY_MS);
      const newest = new Date(Number(observed)).toISOString().slice(0, 10);
      return { isOk: ageDays <= params.maximumAgeDays, observed: `newest ${newest}, ${ageDays} days old` };
    },
  }),
};
