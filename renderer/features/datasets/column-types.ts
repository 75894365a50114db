import type { ColumnType } from '../../../shared/contract/datasets.ts';
import { messages } from '../../lib/messages/messages.ts';

const names = messages.datasets.types;

export const columnTypes: readonly { readonly value: ColumnType; readonly label: string }[] = [
  { value: 'integer', label: names.integer },
  { value: 'number', label: names.number },
  { value: 'boolean', label: names.boolean },
  { value: 'text', label: names.text },
  { value: 'date', label: names.date },
  { value: 'timestamp', label: names.timestamp },
  { value: 'time', label: names.time },
  { value: 'json', label: names.json },
];

export const isColumnType = (value: string | null): value is ColumnType =>
  columnTypes.some((type) => type.value === value);

export const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'number';
