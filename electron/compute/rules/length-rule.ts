import { z } from 'zod';
import { quoteIdentifier } from '../frame/sql-text.ts';
import { boundsText, hasBound, isWithin, NO_BOUND } from './bounds.ts';
import { isMissing } from './cell-sql.ts';
import type { RuleKind } from './rule-kind.ts';

const Bound = z.number().int().nonnegative().nullable().default(null);
const Params = z.strictObject({ minimum: Bound, maximum: Bound }).refine(hasBound, NO_BOUND);
type Params = z.infer<typeof Params>;

/** Text has a length within bounds, counted in Unicode code points. */
export const lengthRule: RuleKind<Params> = {
  kind: 'length',
  label: 'Length',
  description: 'Every text has a length within the bounds, counted in characters.',
  appliesTo: ['text', 'json'],
  needsColumn: true,
  params: Params,
  fields: [
    { name: 'minimum', label: 'Shortest', type: 'number', isOptional: true },
    { name: 'maximum', label: 'Longest', type: 'number', isOptional: true },
  ],
  describe: ({ column, params }) => `${column} has a length of ${boundsText(params.minimum, params.maximum)}`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }) => {
    const length = `length(${quoteIdentifier(column)}::VARCHAR)`;
    const conditions = [
      ...(params.minimum === null ? [] : [`${length} < ${params.minimum}`]),
      ...(params.maximum === null ? [] : [`${length} > ${params.maximum}`]),
    ];
    return {
      scope: 'row',
      shows: column,
      failing: conditions.length === 0 ? 'false' : `coalesce(${conditions.join(' OR ')}, false)`,
      fails: (row) => {
        const value = row[column];
        return !isMissing(value) && !isWithin([...String(value)].length, params.minimum, params.maximum);
      },
    };
  },
};
