import type { ColumnType } from '../../../shared/contract/datasets.ts';
import type { RuleKindInfo } from '../../../shared/contract/validation.ts';
import { messages } from '../../lib/messages/messages.ts';
import { isNumeric } from './column-types.ts';

export type RuleField = RuleKindInfo['params'][number];
/** What the form holds: text as typed, or a switch. */
export type FieldValues = Readonly<Record<string, string | boolean>>;

const asText = (value: unknown): string | boolean => {
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(String).join('\n');
  return value === null || value === undefined ? '' : String(value);
};

/** The form's values for the parameters a rule has. */
export const fieldValues = (fields: readonly RuleField[], params: Readonly<Record<string, unknown>>): FieldValues =>
  Object.fromEntries(
    fields.map(({ name, type }) => [name, type === 'boolean' ? params[name] === true : asText(params[name])]),
  );

/** A number where the text is one; bounds of times stay text. */
const numberOrText = (text: string): number | string => {
  const value = Number(text.replaceAll(',', ''));
  return Number.isNaN(value) ? text : value;
};

function paramOf({ type }: RuleField, value: string | boolean, columnType: ColumnType | undefined): unknown {
  if (typeof value === 'boolean') return value;
  if (type === 'number') return numberOrText(value.trim());
  if (type === 'list') {
    const words = value
      .split('\n')
      .map((word) => word.trim())
      .filter((word) => word !== '');
    return columnType !== undefined && isNumeric(columnType) ? words.map(numberOrText) : words;
  }
  return value;
}

/** The parameters of a rule from the form, or the fields that still need a value. */
export function paramsFrom(
  fields: readonly RuleField[],
  values: FieldValues,
  columnType: ColumnType | undefined,
): { readonly params: Record<string, unknown>; readonly problems: Readonly<Record<string, string>> } {
  const params: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field.name] ?? '';
    if (value === '' || value === false) {
      if (!field.isOptional && field.type !== 'boolean') problems[field.name] = messages.datasets.needsValue;
    } else params[field.name] = paramOf(field, value, columnType);
  }
  return { params, problems };
}
