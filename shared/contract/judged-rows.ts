import { z } from 'zod';
import { Reference } from '../ids.ts';

/** Which held-out rows are wanted. Classes are given by their place among the model's, from 0. */
export const JudgedRowsQuery = z.object({
  model: Reference,
  /** Only rows of that class, and only those taken for that class; of classifiers alone. */
  truth: z.number().int().nonnegative().nullable().default(null),
  answer: z.number().int().nonnegative().nullable().default(null),
  /** Of two classes: from this probability on the second one is the answer. Null: the likelier one. */
  threshold: z.number().gte(0).lte(1).nullable().default(null),
  isWrongOnly: z.boolean().default(false),
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().positive().max(500).default(60),
});
export type JudgedRowsQuery = z.infer<typeof JudgedRowsQuery>;

/** A held-out row beside what a model answers. */
export const JudgedRow = z.object({
  /** Row of the held-out file, from 0. */
  row: z.number(),
  /** Class labels, or numbers as they are. */
  truth: z.union([z.string(), z.number()]),
  answer: z.union([z.string(), z.number()]),
  /** What the model gives its answer; null for numbers. */
  probability: z.number().nullable(),
  /** How wrong a number is: actual less predicted; null for classes. */
  residual: z.number().nullable(),
  /** Text of each input; null where it is missing. */
  cells: z.array(z.string().nullable()),
});
export type JudgedRow = z.infer<typeof JudgedRow>;

/**
 * A page of held-out rows, what is worth a look first: wrong answers, the surest at the top, then right ones, the least sure
 * first; numbers by the size of their error.
 */
export const JudgedRows = z.object({
  total: z.number(),
  wrong: z.number(),
  columns: z.array(z.string()),
  rows: z.array(JudgedRow),
});
export type JudgedRows = z.infer<typeof JudgedRows>;
