import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Column, Histogram } from '../../../shared/contract/datasets.ts';
import type { AnomalySummary, ModelInput } from '../../../shared/contract/models.ts';
import type { DetectionRequest } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Frame, frameColumn, takeRows } from '../../compute/frame/frame.ts';
import { noSuchColumn } from '../../compute/frame/no-such-column.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { scoreFrame } from '../../compute/onnx/scorer.ts';
import type { FittedDetector } from '../../compute/train/detector.ts';
import { detectorOf } from '../../compute/train/detectors.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { detectionManifest, type TaskManifest } from './manifest.ts';
import { requireRows } from './require-rows.ts';
import { type SplitRows, splitRows } from './split-rows.ts';
import { unusableBecause } from './unusual-columns.ts';
import { writeTestRows } from './write-rows.ts';

export interface DetectTaskParams {
  readonly path: string;
  readonly columns: readonly Column[];
  readonly request: DetectionRequest;
  /** The file of the dataset whose rows are scored instead of held-out ones; null: a share is held out. */
  readonly testPath: string | null;
  /** Cores to use; all of them unless told. */
  readonly threads?: number;
}

export interface DetectTaskResult {
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly ModelInput[];
  readonly onnxPath: string;
  readonly testPath: string;
  readonly anomaly: AnomalySummary;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly threads: number;
  readonly trainRows: number;
  readonly testRows: number;
  readonly excluded: readonly { readonly column: string; readonly reason: string }[];
  readonly manifest: TaskManifest;
}

const BINS = 50;

/** Learns what is usual among a dataset's rows, without a target, and scores rows that it had not seen. */
export async function detectTask(
  { path, columns, request, testPath: otherPath, threads = availableParallelism() }: DetectTaskParams,
  context: TaskContext,
): Promise<DetectTaskResult> {
  const began = performance.now();
  const tell = (stage: string): void => {
    context.signal.throwIfAborted();
    context.progress({ stage, done: 0, total: 1, unit: 'steps', rate: null, etaMs: null });
  };
  tell('read');
  const names = columns.filter(({ type }) => type !== 'image').map(({ name }) => name);
  const frame = await readColumns(path, names, { signal: context.signal });
  requireRows(frame, 2);
  const { used, excluded } = chooseColumns(columns, frame, request);
  const parts = divide(frame.rows, request, otherPath !== null);
  const inputsOf = (taken: Frame): Frame => ({
    rows: taken.rows,
    columns: new Map(used.map((name) => [name, frameColumn(taken, name)])),
  });
  const held =
    otherPath === null ? takeRows(frame, parts.test) : await readColumns(otherPath, used, { signal: context.signal });
  tell('fit');
  const fitBegan = performance.now();
  const fitted = await detectorOf(request.algorithm).fit(inputsOf(takeRows(frame, parts.train)), request.params, {
    seed: request.seed,
    threads,
    signal: context.signal,
  });
  const fitSeconds = (performance.now() - fitBegan) / 1000;
  tell('evaluate');
  const scores = await scoreFrame(fitted.onnx, inputsOf(held), { threads });
  if (scores.kind !== 'numbers') throw new RangeError('A detector answers a number a row.');
  const onnxPath = join(context.folder, 'model.onnx');
  await writeFile(onnxPath, fitted.onnx);
  const testPath = join(context.folder, 'test.parquet');
  await writeTestRows(
    { path, columns, testPath: otherPath },
    { takes: 'columns', test: { frame: held }, parts },
    testPath,
    context,
  );
  return {
    params: fitted.params,
    inputs: used.map((name) => ({ name, type: frameColumn(frame, name).kind === 'text' ? 'string' : 'float' })),
    onnxPath,
    testPath,
    anomaly: summaryOf(scores.predictions, fitted),
    seconds: (performance.now() - began) / 1000,
    rowsPerSecond: parts.train.length / fitSeconds,
    threads,
    trainRows: parts.train.length,
    testRows: held.rows,
    excluded,
    manifest: await detectionManifest(parts),
  };
}

/** A share of the rows held out, or none where those of another dataset are scored. */
function divide(count: number, { test, seed }: DetectionRequest, hasOther: boolean): SplitRows {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  if (hasOther) return { train: rows, validation: new Uint32Array(), test: new Uint32Array() };
  return splitRows(
    { kind: 'fraction', test, validation: 0 },
    { rows, targets: new Float64Array(count), isClassification: false, column: null, seed },
  );
}

function chooseColumns(
  columns: readonly Column[],
  frame: Frame,
  { exclude, include }: DetectionRequest,
): Pick<DetectTaskResult, 'excluded'> & { used: string[] } {
  const names = columns.map(({ name }) => name);
  const unknown = [...exclude, ...include].find((name) => !names.includes(name));
  if (unknown !== undefined) throw noSuchColumn(unknown, names);
  const used: string[] = [];
  const excluded: { column: string; reason: string }[] = [];
  for (const column of columns) {
    const values = frame.columns.get(column.name);
    const reason = exclude.includes(column.name)
      ? 'Left out by hand.'
      : include.includes(column.name) && values
        ? null
        : values
          ? unusableBecause(column, values)
          : 'It holds images.';
    if (reason === null) used.push(column.name);
    else excluded.push({ column: column.name, reason });
  }
  if (used.length === 0)
    throw new AppError('BAD_INPUT', {
      message: 'No column is left to learn from.',
      remedy: 'Include some columns again: every one was left out.',
      details: { excluded },
    });
  return { used, excluded };
}

/** What the held-out rows' scores look like. */
export function summaryOf(
  scores: Float32Array,
  { threshold, contamination }: Pick<FittedDetector, 'threshold' | 'contamination'>,
): AnomalySummary {
  const sorted = Float64Array.from(scores).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    threshold,
    contamination,
    heldOutRows: scores.length,
    // The graph compares floats.
    anomalies: scores.reduce((count, score) => count + Number(score > Math.fround(threshold)), 0),
    scores: histogramOf(sorted),
    quantiles: { p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) },
  };
}

function histogramOf(sorted: Float64Array): Histogram {
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 1];
  const width = (high - low || 1e-6) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const score of sorted) {
    const bin = Math.min(BINS - 1, Math.floor((score - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges: Array.from({ length: BINS + 1 }, (_, bin) => low + bin * width), counts };
}
