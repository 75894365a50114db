import { z } from 'zod';
import { quoteIdentifier, quoteLiteral } from '../frame/sql-text.ts';
import { isMissing } from './cell-sql.ts';
import type { RuleKind } from './rule-kind.ts';

/** Constructs that only one of the two engines (RE2 in bulk, the script engine live) knows; refused so both agree. */
const NOT_PORTABLE = /\(\?[=!<]|\\[1-9]|\(\?P/;

const Params = z.strictObject({
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

/** RE2's \s is ASCII white space; the script engine's knows more. Written out so that both mean the same. */
export function portablePattern(pattern: string): RegExp {
  let isInClass = false;
  const source = pattern.replaceAll(/\\.|[[\]]/gsu, (token) => {
    if (token === '[') isInClass = true;
    if (token === ']') isInClass = false;
    if (token === '\\s') return isInClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]';
    if (token === '\\S' && !isInClass) return '[^\\t\\n\\f\\r ]';
    return token;
  });
  return new RegExp(source, 'u');
}

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
    const pattern = portablePattern(params.pattern);
    const name = quoteIdentifier(column);
    return {
      scope: 'row',
      shows: column,
      failing: `${name} IS NOT NULL AND NOT regexp_matches(${name}::VARCHAR, ${quoteLiteral(params.pattern)})`,
      fails: (row) => {
        const value = row[column];
        return !isMissing(value) && !pattern.test(String(value));
      },
    };
  },
};
