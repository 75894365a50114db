import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Reference } from '../ids.ts';
import { ColumnRole, ColumnType } from './datasets.ts';
import { JobStarted } from './jobs.ts';
import { ModelVersion, TargetSpec, Task } from './models.ts';

/** How rows are divided. Fractions are of all rows with a target. */
export const Split = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fraction'),
    test: z.number().gt(0).lt(0.9).default(0.2),
    validation: z.number().gte(0).lt(0.9).default(0.1),
  }),
  /** The last rows in time are the test part. `from` names the first test time instead of a fraction. */
  z.object({
    kind: z.literal('time'),
    column: z.string(),
    test: z.number().gt(0).lt(0.9).default(0.2),
    testFrom: z.string().nullable().default(null),
    validation: z.number().gte(0).lt(0.9).default(0.1),
  }),
  /** A column whose values name the part: train, validation, test (or the values given). Without validation rows a tenth is drawn. */
  z.object({
    kind: z.literal('column'),
    column: z.string(),
    testValues: z.array(z.string()).default(['test']),
    validationValues: z.array(z.string()).default(['validation']),
  }),
  /** Another dataset is the test part. */
  z.object({ kind: z.literal('dataset'), dataset: Reference, validation: z.number().gte(0).lt(0.9).default(0.1) }),
]);
export type Split = z.infer<typeof Split>;

export const TrainingRequest = z.object({
  dataset: Reference,
  target: TargetSpec,
  /** `auto` fits every estimator and keeps the best on validation rows; simpler wins a tie. */
  algorithm: z.string().default('auto'),
  task: Task.optional(),
  exclude: z.array(z.string()).default([]),
  /** Columns to use as inputs although the advice leaves them out. */
  include: z.array(z.string()).optional(),
  /** Columns to judge fairness by. They stay inputs unless excluded too. */
  sensitive: z.array(z.string()).default([]),
  weights: z.string().nullable().default(null),
  split: Split.default({ kind: 'fraction', test: 0.2, validation: 0.1 }),
  seed: z.number().int().nonnegative().default(0),
  budgetSeconds: z.number().positive().nullable().default(null),
  name: z.string().min(1).max(200).optional(),
  /** Parameters of the algorithm; its record in electron/services/training/estimators checks them. */
  params: z.record(z.string(), z.unknown()).default({}),
});
export type TrainingRequest = z.infer<typeof TrainingRequest>;

export const TrainingWarningCode = z.enum([
  'leakage',
  'constant',
  'idLike',
  'mostlyMissing',
  'missingWithTarget',
  'highCardinality',
]);
export type TrainingWarningCode = z.infer<typeof TrainingWarningCode>;

/** What a look at the data before training says of each column. */
export const ColumnAdvice = z.object({
  column: z.string(),
  type: ColumnType,
  role: ColumnRole,
  /** True when training leaves the column out unless the user says otherwise. */
  isExcluded: z.boolean(),
  warning: TrainingWarningCode.nullable(),
  /** One sentence for people. */
  reason: z.string().nullable(),
  /** AUC or absolute correlation of this column alone with the target; null when not measured. */
  strength: z.number().nullable(),
});
export type ColumnAdvice = z.infer<typeof ColumnAdvice>;

export const TrainingAdvice = z.object({
  task: Task,
  rows: z.number(),
  rowsWithTarget: z.number(),
  classes: z.array(z.object({ label: z.string(), count: z.number() })).nullable(),
  columns: z.array(ColumnAdvice),
  /** Set when training cannot start, with the reason. */
  blockedBy: z.string().nullable(),
});
export type TrainingAdvice = z.infer<typeof TrainingAdvice>;

export const EstimatorInfo = z.object({
  algorithm: z.string(),
  label: z.string(),
  description: z.string(),
  tasks: z.array(Task),
  params: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.enum(['number', 'integer', 'text', 'boolean', 'integers']),
      default: z.unknown(),
      description: z.string(),
      /** The words a `text` may be; left out where any will do. */
      choices: z.array(z.string()).optional(),
      /** True: the form folds it away. */
      isAdvanced: z.boolean().optional(),
    }),
  ),
});
export type EstimatorInfo = z.infer<typeof EstimatorInfo>;

/** Result document of a `train` job. */
export const TrainingResult = z.object({
  model: ModelVersion,
  seconds: z.number(),
  rowsPerSecond: z.number(),
  trainRows: z.number(),
  validationRows: z.number(),
  testRows: z.number(),
  /** Rows left out, with the reason: {"target missing": 4883}. */
  droppedRows: z.record(z.string(), z.number()),
  excluded: z.array(z.object({ column: z.string(), reason: z.string() })),
  /** Every candidate that was fitted, best first. */
  leaderboard: z.array(
    z.object({
      algorithm: z.string(),
      metric: z.string(),
      value: z.number(),
      lower: z.number().nullable(),
      upper: z.number().nullable(),
      seconds: z.number(),
      isChosen: z.boolean(),
    }),
  ),
  stoppedBecause: z.string(),
});
export type TrainingResult = z.infer<typeof TrainingResult>;

export const training = {
  estimators: oc.output(z.array(EstimatorInfo)),
  advise: oc.input(z.object({ dataset: Reference, target: TargetSpec, task: Task.optional() })).output(TrainingAdvice),
  /** Result document: TrainingResult. */
  train: oc.input(TrainingRequest).output(JobStarted),
};
