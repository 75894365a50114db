import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DatasetVersionId, JobId, ModelVersionId, Reference, Sha256, UtcTime } from '../ids.ts';
import { CalibrationCurves } from './calibration.ts';
import { Histogram, ImportSource } from './datasets.ts';
import { EnsembleManifest } from './ensembles.ts';
import { JobStarted } from './jobs.ts';
import { InspectedTree, ModelInspection } from './model-inspection.ts';

/** `multilabel`: several yes-or-no questions of one row. */
export const Task = z.enum(['binary', 'multiclass', 'regression', 'multilabel']);
export type Task = z.infer<typeof Task>;

/**
 * What a registered model does: one of the tasks with answers to learn from, scoring how unusual a row is, or, imported, whatever
 * its tensors mean: such a model is kept, shown, served and exported.
 */
export const ModelTask = z.enum([...Task.options, 'anomaly', 'tensors']);
export type ModelTask = z.infer<typeof ModelTask>;

/** What an anomaly model said of rows it had not seen. Scores lie in (0, 1); above the threshold a row is an anomaly. */
export const AnomalySummary = z.object({
  threshold: z.number(),
  /** Share of rows taken for anomalies when the threshold was chosen; null: the threshold is 0.5 whatever the rows. */
  contamination: z.number().nullable(),
  heldOutRows: z.number(),
  anomalies: z.number(),
  /** Scores of the held-out rows in 50 bins over their range. */
  scores: Histogram,
  quantiles: z.object({ p50: z.number(), p90: z.number(), p99: z.number(), most: z.number() }),
});
export type AnomalySummary = z.infer<typeof AnomalySummary>;

/**
 * What the graph takes, by its ONNX name. A raw column is `string` or `float`, [N, 1]; `image` is pixels [N, height, width, 3],
 * 8 bits a colour, any size; `tensor` is anything else, as `datatype` and `shape` say.
 */
export const ModelInput = z.object({
  name: z.string(),
  type: z.enum(['string', 'float', 'image', 'tensor']),
  /** The dataset's column behind an image. */
  column: z.string().optional(),
  /** Datatype of the Open Inference Protocol (FP32, UINT8, BYTES, ..) and shape with -1 for a free dimension; of tensors. */
  datatype: z.string().optional(),
  shape: z.array(z.number()).optional(),
});
export type ModelInput = z.infer<typeof ModelInput>;

/** A metric with its 95 % interval (null where none is defined) and what the majority class or mean reaches. */
export const MetricValue = z.object({
  name: z.string(),
  /** Null: no answer (e.g. precision without a positive prediction); `reason` says why. */
  value: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  isHigherBetter: z.boolean(),
  reason: z.string().nullable(),
});
export type MetricValue = z.infer<typeof MetricValue>;

/**
 * What is predicted. With `over`, a numeric column is made binary: 1 when value > over, 0 otherwise
 * (`arr_delay > 15` on the command line). With `labels`, several columns of 0 and 1 are predicted together, and `column` names
 * them all, for people.
 */
export const TargetSpec = z.object({
  column: z.string(),
  over: z.number().nullable(),
  labels: z.array(z.string()).min(2).optional(),
});
export type TargetSpec = z.infer<typeof TargetSpec>;

/** What is needed to train the same model again; `drydock train --from-run` does and compares. */
export const TrainingManifest = z.object({
  /** The request as it was resolved; read as TrainingRequest. */
  request: z.record(z.string(), z.unknown()),
  /** Of another dataset that is the test part; null when it was of the same. */
  testDatasetHash: Sha256.nullable(),
  /** SHA-256 of the row numbers of each part. */
  parts: z.record(z.string(), Sha256),
  /**
   * The fit that made the model: what it was fitted with, on which rows, with which rows to stop by. Null of a detector:
   * its request decides all.
   */
  fit: z
    .object({
      algorithm: z.string(),
      params: z.record(z.string(), z.unknown()),
      seed: z.number(),
      threads: z.number(),
      rows: z.enum(['train', 'trainAndValidation']),
      columns: z.array(z.string()),
      /** What corrects its probabilities; null: nothing. */
      calibration: CalibrationCurves.nullable().default(null),
      /** What several models were made of; null: one model. */
      ensemble: EnsembleManifest.nullable().default(null),
    })
    .nullable(),
  codeVersion: z.string(),
  /** Null in manifests of before it was kept. */
  code: z
    .object({
      /** Of the clone that was run; null for a packaged program. */
      commit: z.string().nullable(),
      /** Whether files of the clone differed from that commit. */
      isChanged: z.boolean(),
      /** SHA-256 of the sources that decide numbers, by part; of a packaged program of its build. */
      hashes: z.record(z.string(), Sha256),
    })
    .nullable()
    .default(null),
  provider: z.string(),
  /** The library that trained it, with its version, where it is not ONNX Runtime or this program itself. */
  engine: z.string().nullable().default(null),
  platform: z.string(),
  /** Its name; what a processor can do decides how sums are ordered. Empty in manifests of before it was kept. */
  processor: z.string().default(''),
  /** Versions of what computes: node, onnxruntime-node, ... */
  packages: z.record(z.string(), z.string()),
});
export type TrainingManifest = z.infer<typeof TrainingManifest>;

