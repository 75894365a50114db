import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ColumnType } from '../../../shared/contract/datasets.ts';
import type { ModelTask, TargetSpec } from '../../../shared/contract/models.ts';
import type {
  ColumnDrift,
  DriftChunk,
  DriftReport,
  Estimated,
  EstimatedPerformance,
} from '../../../shared/contract/monitoring.ts';
import { AppError } from '../../../shared/errors.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import {
  describeColumn,
  judge,
  type PreparedColumn,
  prepareColumn,
  prepareWordCounts,
  type WantedTest,
} from '../../compute/drift/compare-column.ts';
import { calibratorOf, estimatePerformance, likelyArea } from '../../compute/drift/estimate-performance.ts';
import { answersOf } from '../../compute/evaluation/frame-answers.ts';
import { leadingMetric } from '../../compute/evaluation/metrics.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { frameColumn } from '../../compute/frame/frame.ts';
import { writeLateAnswers } from '../../compute/frame/late-answers.ts';
import { parquetColumns } from '../../compute/frame/parquet-columns.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { readWordCounts } from '../../compute/frame/read-word-counts.ts';
import { quoteLiteral } from '../../compute/frame/sql-text.ts';
import { COLUMNS_AT_ONCE } from '../../compute/frame/write-by-columns.ts';
import { openScorer, type Scores } from '../../compute/onnx/scorer.ts';
import { cutsOf, rocAuc } from '../../compute/stats/ranking.ts';
import { takeFrom } from '../../compute/stats/weights.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { chunkRows, type RowChunk } from './chunk-rows.ts';
import { PREDICTION } from './prediction.ts';

/** The model whose score is watched. */
export interface DriftModel {
  readonly onnxPath: string;
  readonly task: ModelTask;
  /** Null: there are no answers to know. */
  readonly target: TargetSpec | null;
  readonly classes: readonly string[] | null;
  readonly inputs: readonly string[];
}

export interface DriftTaskParams {
  readonly referencePath: string;
  readonly currentPath: string;
  /** Columns that both have, in order. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Column name, or `*`, to its tests. */
  readonly tests: Readonly<Record<string, readonly WantedTest[]>>;
  readonly model: DriftModel | null;
  /** File and key of answers that came late; null: the current data may hold them themselves. */
  readonly labels: { readonly path: string; readonly key: string } | null;
  readonly chunk: 'day' | 'week' | 'month' | number | null;
  readonly time: string | null;
}

export type DriftTaskResult = Pick<
  DriftReport,
  'columns' | 'prediction' | 'chunks' | 'estimated' | 'notes' | 'seconds'
>;

/** A reading costs as much as the file is wide, so short columns come many at a time and long ones alone. */
const CELLS_AT_ONCE = 2_000_000;

