import { z } from 'zod';

/** The logical type of a column. Exact storage type (`INT64`, `DECIMAL(18,3)`) is in `storageType`. */
export const ColumnType = z.enum([
  'integer',
  'number',
  'boolean',
  'text',
  'date',
  'timestamp',
  'time',
  'json',
  'image',
]);
export type ColumnType = z.infer<typeof ColumnType>;
