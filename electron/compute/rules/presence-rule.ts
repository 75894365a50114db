import { z } from 'zod';
import { isMissing, missingSql } from './cell-sql.ts';
import type { RuleKind } from './rule-kind.ts';

const Params = z.strictObject({
  /** Share of rows that must hold a value; left out: all of them, judged row by row. */
  minimumShare: z.number().min(0).max(1).nullable().default(null),
});
type Params = z.infer<typeof Params>;

/** Values are there: in every row, or in at least a share of the rows. */
export const presenceRule: RuleKind<Params> = {
  kind: 'presence',
  label: 'Presence',
  description: 'No value is missing, or at most a share of them.',
  appliesTo: [],
  needsColumn: true,
  params: Params,
  fields: [{ name: 'minimumShare', label: 'At least this share present (0 to 1)', type: 'number', isOptional: true }],
  describe: ({ column, params }) =>
    params.minimumShare === null
      ? `${column} is never missing`
      : `${column} is present in at least ${params.minimumShare} of rows`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }, table) => {
    const { minimumShare } = params;
    if (minimumShare === null) {
      return {
        scope: 'row',
        shows: column,
        failing: missingSql(column, table),
        fails: (row) => isMissing(row[column]),
      };
    }
    return {
      scope: 'table',
      aggregate: `1 - count(*) FILTER (WHERE ${missingSql(column, table)}) / nullif(count(*), 0)`,
      judge: (observed) => ({
        isOk: observed === null || Number(observed) >= minimumShare,
        observed: observed === null ? 'no rows' : `${observed}`,
      }),
    };
  },
};
