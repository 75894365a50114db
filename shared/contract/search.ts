import { z } from 'zod';

/** Where a parameter is searched. Bounds belong to the range; `isLog` draws evenly in the logarithm and needs `low` above zero. */
export const SearchRange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('float'), low: z.number(), high: z.number(), isLog: z.boolean().optional() }),
  z.object({
    kind: z.literal('integer'),
    low: z.number().int(),
    high: z.number().int(),
    isLog: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('choice'), options: z.array(z.unknown()).min(1) }),
]);
export type SearchRange = z.infer<typeof SearchRange>;

/** The parameter is searched only in configurations in which another one has one of these values. */
export const SearchCondition = z.object({ param: z.string(), oneOf: z.array(z.unknown()).min(1) });
export type SearchCondition = z.infer<typeof SearchCondition>;

/** `bayesian`: a Gaussian process and the expected improvement; `halving`: many configurations on few rows, the better ones on more. */
export const SearchMethod = z.enum(['bayesian', 'halving', 'random']);
export type SearchMethod = z.infer<typeof SearchMethod>;

export const SearchRequest = z.object({
  method: SearchMethod.default('bayesian'),
  /** Trials at most; null: until the budget is used up. One of the two is needed. */
  trials: z.number().int().min(1).max(10_000).nullable().default(null),
  /** Ranges instead of those of the algorithm's own record, by parameter. */
  ranges: z.record(z.string(), SearchRange).default({}),
  /** A job or model whose trials on the same question are known beforehand; its best is never lost. */
  warmStart: z.string().nullable().default(null),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

/** One configuration that was tried: a run of the leaderboard. */
export const Trial = z.object({
  /** Counts from 1 in the order in which they were started. */
  trial: z.number().int().positive(),
  algorithm: z.string(),
  /** What was set; the rest are the algorithm's defaults. */
  params: z.record(z.string(), z.unknown()),
  /** `finished` on all rows it was meant for; `stopped` after fewer, others being better; `failed` with `error`. */
  state: z.enum(['finished', 'stopped', 'failed']),
  /** Training rows of its last fit. */
  rows: z.number(),
  metric: z.string(),
  isHigherBetter: z.boolean(),
  /** On validation rows, or the mean over folds; null when it failed. The 95 % interval is of the last fit, or over folds. */
  value: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  /** Every metric of the task on the same rows, where it has an answer. */
  metrics: z.record(z.string(), z.number()),
  /** The metric on each fold of each repetition; null without cross-validation. */
  folds: z.array(z.number()).nullable(),
  seconds: z.number(),
  /** Seconds from the start of the search to its end, pauses left out. */
  atSeconds: z.number(),
  error: z.string().nullable(),
  /** True for one taken over from an earlier job. */
  isEarlier: z.boolean(),
});
export type Trial = z.infer<typeof Trial>;
