import { z } from 'zod';
import { quoteIdentifier } from '../frame/sql-text.ts';
import { boundsText, hasBound, isWithin, NO_BOUND } from './bounds.ts';
import { numberSql } from './cell-sql.ts';
import type { RuleKind, TableShape } from './rule-kind.ts';

const Bounds = z
  .strictObject({ minimum: z.number().nullable().default(null), maximum: z.number().nullable().default(null) })
  .refine(hasBound, NO_BOUND);
type Bounds = z.infer<typeof Bounds>;

const BOUND_FIELDS: RuleKind<Bounds>['fields'] = [
  { name: 'minimum', label: 'Minimum', type: 'number', isOptional: true },
  { name: 'maximum', label: 'Maximum', type: 'number', isOptional: true },
];

interface AggregateRule {
  readonly kind: string;
  readonly label: string;
  readonly description: string;
  readonly noun: string;
  readonly needsColumn: boolean;
  readonly isNumeric: boolean;
  aggregate(column: string, table: TableShape): string;
}

/** A rule that bounds one aggregate of a column or of the table. No rows gives no answer, and passes. */
function aggregateRule(rule: AggregateRule): RuleKind<Bounds> {
  return {
    kind: rule.kind,
    label: rule.label,
    description: rule.description,
    appliesTo: rule.isNumeric ? ['integer', 'number'] : [],
    needsColumn: rule.needsColumn,
    params: Bounds,
    fields: BOUND_FIELDS,
    describe: ({ column, params }) =>
      `${rule.noun}${rule.needsColumn ? ` of ${column}` : ''} is ${boundsText(params.minimum, params.maximum)}`,
    columnsOf: ({ column }) => (rule.needsColumn ? [column] : []),
    compile: ({ column, params }, table) => ({
      scope: 'table',
      aggregate: rule.aggregate(column, table),
      judge: (observed) => ({
        isOk: observed === null || isWithin(Number(observed), params.minimum, params.maximum),
        observed: observed === null ? 'no values' : String(observed),
      }),
    }),
  };
}

export const rowCountRule = aggregateRule({
  kind: 'rowCount',
  label: 'Row count',
  description: 'The table has a number of rows within the bounds.',
  noun: 'Number of rows',
  needsColumn: false,
  isNumeric: false,
  aggregate: () => 'count(*)',
});

export const distinctCountRule = aggregateRule({
  kind: 'distinctCount',
  label: 'Distinct values',
  description: 'The column has a number of distinct values within the bounds.',
  noun: 'Number of distinct values',
  needsColumn: true,
  isNumeric: false,
  aggregate: (column) => `count(DISTINCT ${quoteIdentifier(column)})`,
});

export const meanRule = aggregateRule({
  kind: 'mean',
  label: 'Mean',
  description: 'The mean lies within the bounds.',
  noun: 'Mean',
  needsColumn: true,
  isNumeric: true,
  aggregate: (column, table) => `avg(${numberSql(column, table)})`,
});

/** Sample standard deviation (n - 1 in the denominator). */
export const standardDeviationRule = aggregateRule({
  kind: 'standardDeviation',
  label: 'Standard deviation',
  description: 'The sample standard deviation lies within the bounds.',
  noun: 'Standard deviation',
  needsColumn: true,
  isNumeric: true,
  aggregate: (column, table) => `stddev_samp(${numberSql(column, table)})`,
});

const QuantileParams = Bounds.extend({ quantile: z.number().min(0).max(1) });
type QuantileParams = z.infer<typeof QuantileParams>;

/** A quantile by linear interpolation between observations (Hyndman and Fan's type 7) lies within bounds. */
export const quantileRule: RuleKind<QuantileParams> = {
  kind: 'quantile',
  label: 'Quantile',
  description: 'A quantile lies within the bounds.',
  appliesTo: ['integer', 'number'],
  needsColumn: true,
  params: QuantileParams,
  fields: [{ name: 'quantile', label: 'Quantile (0 to 1)', type: 'number', isOptional: false }, ...BOUND_FIELDS],
  describe: ({ column, params }) =>
    `Quantile ${params.quantile} of ${column} is ${boundsText(params.minimum, params.maximum)}`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }, table) => ({
    scope: 'table',
    aggregate: `quantile_cont(${numberSql(column, table)}, ${params.quantile})`,
    judge: (observed) => ({
      isOk: observed === null || isWithin(Number(observed), params.minimum, params.maximum),
      observed: observed === null ? 'no values' : String(observed),
    }),
  }),
};