/** The file that a model was imported from. */
export const ModelOrigin = z.object({
  fileName: z.string(),
  sha256: Sha256,
  sizeBytes: z.number(),
  /** What wrote it, as the file says. */
  producer: z.string(),
  opset: z.number(),
  nodes: z.number(),
  parameters: z.number(),
  /** Its own description, shortened. */
  description: z.string(),
});
export type ModelOrigin = z.infer<typeof ModelOrigin>;

export const Lineage = z.object({
  /** What it was trained on; null for an imported model. */
  datasetVersionId: DatasetVersionId.nullable(),
  dataset: z.string().nullable(),
  datasetVersion: z.number().nullable(),
  datasetHash: Sha256.nullable(),
  /** The file of an imported model; null for one that was trained here. */
  origin: ModelOrigin.nullable().default(null),
  codeVersion: z.string(),
  algorithm: z.string(),
  params: z.record(z.string(), z.unknown()),
  seed: z.number(),
  split: z.string(),
  jobId: JobId,
  /** Null for models of before there were manifests. */
  manifest: TrainingManifest.nullable().default(null),
  environment: z.object({
    node: z.string(),
    onnxRuntime: z.string(),
    provider: z.string(),
    /** The library that trained the model, with its version, where it is not ONNX Runtime or this program itself. */
    engine: z.string().optional(),
    threads: z.number(),
    platform: z.string(),
  }),
});
export type Lineage = z.infer<typeof Lineage>;

export const ModelVersion = z.object({
  id: ModelVersionId,
  name: z.string(),
  version: z.number().int().positive(),
  aliases: z.array(z.string()),
  createdAt: UtcTime,
  task: ModelTask,
  algorithm: z.string(),
  /** Null for a model that learns from no answers. */
  target: TargetSpec.nullable(),
  /** Class labels in the order of the probabilities, of several labels their columns; null for regression. */
  classes: z.array(z.string()).nullable(),
  inputs: z.array(ModelInput),
  /** Of model.onnx. */
  hash: Sha256,
  sizeBytes: z.number(),
  metrics: z.array(MetricValue),
  baselines: z.array(z.object({ name: z.string(), metrics: z.array(MetricValue) })),
  /** Columns with role `sensitive` at training time: grouped by, and used as input only if chosen. */
  sensitive: z.array(z.string()),
  /** Column of row weights at training time; evaluations weigh by it too, where the data has it. */
  weights: z.string().nullable().default(null),
  /** Of models of task `anomaly`. */
  anomaly: AnomalySummary.optional(),
  seconds: z.number(),
  rowsPerSecond: z.number(),
  /** Live curves as kept: one series a name. */
  curves: z.array(z.object({ step: z.number(), series: z.record(z.string(), z.number()) })),
  lineage: Lineage,
});
export type ModelVersion = z.infer<typeof ModelVersion>;

export const AuditEntry = z.object({
  sequence: z.number(),
  at: UtcTime,
  actor: z.string(),
  /** Past tense: `model.promoted`, `dataset.imported`. */
  event: z.string(),
  subject: z.string(),
  details: z.record(z.string(), z.unknown()),
  hash: Sha256,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** How the pixels of an image are scaled for a model: -1 to 1, ImageNet's mean and deviation, 0 to 1, or 0 to 255 as they are. */
export const PixelScaling = z.enum(['centred', 'imagenet', 'unit', 'none']);
export type PixelScaling = z.infer<typeof PixelScaling>;

export const ModelImport = z.object({
  source: ImportSource,
  name: z.string().min(1).max(200).optional(),
  /** Names of the columns that make the one matrix of numbers it takes, in order. */
  columns: z.array(z.string()).min(1).optional(),
  /** Class labels in the order of its answer. */
  labels: z.array(z.string()).min(2).optional(),
  /** Makes a model for images [N, 3, height, width] one that takes pixels and resizes and scales them itself. */
  scaling: PixelScaling.optional(),
  /** What it predicts, to be compared with a dataset's column of that name. */
  target: z.string().min(1).default('label'),
});
export type ModelImport = z.infer<typeof ModelImport>;

export const models = {
  /**
   * Registers an ONNX file as a version. It is checked in a worker and nothing of it is run in the engine: weights outside of
   * its folder, custom operators, circles and sizes that lie are MODEL_INVALID with the place named. A model of columns or
   * images that answers classes or a number can be scored, judged and exported; another is kept for its tensors.
   * Result document: ModelVersion.
   */
  import: oc.input(ModelImport).output(JobStarted),
  list: oc.output(z.array(ModelVersion)),
  get: oc.input(z.object({ model: Reference })).output(ModelVersion),
  /** What was learnt, where the algorithm can tell; null otherwise. */
  inspect: oc.input(z.object({ model: Reference })).output(ModelInspection.nullable()),
  /** One tree of a model whose inspection is of kind `trees`; counted from 0. */
  tree: oc.input(z.object({ model: Reference, tree: z.number().int().nonnegative() })).output(InspectedTree),
  /** Points an alias at a version; the one it pointed at before is kept for `rollback`. */
  promote: oc
    .input(z.object({ model: Reference, alias: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/) }))
    .output(ModelVersion),
  /** Points the alias back at what it named before. `model` is a model's name. */
  rollback: oc.input(z.object({ model: z.string().optional(), alias: z.string() })).output(ModelVersion),
  audit: oc
    .input(z.object({ limit: z.number().int().max(1000).default(200), subject: z.string().optional() }))
    .output(z.object({ isChainIntact: z.boolean(), entries: z.array(AuditEntry) })),
};
