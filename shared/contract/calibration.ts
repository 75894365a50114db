import { z } from 'zod';
import { countText } from '../count-text.ts';

/** `auto`: what has the smallest log loss on held-out rows, nothing where no method is better by more than chance. */
export const CalibrationChoice = z.enum(['none', 'auto', 'temperature', 'platt', 'beta', 'histogram', 'isotonic']);
export type CalibrationChoice = z.infer<typeof CalibrationChoice>;

/** How a model's probabilities are corrected inside its graph: what is needed to do it again. */
export const CalibrationCurves = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('temperature'), temperature: z.number(), floor: z.number() }),
  z.object({
    kind: z.literal('platt'),
    curves: z.array(z.object({ a: z.number(), b: z.number() })),
    floor: z.number(),
  }),
  z.object({
    kind: z.literal('beta'),
    curves: z.array(z.object({ a: z.number(), b: z.number(), c: z.number() })),
  }),
  z.object({
    kind: z.literal('histogram'),
    /** The share of positives a bin of equal width; null: the bin had no rows. */
    curves: z.array(z.object({ values: z.array(z.number().nullable()) })),
  }),
  z.object({
    kind: z.literal('isotonic'),
    curves: z.array(z.object({ x: z.array(z.number()), y: z.array(z.number()) })),
  }),
]);
export type CalibrationCurves = z.infer<typeof CalibrationCurves>;

export const CalibrationResult = z.object({
  /** What the graph holds; `none` where probabilities are as they come. */
  kind: CalibrationChoice.exclude(['auto']),
  /** One phrase on why. */
  reason: z.string(),
  /** Rows it was learnt from: none that the model had learnt from. */
  learntFrom: z.enum(['validation', 'outOfFold']),
  rows: z.number(),
  /** Expected calibration error on test rows without and with it; null where there are none. */
  before: z.number().nullable(),
  after: z.number().nullable(),
});
export type CalibrationResult = z.infer<typeof CalibrationResult>;

const METHOD_WORDS = {
  temperature: 'temperature',
  platt: "Platt's sigmoid",
  beta: 'beta curves',
  histogram: 'histograms',
  isotonic: 'isotonic curves',
} as const;

/** One sentence for people. */
export function calibrationText({ kind, reason, rows, before, after }: CalibrationResult): string {
  if (kind === 'none') return `Not calibrated: ${reason}.`;
  const error =
    before === null || after === null
      ? ''
      : ` Calibration error on test rows: ${before.toFixed(4)} before, ${after.toFixed(4)} after.`;
  return `Calibrated by ${METHOD_WORDS[kind]} on ${countText(rows)} held-out rows: ${reason}.${error}`;
}
