import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Reference } from '../ids.ts';
import { AskedRows } from './asked-rows.ts';
import { Histogram } from './datasets.ts';
import { JobStarted } from './jobs.ts';
import { JudgedRows, JudgedRowsQuery } from './judged-rows.ts';
import { MetricValue, Task } from './models.ts';

export const CurvePoint = z.object({ x: z.number(), y: z.number(), threshold: z.number().nullable() });

/** Counts at one threshold: positive when probability >= threshold. */
export const ThresholdPoint = z.object({
  threshold: z.number(),
  truePositives: z.number(),
  falsePositives: z.number(),
  trueNegatives: z.number(),
  falseNegatives: z.number(),
});
export type ThresholdPoint = z.infer<typeof ThresholdPoint>;

export const GroupMetrics = z.object({
  /** Columns and their values, one pair for a group, several for an intersection. */
  group: z.array(z.object({ column: z.string(), value: z.string() })),
  rows: z.number(),
  /** False: too few rows to say anything; metrics are shown greyed. */
  isEnough: z.boolean(),
  metrics: z.array(MetricValue),
});
export type GroupMetrics = z.infer<typeof GroupMetrics>;

/** The largest difference of a metric between two groups of a column, named in words. */
export const GroupGap = z.object({
  columns: z.array(z.string()),
  /** camelCase name of the fairness measure: demographicParityDifference, equalOpportunityDifference, ... */
  name: z.string(),
  /** Name of the metric the gap is taken of: selectionRate, truePositiveRate, accuracy, ... */
  metric: z.string(),
  value: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  highest: z.string().nullable(),
  lowest: z.string().nullable(),
  sentence: z.string(),
});
export type GroupGap = z.infer<typeof GroupGap>;

/** Fairness measures of a column, or of the intersections of several; null where there is no answer. */
export const FairnessSummary = z.object({
  columns: z.array(z.string()),
  /** The largest group, which measures named `privileged.*` are against: all others less it, or over it. */
  privileged: z.string(),
  /** demographicParityRatio, equalizedOddsDifference, theilIndex, privileged.disparateImpact, ... */
  measures: z.record(z.string(), z.number().nullable()),
});
export type FairnessSummary = z.infer<typeof FairnessSummary>;

/** One of several labels by itself, on the rows where it is known. */
export const LabelMetrics = z.object({
  label: z.string(),
  rows: z.number(),
  positives: z.number(),
  metrics: z.array(MetricValue),
});
export type LabelMetrics = z.infer<typeof LabelMetrics>;

export const EvaluationReport = AskedRows.extend({
  task: Task,
  rows: z.number(),
  threshold: z.number().nullable(),
  metrics: z.array(MetricValue),
  baselines: z.array(z.object({ name: z.string(), metrics: z.array(MetricValue) })),
  /** Binary only; at most 500 points a curve. */
  roc: z.array(CurvePoint).nullable(),
  precisionRecall: z.array(CurvePoint).nullable(),
  calibration: z
    .array(
      z.object({
        lower: z.number(),
        upper: z.number(),
        meanPredicted: z.number(),
        observed: z.number(),
        rows: z.number(),
        observedLower: z.number(),
        observedUpper: z.number(),
      }),
    )
    .nullable(),
  /** Binary only: 101 thresholds 0, 0.01, .. 1. */
  thresholds: z.array(ThresholdPoint).nullable(),
  /** rows[true][predicted]. */
  confusion: z.object({ labels: z.array(z.string()), counts: z.array(z.array(z.number())) }).nullable(),
  /** Regression only. */
  residuals: Histogram.nullable(),
  predictedAgainstActual: z.array(z.object({ actual: z.number(), predicted: z.number() })).nullable(),
  /** Several labels only. */
  labels: z.array(LabelMetrics).nullable().default(null),
  groups: z.array(GroupMetrics),
  gaps: z.array(GroupGap),
  fairness: z.array(FairnessSummary).default([]),
  /** Column of weights that every figure counts rows by; null: each row once. */
  weights: z.string().nullable().default(null),
  /** What is worth knowing of how the rows came about. */
  notes: z.array(z.string()).default([]),
  /** Worst slices found by one or two columns; filled when asked. */
  slices: z.array(GroupMetrics),
});
export type EvaluationReport = z.infer<typeof EvaluationReport>;

/** One held-out image with what the model answered. */
export const AnsweredImage = z.object({
  /** Row of the held-out file, from 0. */
  row: z.number(),
  /** Where the image lay in the folder or archive. */
  path: z.string(),
  truth: z.string(),
  answer: z.string(),
  isWrong: z.boolean(),
  /** What the model gives its answer, and the truth. */
  probability: z.number(),
  truthProbability: z.number(),
  /** A small picture as a data URL (PNG or WebP, no side over 64 pixels), fit for an `img`. */
  thumbnail: z.string(),
});
export type AnsweredImage = z.infer<typeof AnsweredImage>;

/** A page of the class grid: wrong answers first, the surest of them at the top; then right ones, the least sure first. */
export const AnsweredImages = z.object({
  /** Images that match the filters; `wrong` of them are answered wrong. */
  total: z.number(),
  wrong: z.number(),
  /** Of all held-out images, whatever the filters: one entry a class, in the model's order. */
  classes: z.array(z.object({ label: z.string(), images: z.number(), wrong: z.number() })),
  images: z.array(AnsweredImage),
});
export type AnsweredImages = z.infer<typeof AnsweredImages>;

export const evaluation = {
  /** Result document: EvaluationReport. Without `dataset` the held-out rows of training are used. */
  evaluate: oc
    .input(
      z.object({
        model: Reference,
        dataset: Reference.optional(),
        /** Joins labels that come in a file of their own: dataset with the target, and the shared key column. */
        labels: z.object({ dataset: Reference, key: z.string() }).nullable().default(null),
        sensitive: z.array(z.string()).default([]),
        findSlices: z.boolean().default(false),
        threshold: z.number().gt(0).lt(1).nullable().default(null),
      }),
    )
    .output(JobStarted),
  /** Newest first; the first one made by training is always there. */
  reports: oc.input(z.object({ model: Reference })).output(z.array(EvaluationReport)),
  /**
   * Held-out images of a model that was trained on images, with truth, answer, probability and a small picture: the class
   * grid. A model of columns, or one without held-out images, is NOT_FOUND. `truth` and `answer` filter by class.
   */
  images: oc
    .input(
      z.object({
        model: Reference,
        offset: z.number().int().nonnegative().default(0),
        limit: z.number().int().positive().max(200).default(60),
        truth: z.string().optional(),
        answer: z.string().optional(),
        isWrongOnly: z.boolean().default(false),
      }),
    )
    .output(AnsweredImages),
  /** Held-out rows of a model of columns with truth and answer; NOT_FOUND where they are not kept, or nothing judges them. */
  rows: oc.input(JudgedRowsQuery).output(JudgedRows),
  /** Batch scoring: result document {rows, rowsPerSecond, out, seconds, engine: onnxRuntime or trees, engineReason}. */
  predict: oc
    .input(z.object({ model: Reference, dataset: Reference.optional(), path: z.string().optional(), out: z.string() }))
    .output(JobStarted),
  /** Writes what models of the folds said of rows they had not learnt from; NOT_FOUND where a model was not judged by folds. */
  outOfFold: oc
    .input(z.object({ model: Reference, out: z.string() }))
    .output(z.object({ rows: z.number(), out: z.string() })),
};
