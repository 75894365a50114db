import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { JobId, UtcTime } from '../ids.ts';
import { Trial } from './search.ts';

/** Every kind of long work. A kind is one record in electron/services/job-kinds.ts. */
export const JobKind = z.enum([
  'import',
  'importModel',
  'profile',
  'validate',
  'train',
  'detect',
  'reproduce',
  'evaluate',
  'predict',
  'explain',
  'stress',
  'drift',
  'export',
  'verify',
  'demo',
  'setup',
]);
export type JobKind = z.infer<typeof JobKind>;

export const JobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export type JobState = z.infer<typeof JobState>;

export const WireErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
  kept: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** Where a job is. `total` is unknown (null) until it can be told; `rate` is in `unit` per second, of epochs in rows per second. */
export const JobProgress = z.object({
  stage: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  unit: z.enum(['rows', 'bytes', 'epochs', 'steps', 'columns', 'files', 'trials', 'seconds']),
  rate: z.number().nullable(),
  etaMs: z.number().nullable(),
  /** About how many rows that is, where the unit is another. */
  rows: z.number().optional(),
  /** Resident memory of the process that does the work, when this was told. */
  memoryBytes: z.number().optional(),
  /** What computes: an execution provider, or the program's own kernel. Left out where nothing tells. */
  provider: z.string().optional(),
  /** Threads that compute, over all processes of the job. */
  threads: z.number().optional(),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const Job = z.object({
  id: JobId,
  kind: JobKind,
  /** One line for people: "Import flights.parquet". */
  title: z.string(),
  state: JobState,
  progress: JobProgress.nullable(),
  createdAt: UtcTime,
  startedAt: UtcTime.nullable(),
  endedAt: UtcTime.nullable(),
  /** What the job was asked, as given. */
  params: z.unknown(),
  /** The result document of the kind (a DatasetVersion, a TrainingResult, ...) when it succeeded; `list` and `watchAll` leave it out. */
  result: z.unknown().nullable(),
  error: WireErrorSchema.nullable(),
  /** True when `jobs.resume` can continue it from a checkpoint or start it again. */
  isResumable: z.boolean(),
  /** True while a running job holds still, by `jobs.pause`. */
  isPaused: z.boolean().default(false),
});
export type Job = z.infer<typeof Job>;

/** One point of a live curve, e.g. series {trainLoss, validationLoss, rocAuc} at epoch 3. */
export const JobMetricPoint = z.object({ step: z.number(), series: z.record(z.string(), z.number()) });
export type JobMetricPoint = z.infer<typeof JobMetricPoint>;

/** What `jobs.watch` yields: a snapshot of a running job and at each change of state; history is replayed; the terminal snapshot is last. */
export const JobEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot'), job: Job }),
  z.object({ kind: z.literal('progressed'), jobId: JobId, progress: JobProgress }),
  z.object({ kind: z.literal('measured'), jobId: JobId, point: JobMetricPoint }),
  z.object({ kind: z.literal('logged'), jobId: JobId, at: UtcTime, line: z.string() }),
  /** A configuration of a search has ended. A resumed search tells those of before again: the newest of a number counts. */
  z.object({ kind: z.literal('tried'), jobId: JobId, trial: Trial }),
]);
export type JobEvent = z.infer<typeof JobEvent>;

/** Long calls answer with the job they started; its result arrives with the job's last snapshot. */
export const JobStarted = z.object({ jobId: JobId });
export type JobStarted = z.infer<typeof JobStarted>;

export const jobs = {
  list: oc.input(z.object({ limit: z.number().int().positive().max(1000).default(200) })).output(z.array(Job)),
  get: oc.input(z.object({ jobId: JobId })).output(Job),
  log: oc.input(z.object({ jobId: JobId })).output(z.array(z.object({ at: UtcTime, line: z.string() }))),
  /** Ends after the snapshot of a terminal state. */
  watch: oc.input(z.object({ jobId: JobId })).output(eventIterator(JobEvent)),
  /** Snapshots and progress of all jobs, for the status bar; never ends. */
  watchAll: oc.output(eventIterator(JobEvent)),
  /** `keepBest` stops a training and keeps its best state as the result. */
  cancel: oc.input(z.object({ jobId: JobId, keepBest: z.boolean().default(false) })).output(Job),
  /** Holds a running training still at its next step; its state stays in memory. */
  pause: oc.input(z.object({ jobId: JobId })).output(Job),
  /** Lets a paused job go on, or starts an ended one again from its checkpoint. */
  resume: oc.input(z.object({ jobId: JobId })).output(Job),
  /** Drops an interrupted job: its checkpoint is removed, its record stays as cancelled. */
  drop: oc.input(z.object({ jobId: JobId })).output(Job),
};
