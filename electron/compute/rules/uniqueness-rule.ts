import { z } from 'zod';
import { quoteIdentifier } from '../frame/sql-text.ts';
import type { RuleKind, RuleTarget } from './rule-kind.ts';

const Params = z.strictObject({
  /** More columns: their combination is unique. */
  columns: z.array(z.string()).nullable().default(null),
});
type Params = z.infer<typeof Params>;

const columnsOf = ({ column, params }: RuleTarget<Params>): readonly string[] => params.columns ?? [column];

/** No value, or no combination of values, occurs twice. Every member of a group of duplicates fails; missing passes. */
export const uniquenessRule: RuleKind<Params> = {
  kind: 'uniqueness',
  label: 'Uniqueness',
  description: 'No value occurs twice, alone or together with other columns.',
  appliesTo: [],
  needsColumn: true,
  params: Params,
  fields: [{ name: 'columns', label: 'Columns that are unique together', type: 'list', isOptional: true }],
  describe: (rule) => `${columnsOf(rule).join(' + ')} is unique`,
  columnsOf,
  compile: (rule, table) => {
    const columns = columnsOf(rule);
    const names = columns.map(quoteIdentifier).join(', ');
    const isComplete = columns.map((column) => `${quoteIdentifier(column)} IS NOT NULL`).join(' AND ');
    // A semi-join with the repeated keys is several times faster than a window over all rows when most keys are unique.
    return {
      scope: 'rowset',
      shows: columns[0] ?? null,
      failing: `(${names}) IN (SELECT (${names}) FROM ${table.relation} WHERE ${isComplete} GROUP BY ${names} HAVING count(*) > 1)`,
    };
  },
};