/** Compares two files column by column; columns are read, judged and let go before the next ones. */
export async function driftTask(params: DriftTaskParams, context: TaskContext): Promise<DriftTaskResult> {
  const began = performance.now();
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  const chunks = await chunksOf(params, database);
  const cells = new Map<RowChunk, DriftChunk['columns']>(chunks.map((chunk) => [chunk, []]));
  const columns: ColumnDrift[] = [];
  const notes: string[] = [];
  const total = params.columns.length + (params.model ? 1 : 0);
  const wantedFor = (name: string) => params.tests[name] ?? params.tests['*'];
  const compare = (name: string, type: ColumnType, prepared: PreparedColumn): ColumnDrift => {
    const whole = describeColumn(name, type, prepared, wantedFor(name));
    for (const chunk of chunks) {
      const part = prepared.part?.(chunk.rows);
      if (!part) continue;
      const { samples, counts } = part;
      const first = judge(samples, wantedFor(name)?.slice(0, 1) ?? [{ test: whole.test, params: {} }])[0];
      cells.get(chunk)?.push({
        column: name,
        test: whole.test,
        statistic: first?.statistic ?? null,
        pValue: first?.pValue ?? null,
        threshold: whole.threshold,
        isDrifted: first?.isDrifted ?? false,
        counts,
      });
    }
    return whole;
  };
  const tell = (done: number) =>
    context.progress({
      stage: 'compare',
      done,
      total,
      unit: 'columns',
      rate: null,
      etaMs: done === 0 ? null : ((performance.now() - began) / done) * (total - done),
    });
  tell(0);
  // Parts need the rows; without them words are counted where they lie.
  const counted = chunks.length > 0 ? new Set<string>() : await columnsOfWords(params, database);
  let atOnce = 1;
  while (columns.length < params.columns.length) {
    const batch = params.columns.slice(columns.length, columns.length + atOnce);
    const names = batch.map(({ name }) => name).filter((name) => !counted.has(name));
    const [reference, current] = [
      await readColumns(params.referencePath, names, { database }),
      await readColumns(params.currentPath, names, { database }),
    ];
    for (const { name, type } of batch) {
      const prepared = counted.has(name)
        ? prepareWordCounts(
            await readWordCounts(database, params.referencePath, name),
            await readWordCounts(database, params.currentPath, name),
          )
        : prepareColumn(frameColumn(reference, name), frameColumn(current, name));
      columns.push(compare(name, type, prepared));
      context.signal.throwIfAborted();
      tell(columns.length);
    }
    atOnce = Math.max(1, Math.min(COLUMNS_AT_ONCE, Math.floor(CELLS_AT_ONCE / Math.max(reference.rows, current.rows))));
  }
  const { prediction, performances, estimated } = params.model
    ? await watchModel(params, params.model, database, chunks, { compare, folder: context.folder })
    : { prediction: null, performances: null, estimated: null };
  if (params.model?.target && performances === null)
    notes.push(
      `The answers ("${params.model.target.column}") of the current data are not known, so performance is not shown.`,
    );
  tell(total);
  return {
    columns,
    prediction,
    chunks: chunks.map((chunk, index): DriftChunk => {
      const own = cells.get(chunk) ?? [];
      const judged = own.filter(({ column }) => column !== PREDICTION);
      return {
        label: chunk.label,
        from: chunk.from,
        to: chunk.to,
        rows: chunk.rows.length,
        share: judged.length === 0 ? 0 : judged.filter(({ isDrifted }) => isDrifted).length / judged.length,
        columns: own,
        performance: performances?.[index] ?? null,
      };
    }),
    estimated,
    notes,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Columns that hold text in both files. */
async function columnsOfWords({ referencePath, currentPath }: DriftTaskParams, database: DuckDb): Promise<Set<string>> {
  const wordsIn = async (path: string): Promise<string[]> =>
    (await parquetColumns(database, path)).flatMap(({ name, type }) => (type === 'VARCHAR' ? [name] : []));
  const current = new Set(await wordsIn(currentPath));
  return new Set((await wordsIn(referencePath)).filter((name) => current.has(name)));
}

async function chunksOf({ chunk, time, currentPath }: DriftTaskParams, database: DuckDb): Promise<RowChunk[]> {
  if (chunk === null) return [];
  if (typeof chunk !== 'number' && time === null) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `Parts by ${chunk} need a column of times.`,
      remedy: 'Name it with --time, or choose parts of a number of rows.',
    });
  }
  const read = await readColumns(currentPath, time === null ? [] : [time], { database });
  const times = time === null ? null : frameColumn(read, time);
  if (times !== null && times.kind !== 'number') {
    throw new AppError('INVALID_ARGUMENT', {
      message: `"${time}" is no column of dates or times.`,
      remedy: 'Choose a date or time column.',
    });
  }
  const rows =
    times === null
      ? Number((await database.rows(`SELECT count(*) FROM read_parquet(${quoteLiteral(currentPath)})`))[0]?.[0] ?? 0)
      : read.rows;
  return chunkRows(chunk, times?.values ?? null, rows);
}

type Compare = (name: string, type: ColumnType, prepared: PreparedColumn) => ColumnDrift;

/** Drift of the model's score, and how well it does in each part where the answers are known. */
async function watchModel(
  params: DriftTaskParams,
  model: DriftModel,
  database: DuckDb,
  chunks: readonly RowChunk[],
  { compare, folder }: { readonly compare: Compare; readonly folder: string },
) {
  const scorer = await openScorer(model.onnxPath, { threads: availableParallelism() });
  try {
    const reference = await readColumns(params.referencePath, model.inputs, { database });
    const current = await readColumns(params.currentPath, model.inputs, { database });
    const [before, after] = [await scorer.score(reference), await scorer.score(current)];
    const prediction = compare(
      PREDICTION,
      'number',
      prepareColumn(
        { kind: 'number', values: watched(before, model.task) },
        { kind: 'number', values: watched(after, model.task) },
      ),
    );
    const { currentPath, labels, referencePath } = params;
    const answers = await knownAnswers({ path: currentPath, labels }, model, database, folder);
    const known = await knownAnswers({ path: referencePath, labels: null }, model, database, folder);
    return {
      prediction,
      estimated: known === null ? null : estimateOf({ model, before, after, answers: known }, chunks),
      performances: answers === null ? null : chunks.map((chunk) => performanceOf(chunk, model, after, answers)),
    };
  } finally {
    await scorer.close();
  }
}

