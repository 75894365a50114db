import { z } from 'zod';
import { boundsText, hasBound, NO_BOUND } from './bounds.ts';
import { columnType, liveNumber, liveTime, numberSql } from './cell-sql.ts';
import type { RuleKind } from './rule-kind.ts';

const Bound = z
  .union([z.number(), z.iso.date(), z.iso.datetime({ local: true, offset: true })])
  .nullable()
  .default(null);
const Params = z
  .strictObject({
    minimum: Bound,
    maximum: Bound,
    exclusiveMinimum: z.boolean().default(false),
    exclusiveMaximum: z.boolean().default(false),
  })
  .refine(hasBound, NO_BOUND);
type Params = z.infer<typeof Params>;

const asNumber = (bound: number | string | null): number | null =>
  typeof bound === 'string' ? liveTime(bound) : bound;

/** Numbers and times lie between bounds. Missing values and text that is no number pass: they fail presence and type. */
export const rangeRule: RuleKind<Params> = {
  kind: 'range',
  label: 'Range',
  description: 'Every number or time lies between the bounds.',
  appliesTo: ['integer', 'number', 'date', 'timestamp', 'text'],
  needsColumn: true,
  params: Params,
  fields: [
    { name: 'minimum', label: 'Minimum', type: 'number', isOptional: true },
    { name: 'maximum', label: 'Maximum', type: 'number', isOptional: true },
    { name: 'exclusiveMinimum', label: 'Minimum itself is not allowed', type: 'boolean', isOptional: true },
    { name: 'exclusiveMaximum', label: 'Maximum itself is not allowed', type: 'boolean', isOptional: true },
  ],
  describe: ({ column, params }) => `${column} is ${boundsText(params.minimum, params.maximum)}`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }, table) => {
    const [minimum, maximum] = [asNumber(params.minimum), asNumber(params.maximum)];
    const value = `(${numberSql(column, table)})`;
    const tooLow = params.exclusiveMinimum ? '<=' : '<';
    const tooHigh = params.exclusiveMaximum ? '>=' : '>';
    const conditions = [
      ...(minimum === null ? [] : [`${value} ${tooLow} ${minimum}::DOUBLE`]),
      ...(maximum === null ? [] : [`${value} ${tooHigh} ${maximum}::DOUBLE`]),
    ];
    const type = columnType(table, column);
    return {
      scope: 'row',
      shows: column,
      failing: conditions.length === 0 ? 'false' : `coalesce(${conditions.join(' OR ')}, false)`,
      fails: (row) => {
        const number = liveNumber(row[column], type);
        if (number === null) return false;
        const isLow = minimum !== null && (params.exclusiveMinimum ? number <= minimum : number < minimum);
        const isHigh = maximum !== null && (params.exclusiveMaximum ? number >= maximum : number > maximum);
        return isLow || isHigh;
      },
    };
  },
};
