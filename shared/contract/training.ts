import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Reference, Sha256 } from '../ids.ts';
import { CalibrationChoice, CalibrationResult } from './calibration.ts';
import { ColumnRole, ColumnType } from './datasets.ts';
import { EnsembleChoice, EnsembleResult } from './ensembles.ts';
import { JobStarted } from './jobs.ts';
import { MetricValue, ModelVersion, TargetSpec, Task } from './models.ts';
import { ParamInfo } from './param-info.ts';
import { ProviderChoice } from './providers.ts';
import { SearchRequest, Trial } from './search.ts';
import { StartingPoint } from './starting-point.ts';

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

/** Each configuration is judged on every fold of the rows that are not test rows, instead of on one validation part. */
export const CrossValidation = z.object({
  /** `time`: each fold is judged by a model of the rows before it, `gap` rows apart. `grouped` keeps a group's rows in one fold. */
  kind: z.enum(['kFold', 'stratified', 'grouped', 'time']).default('stratified'),
  folds: z.number().int().min(2).max(50).default(5),
  repeats: z.number().int().min(1).max(50).default(1),
  /** The column of groups, or of times. */
  column: z.string().nullable().default(null),
  /** For `time`: rows left out between training and judged rows. */
  gap: z.number().int().min(0).default(0),
  /** The whole choice of parameters is repeated inside each outer fold: what it answers is not praised by its own search. */
  isNested: z.boolean().default(false),
});
export type CrossValidation = z.infer<typeof CrossValidation>;

export const TrainingRequest = z.object({
  dataset: Reference,
  target: TargetSpec,
  /** `auto` fits every estimator and keeps the best on validation rows; simpler wins a tie. */
  algorithm: z.string().default('auto'),
  task: Task.optional(),
  /** A registered model to start from: for images the one whose features are learnt from (default: EfficientNet-Lite0). */
  from: Reference.optional(),
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
  /** Tries several configurations; with `auto` the algorithm is searched too. */
  search: SearchRequest.nullable().default(null),
  crossValidation: CrossValidation.nullable().default(null),
  /** Where networks are trained: an execution provider, or the quickest of those that work here. */
  provider: ProviderChoice.default('auto'),
  /** Correction of a classifier's probabilities. Left out: `auto` where the algorithm is chosen too, `none` otherwise. */
  calibration: CalibrationChoice.optional(),
  /** Several models as one. Left out: none. */
  ensemble: EnsembleChoice.optional(),
});
export type TrainingRequest = z.infer<typeof TrainingRequest>;

export const TrainingWarningCode = z.enum([
  'leakage',
  'constant',
  'idLike',
  'mostlyMissing',
  'missingWithTarget',
  'highCardinality',
  'duplicates',
  'timeTravel',
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

/** Something odd about the whole of the data or its split, named before training and in the report. */
export const TrainingFinding = z.object({
  warning: TrainingWarningCode.or(z.enum(['tooGood', 'groupsAcrossSplit'])),
  /** One sentence for people. */
  message: z.string(),
  /** What to do about it. */
  remedy: z.string(),
  /** Rows concerned, where rows are. */
  rows: z.number().nullable(),
  columns: z.array(z.string()),
});
export type TrainingFinding = z.infer<typeof TrainingFinding>;

export const TrainingAdvice = z.object({
  task: Task,
  rows: z.number(),
  rowsWithTarget: z.number(),
  classes: z.array(z.object({ label: z.string(), count: z.number() })).nullable(),
  columns: z.array(ColumnAdvice),
  /** Of the data as a whole: duplicates that a split would part, time that a random split would travel in. */
  findings: z.array(TrainingFinding).default([]),
  /** Set when training cannot start, with the reason. */
  blockedBy: z.string().nullable(),
});
export type TrainingAdvice = z.infer<typeof TrainingAdvice>;

export const EstimatorInfo = z.object({
  algorithm: z.string(),
  label: z.string(),
  description: z.string(),
  /** What it learns from; left out: columns. A dataset with a column of images is learnt from by those that take images. */
  takes: z.enum(['columns', 'images']).optional(),
  tasks: z.array(Task),
  params: z.array(ParamInfo),
  /** Trained on one of several execution providers of ONNX Runtime, not on the CPU alone. */
  isProviderChosen: z.literal(true).optional(),
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
      /** The trial it is of, where there are trials. */
      trial: z.number().nullable().default(null),
      params: z.record(z.string(), z.unknown()).default({}),
      /** Its value less the chosen one's on the same rows, with a paired 95 % interval; null for the chosen one. */
      difference: z.object({ value: z.number(), lower: z.number(), upper: z.number() }).nullable().default(null),
      /** True where that interval holds zero: the two cannot be told apart. */
      isTied: z.boolean().default(false),
    }),
  ),
  /** Every configuration tried, in order of start; the leaderboard holds the best of each algorithm and the best ten of all. */
  trials: z.array(Trial).default([]),
  /** One sentence on why this one was chosen, ties named. */
  choice: z.string().default(''),
  /** Out-of-fold figures of the choice; with `isNested` of the whole search. Null without cross-validation. */
  crossValidated: z
    .object({ metrics: z.array(MetricValue), isNested: z.boolean(), folds: z.array(z.number()) })
    .nullable()
    .default(null),
  /** Null for numbers, and where none was asked for. */
  calibration: CalibrationResult.nullable().default(null),
  /** Null for a single model. */
  ensemble: EnsembleResult.nullable().default(null),
  findings: z.array(TrainingFinding).default([]),
  stoppedBecause: z.string(),
});
export type TrainingResult = z.infer<typeof TrainingResult>;

