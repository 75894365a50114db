import { z } from 'zod';
import { identifier, isMissing, literal } from './cell-sql.ts';
import type { RuleKind } from './rule-kind.ts';

/** Constructs that only one of the two engines (RE2 in bulk, the script engine live) knows; refused so both agree. */
const NOT_PORTABLE = /\(\?[=!<]|\\[1-9]|\(\?P/;

const Params = z.object({
  pattern: z
    .string()
    .max(2000)
    .refine((pattern) => !NOT_PORTABLE.test(pattern), 'look-around, back references and named groups are not supported')
    .refine((pattern) => {
      try {
        return new RegExp(pattern, 'u') instanceof RegExp;
      } catch {
        return false;
      }
    }, 'is not a regular expression'),
});
type Params = z.infer<typeof Params>;

/** Every value matches a regular expression somewhere; anchor with ^ and $ to match the whole. */
export const regexRule: RuleKind<Params> = {
  kind: 'regex',
  label: 'Pattern',
  description: 'Every value matches a regular expression.',
  appliesTo: ['text', 'json'],
  needsColumn: true,
  params: Params,
  fields: [{ name: 'pattern', label: 'Regular expression', type: 'text', isOptional: false }],
  describe: ({ column, params }) => `${column} matches ${params.pattern}`,
  columnsOf: ({ column }) => [column],
  compile: ({ column, params }) => {
    const pattern = new RegExp(params.pattern, 'u');
    const name = identifier(column);
    return {
      scope: 'row',
      shows: column,
      failing: `${name} IS NOT NULL AND NOT regexp_matches(${name}::VARCHAR, ${literal(params.pattern)})`,
      fails: (row) => {
        const value = row[column];
        return !isMissing(value) && !pattern.test(String(value));
      },
    };
  },
};
