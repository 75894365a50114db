import { oc } from '@orpc/contract';
import { z } from 'zod';
import { AskedRows, AskRows } from './asked-rows.ts';
import { JobStarted } from './jobs.ts';

/**
 * How cells go wrong: a share of them `missing`, `noise` of so many standard deviations, the whole column `shuffled` among rows,
 * a share of words replaced by an `unknownWord`, numbers in another `unit` (times the level).
 */
export const StressorName = z.enum(['missing', 'noise', 'shuffled', 'unknownWord', 'unit']);
export type StressorName = z.infer<typeof StressorName>;

export const StressCase = z.object({
  stressor: StressorName,
  /** Null: every column at once. */
  column: z.string().nullable(),
  level: z.number(),
  /** The metric under stress, with its 95 % interval. */
  value: z.number(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  /** How much worse than without, on the same rows, with its 95 % interval; below zero: better. */
  loss: z.number(),
  lossLower: z.number(),
  lossUpper: z.number(),
});
export type StressCase = z.infer<typeof StressCase>;

export const StressReport = AskedRows.extend({
  rows: z.number(),
  /** The leading metric without stress. */
  metric: z.object({
    name: z.string(),
    value: z.number(),
    lower: z.number().nullable(),
    upper: z.number().nullable(),
    isHigherBetter: z.boolean(),
  }),
  /** The worst first. */
  cases: z.array(StressCase),
  notes: z.array(z.string()),
});
export type StressReport = z.infer<typeof StressReport>;

export const stress = {
  /**
   * Puts columns under stress, one after the other and all at once, and says what becomes of the leading metric. Result
   * document: StressReport. Without `dataset` the held-out rows of training are used.
   */
  run: oc.input(AskRows).output(JobStarted),
};