/** Result document of a `reproduce` job: the same training once more, and whether it came out the same. */
export const Reproduction = z.object({
  model: z.string(),
  version: z.number(),
  /** True when every metric is the same number. */
  isSame: z.boolean(),
  metrics: z.array(z.object({ name: z.string(), original: z.number().nullable(), again: z.number().nullable() })),
  hash: z.object({ original: Sha256, again: Sha256, isEqual: z.boolean() }),
  /** What differs in the surroundings: code, packages, threads, platform, rows of a part. */
  differences: z.array(z.object({ what: z.string(), original: z.string(), again: z.string() })),
  seconds: z.number(),
});
export type Reproduction = z.infer<typeof Reproduction>;

/** How unusual is a row among the others? Learnt from rows alone. */
export const DetectionRequest = z.object({
  dataset: Reference,
  algorithm: z.string().default('isolationForest'),
  exclude: z.array(z.string()).default([]),
  include: z.array(z.string()).default([]),
  /** Share of rows held out, to show scores of rows that were not learnt from. */
  test: z.number().gt(0).lt(0.9).default(0.2),
  /** A dataset whose rows are scored instead; all others are learnt from then. */
  testDataset: Reference.optional(),
  seed: z.number().int().nonnegative().default(0),
  name: z.string().min(1).max(200).optional(),
  /** Parameters of the algorithm; its record in electron/compute/train/detectors.ts checks them. */
  params: z.record(z.string(), z.unknown()).default({}),
});
export type DetectionRequest = z.infer<typeof DetectionRequest>;

/** An algorithm that needs no answers. */
export const DetectorInfo = EstimatorInfo.omit({ tasks: true });
export type DetectorInfo = z.infer<typeof DetectorInfo>;

/** What a look at the data says before learning without a target: which columns say nothing of how unusual a row is. */
export const DetectionAdvice = z.object({ rows: z.number(), columns: z.array(ColumnAdvice) });
export type DetectionAdvice = z.infer<typeof DetectionAdvice>;

/** Result document of a `detect` job. */
export const DetectionResult = z.object({
  model: ModelVersion,
  seconds: z.number(),
  rowsPerSecond: z.number(),
  trainRows: z.number(),
  testRows: z.number(),
  excluded: z.array(z.object({ column: z.string(), reason: z.string() })),
});
export type DetectionResult = z.infer<typeof DetectionResult>;

export const training = {
  estimators: oc.output(z.array(EstimatorInfo)),
  advise: oc.input(z.object({ dataset: Reference, target: TargetSpec, task: Task.optional() })).output(TrainingAdvice),
  detectors: oc.output(z.array(DetectorInfo)),
  adviseDetection: oc.input(z.object({ dataset: Reference })).output(DetectionAdvice),
  /** What of a registered model can be trained on, with rows of a dataset; MODEL_INVALID where nothing can. */
  startingPoint: oc.input(z.object({ model: Reference, dataset: Reference })).output(StartingPoint),
  /** Result document: DetectionResult. */
  detect: oc.input(DetectionRequest).output(JobStarted),
  /** Result document: TrainingResult. */
  train: oc.input(TrainingRequest).output(JobStarted),
  /** Trains a model once more from its manifest and compares. Result document: Reproduction. */
  reproduce: oc.input(z.object({ model: Reference })).output(JobStarted),
};
