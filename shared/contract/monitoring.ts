import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Reference, UtcTime } from '../ids.ts';
import { ColumnType } from './datasets.ts';
import { JobStarted } from './jobs.ts';

/** What a statistical test is: one record in electron/compute/drift. */
export const DriftTestInfo = z.object({
  test: z.string(),
  shortNames: z.array(z.string()),
  label: z.string(),
  appliesTo: z.enum(['numeric', 'categorical', 'both']),
  /** `pValue`: drifted when below the threshold; `distance`: when above. */
  judgedBy: z.enum(['pValue', 'distance']),
  threshold: z.number(),
  description: z.string(),
});
export type DriftTestInfo = z.infer<typeof DriftTestInfo>;

export const DriftOutcome = z.object({
  test: z.string(),
  params: z.record(z.string(), z.unknown()),
  statistic: z.number().nullable(),
  pValue: z.number().nullable(),
  threshold: z.number(),
  isDrifted: z.boolean(),
  /** Set when there is no answer: constant, empty, too few. */
  reason: z.string().nullable(),
  /** What else the test says: degreesOfFreedom, low and high of an interval, location, ... */
  details: z.record(z.string(), z.number()).optional(),
});
export type DriftOutcome = z.infer<typeof DriftOutcome>;

/** Two samples on shared bins (numeric) or shared labels (categorical). Counts, not shares. */
export const SharedBins = z.object({
  edges: z.array(z.number()).nullable(),
  labels: z.array(z.string()).nullable(),
  reference: z.array(z.number()),
  current: z.array(z.number()),
});
export type SharedBins = z.infer<typeof SharedBins>;

export const ColumnDrift = z.object({
  column: z.string(),
  type: ColumnType,
  /** The test that decides, flattened for readers of the JSON. */
  test: z.string(),
  statistic: z.number().nullable(),
  pValue: z.number().nullable(),
  threshold: z.number(),
  isDrifted: z.boolean(),
  /** One sentence that says why. */
  sentence: z.string(),
  referenceRows: z.number(),
  currentRows: z.number(),
  referenceMissing: z.number(),
  currentMissing: z.number(),
  /** Every test that was run, the deciding one first. */
  outcomes: z.array(DriftOutcome),
  bins: SharedBins.nullable(),
});
export type ColumnDrift = z.infer<typeof ColumnDrift>;

/** One period of the current data against the whole reference. */
export const DriftChunk = z.object({
  label: z.string(),
  from: z.string(),
  to: z.string(),
  rows: z.number(),
  share: z.number(),
  columns: z.array(
    z.object({
      column: z.string(),
      test: z.string(),
      statistic: z.number().nullable(),
      pValue: z.number().nullable(),
      threshold: z.number(),
      isDrifted: z.boolean(),
      /** Rows of this chunk in each of the column's shared bins (`ColumnDrift.bins`); left out where there are none. */
      counts: z.array(z.number()).optional(),
    }),
  ),
  /** Realised performance, where labels are there. */
  performance: z
    .object({
      metric: z.string(),
      value: z.number().nullable(),
      lower: z.number().nullable(),
      upper: z.number().nullable(),
      rows: z.number(),
    })
    .nullable(),
});
export type DriftChunk = z.infer<typeof DriftChunk>;

/** What a metric will be once answers are known, if the calibrated probabilities are right. */
export const Estimated = z.object({
  value: z.number().nullable(),
  /** Where the realised value will lie, at 95 %. */
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  /** rocAuc, averagePrecision, accuracy, precision, recall, specificity, f1. */
  metrics: z.record(z.string(), z.number().nullable()),
});
export type Estimated = z.infer<typeof Estimated>;

/** Performance estimated without answers (CBPE), for models of two classes whose reference has answers. */
export const EstimatedPerformance = Estimated.extend({
  metric: z.string(),
  /** Of the reference, realised. */
  reference: z.number().nullable(),
  /** Did isotonic regression on the reference bring the probabilities closer to the answers? */
  isCalibrated: z.boolean(),
  chunks: z.array(Estimated.extend({ label: z.string(), rows: z.number() })),
});
export type EstimatedPerformance = z.infer<typeof EstimatedPerformance>;

export const DriftReport = z.object({
  id: z.string(),
  at: UtcTime,
  reference: z.string(),
  referenceVersion: z.number(),
  current: z.string(),
  currentVersion: z.number(),
  model: z.string().nullable(),
  columns: z.array(ColumnDrift),
  /** Of the model's score (probability of the positive class, or the prediction). */
  prediction: ColumnDrift.nullable(),
  drifted: z.number(),
  share: z.number(),
  isDrifted: z.boolean(),
  chunks: z.array(DriftChunk),
  /** Null without a model of two classes, or when the reference has no answers. */
  estimated: EstimatedPerformance.nullable().default(null),
  /** Columns of one side only, and other things worth saying. */
  notes: z.array(z.string()),
  seconds: z.number(),
});
export type DriftReport = z.infer<typeof DriftReport>;

export const DriftRequest = z.object({
  reference: Reference,
  current: Reference,
  columns: z.array(z.string()).optional(),
  /** Column (or `*`) to tests in order; the first decides. Left out: defaults by type. */
  tests: z
    .record(
      z.string(),
      z.array(
        z.object({
          test: z.string(),
          params: z.record(z.string(), z.unknown()).default({}),
          threshold: z.number().optional(),
        }),
      ),
    )
    .optional(),
  model: Reference.optional(),
  /** Late labels of the current data: joined by key. */
  labels: z.object({ dataset: Reference, key: z.string() }).nullable().default(null),
  /** `day`, `week`, `month` need `time`; a number is a count of rows. */
  chunk: z
    .union([z.enum(['day', 'week', 'month']), z.number().int().positive()])
    .nullable()
    .default(null),
  time: z.string().nullable().default(null),
  /** Share of drifted columns from which the whole is called drifted. */
  shareThreshold: z.number().gt(0).lte(1).default(0.5),
});
export type DriftRequest = z.infer<typeof DriftRequest>;

export const monitoring = {
  tests: oc.output(z.array(DriftTestInfo)),
  /** Result document: DriftReport. */
  drift: oc.input(DriftRequest).output(JobStarted),
  /** Newest first. */
  reports: oc.output(z.array(DriftReport)),
  report: oc.input(z.object({ id: z.string() })).output(DriftReport),
};