/** One number a row to watch: the last class's probability, how many labels are to be expected, or the prediction. */
function watched(scores: Scores, task: DriftModel['task']): Float64Array {
  if (scores.kind === 'numbers') return Float64Array.from(scores.predictions);
  const { classes, probabilities } = scores;
  return Float64Array.from({ length: classes === 0 ? 0 : probabilities.length / classes }, (_, row) =>
    task === 'multilabel'
      ? probabilities.subarray(row * classes, (row + 1) * classes).reduce((sum, share) => sum + share, 0)
      : (probabilities[row * classes + classes - 1] ?? Number.NaN),
  );
}

/** Class index, value or labels of each row, from its own columns or joined by key; null where nobody knows. */
async function knownAnswers(
  { path, labels }: { readonly path: string; readonly labels: DriftTaskParams['labels'] },
  { target, task, classes }: DriftModel,
  database: DuckDb,
  folder: string,
): Promise<Float64Array | null> {
  if (target === null) return null;
  const columns = targetColumns(target);
  let answered = path;
  if (labels === null) {
    const own = await parquetColumns(database, path);
    if (!columns.every((column) => own.some(({ name }) => name === column))) return null;
  } else {
    answered = join(folder, 'answers.parquet');
    await writeLateAnswers(database, { path, labels, targets: columns }, answered);
  }
  return answersOf(await readColumns(answered, columns, { database }), { task, target, classes });
}

function performanceOf(
  { rows }: RowChunk,
  { task, classes }: DriftModel,
  scores: Scores,
  answers: Float64Array,
): DriftChunk['performance'] {
  const known = rows.filter((row) => !Number.isNaN(answers[row] ?? Number.NaN));
  const targets = Float64Array.from(known, (row) => answers[row] ?? 0);
  if (known.length === 0 || task === 'anomaly' || task === 'tensors') return null;
  const picked: Scores =
    scores.kind === 'numbers'
      ? { kind: 'numbers', predictions: Float32Array.from(known, (row) => scores.predictions[row] ?? 0) }
      : {
          kind: 'classes',
          classes: scores.classes,
          labels: [],
          probabilities: Float32Array.from(
            { length: known.length * scores.classes },
            (_, i) =>
              scores.probabilities[
                (known[Math.floor(i / scores.classes)] ?? 0) * scores.classes + (i % scores.classes)
              ] ?? 0,
          ),
        };
  const { metric, value, lower, upper } = leadingMetric({ task, classes, targets, scores: picked });
  return { metric, value, lower, upper, rows: known.length };
}

/** Performance of a model of two classes on rows without answers, calibrated on those of the reference that have one. */
function estimateOf(
  { model, before, after, answers }: { model: DriftModel; before: Scores; after: Scores; answers: Float64Array },
  chunks: readonly RowChunk[],
): EstimatedPerformance | null {
  if (model.task !== 'binary') return null;
  const [reference, current] = [watched(before, model.task), watched(after, model.task)];
  const known = [...answers.keys()].filter((row) => !Number.isNaN(answers[row] ?? Number.NaN));
  const labels = Float64Array.from(known, (row) => answers[row] ?? 0);
  const probabilities = Float64Array.from(known, (row) => reference[row] ?? 0);
  const realised = rocAuc(cutsOf(labels, probabilities));
  if (realised === null || current.length === 0) return null;
  const { isCalibrated, calibrate } = calibratorOf(labels, probabilities);
  const chances = current.map(calibrate);
  const calls = current.map((p) => Number(p >= 0.5));
  const estimate = (own: Float64Array, called: Float64Array): Estimated => {
    const metrics = { ...estimatePerformance(own, called) };
    const interval = likelyArea(own);
    return { value: metrics.rocAuc, lower: interval?.lower ?? null, upper: interval?.upper ?? null, metrics };
  };
  return {
    metric: 'rocAuc',
    reference: realised,
    isCalibrated,
    ...estimate(chances, calls),
    chunks: chunks.map(({ label, rows }) => ({
      label,
      rows: rows.length,
      ...estimate(takeFrom(chances, rows), takeFrom(calls, rows)),
    })),
  };
}
