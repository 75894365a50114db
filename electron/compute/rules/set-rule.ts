import { z } from 'zod';
import { quoteIdentifier, quoteLiteral } from '../frame/sql-text.ts';
import { columnType, isMissing, liveNumber, numberSql } from './cell-sql.ts';
import type { RuleKind } from './rule-kind.ts';

const Word = z.union([z.string(), z.number(), z.boolean()]);
const Params = z
  .strictObject({ values: z.array(Word).nullable().default(null), forbidden: z.array(Word).nullable().default(null) })
  .refine((params) => (params.values === null) !== (params.forbidden === null), 'give either values or forbidden');
type Params = z.infer<typeof Params>;

const shorten = (words: readonly unknown[]): string =>
  words.length > 6 ? `${words.slice(0, 6).join(', ')}, … (${words.length})` : words.join(', ');

/** Values come from a list, or never from one. Numbers are compared as numbers. */
export const setRule: RuleKind<Params> = {
  kind: 'set',
  label: 'Set of values',
  description: 'Every value is one of a list, or none of a list.',
  appliesTo: [],
  needsColumn: true,
  params: Params,
  fields: [
    { name: 'values', label: 'Allowed values', type: 'list', isOptional: true },
    { name: 'forbidden', label: 'Forbidden values', type: 'list', isOptional: true },
  ],
  describe: ({ column, params }) =>
    params.values === null
      ? `${column} is never ${shorten(params.forbidden ?? [])}`
      : `${column} is one of ${shorten(params.values)}`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }, table) => {
    const type = columnType(table, column);
    const words = params.values ?? params.forbidden ?? [];
    const isAllowed = params.values !== null;
    const name = quoteIdentifier(column);
    if (type === 'integer' || type === 'number') {
      const numbers = words.map((word) => liveNumber(word, type)).filter((number) => number !== null);
      const list = numbers.length === 0 ? 'NULL' : numbers.map((number) => `${number}::DOUBLE`).join(', ');
      const known = new Set(numbers);
      const value = numberSql(column, table);
      return {
        scope: 'row',
        shows: column,
        failing: `(${value}) IS NOT NULL AND ${isAllowed ? 'NOT ' : ''}coalesce((${value}) IN (${list}), false)`,
        fails: (row) => {
          const number = liveNumber(row[column], type);
          return number !== null && known.has(number) !== isAllowed;
        },
      };
    }
    const texts = words.map(String);
    const list = texts.length === 0 ? 'NULL' : texts.map(quoteLiteral).join(', ');
    const known = new Set(texts);
    return {
      scope: 'row',
      shows: column,
      failing: `${name} IS NOT NULL AND ${isAllowed ? 'NOT ' : ''}coalesce(${name}::VARCHAR IN (${list}), false)`,
      fails: (row) => {
        const value = row[column];
        return !isMissing(value) && known.has(String(value)) !== isAllowed;
      },
    };
  },
};
