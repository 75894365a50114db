import type { Rule } from '../../../shared/contract/validation.ts';

const MOST_VALUES = 6;

function valueText(value: unknown): string {
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_VALUES).map(String).join(', ');
    return value.length > MOST_VALUES ? `${shown}, +${String(value.length - MOST_VALUES)}` : shown;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A rule's parameters in a line: "minimum 0, maximum 120". */
export const ruleSummary = ({ params }: Pick<Rule, 'params'>): string =>
  Object.entries(params)
    .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
    .map(([name, value]) => (value === true ? wordsOf(name) : `${wordsOf(name)} ${valueText(value)}`))
    .join(', ');

/** An id that is free: "range(age)", then "range(age)#2". */
export function freeRuleId(kind: string, column: string | null, taken: readonly string[]): string {
  const id = column === null ? kind : `${kind}(${column})`;
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? id : `${id}#${String(count)}`;
    if (!taken.includes(candidate)) return candidate;
  }
}
