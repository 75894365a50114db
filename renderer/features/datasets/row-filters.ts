import type { Column, RowFilter } from '../../../shared/contract/datasets.ts';
import { messages } from '../../lib/messages/messages.ts';
import { isNumeric } from './column-types.ts';

const m = messages.datasets;

export type CompareOperator = Extract<RowFilter, { kind: 'compare' }>['operator'];
/** What the form offers: comparisons, and whether a value is there. */
export type FilterChoice = CompareOperator | 'missing' | 'present';

const textChoices: readonly FilterChoice[] = ['=', '!=', 'contains', 'missing', 'present'];
const orderedChoices: readonly FilterChoice[] = ['=', '!=', '<', '<=', '>', '>=', 'missing', 'present'];
const plainChoices: readonly FilterChoice[] = ['=', '!=', 'missing', 'present'];

export function choicesFor({ type }: Pick<Column, 'type'>): readonly FilterChoice[] {
  if (type === 'text' || type === 'json') return textChoices;
  return type === 'boolean' ? plainChoices : orderedChoices;
}

export function choiceLabel(choice: FilterChoice): string {
  if (choice === 'missing') return m.isMissing;
  return choice === 'present' ? m.isThere : m.operators[choice];
}

export const needsValue = (choice: FilterChoice): boolean => choice !== 'missing' && choice !== 'present';

/** The filter a person asked for, or what is wrong with it. */
export function filterFrom(
  column: Pick<Column, 'name' | 'type'>,
  choice: FilterChoice,
  text: string,
): RowFilter | string {
  if (choice === 'missing' || choice === 'present')
    return { kind: 'missing', column: column.name, isMissing: choice === 'missing' };
  const compare = (value: string | number | boolean): RowFilter => ({
    kind: 'compare',
    column: column.name,
    operator: choice,
    value,
  });
  if (text.trim() === '' && column.type !== 'text') return m.needsValue;
  if (column.type === 'boolean') return compare(/^(true|yes|1)$/i.test(text.trim()));
  if (!isNumeric(column.type) || choice === 'contains') return compare(text);
  const value = Number(text.replaceAll(',', ''));
  if (Number.isNaN(value)) return m.needsNumber;
  // Past double precision the digits themselves are sent.
  return compare(Number.isInteger(value) && !Number.isSafeInteger(value) ? text.trim() : value);
}

export function filterText(filter: RowFilter): string {
  if (filter.kind === 'rule') return m.failsRule(filter.ruleId);
  if (filter.kind === 'missing') return `${filter.column} ${filter.isMissing ? m.isMissing : m.isThere}`;
  return `${filter.column} ${m.operators[filter.operator]} ${String(filter.value) || m.empty}`;
}
