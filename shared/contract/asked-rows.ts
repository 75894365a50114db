import { z } from 'zod';
import { Reference, UtcTime } from '../ids.ts';

/** Which model was asked about which rows, and when: fields of a result. */
export const AskedRows = z.object({
  model: z.string(),
  modelVersion: z.number(),
  dataset: z.string(),
  datasetVersion: z.number(),
  /** `test` for the held-out rows of training, `all` for another dataset. */
  part: z.enum(['test', 'all']),
  at: UtcTime,
});
export type AskedRows = z.infer<typeof AskedRows>;

/** A question about a model on rows: without `dataset` those held out of its training. */
export const AskRows = z.object({
  model: Reference,
  dataset: Reference.optional(),
  seed: z.number().int().nonnegative().default(0),
});
