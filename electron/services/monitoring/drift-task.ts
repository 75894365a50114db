import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ColumnType } from '../../../shared/contract/datasets.ts';
import type { Task as LearningTask, TargetSpec } from '../../../shared/contract/models.ts';
import type { ColumnDrift, DriftChunk, DriftReport } from '../../../shared/contract/monitoring.ts';
import { AppError } from '../../../shared/errors.ts';
import {
  describeColumn,
  judge,
  type PreparedColumn,
  prepareColumn,
  type WantedTest,
} from '../../compute/drift/compare-column.ts';
import { leadingMetric } from '../../compute/evaluation/metrics.ts';
import { distinctLabels } from '../../compute/frame/distinct-labels.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { frameColumn } from '../../compute/frame/frame.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import { openScorer, type Scores } from '../../compute/onnx/scorer.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { chunkRows, type RowChunk } from './chunk-rows.ts';

/** The model whose score is watched. */
export interface DriftModel {
  readonly onnxPath: string;
  readonly task: LearningTask;
  readonly target: TargetSpec;
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

export type DriftTaskResult = Pick<DriftReport, 'columns' | 'prediction' | 'chunks' | 'notes' | 'seconds'>;

/** Compares two files column by column; each column is read, judged and let go before the next one. */
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
      const { samples, counts } = prepared.part(chunk.rows);
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
  for (const [index, { name, type }] of params.columns.entries()) {
    const [reference, current] = [
      await readColumns(params.referencePath, [name], { database }),
      await readColumns(params.currentPath, [name], { database }),
    ];
    columns.push(compare(name, type, prepareColumn(frameColumn(reference, name), frameColumn(current, name))));
    context.signal.throwIfAborted();
    tell(index + 1);
  }
  const { prediction, performances } = params.model
    ? await watchModel(params, params.model, database, chunks, compare)
    : { prediction: null, performances: null };
  if (params.model && performances === null)
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
    notes,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Name under which the model's score stands among the columns. */
const PREDICTION = 'prediction';

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
  compare: Compare,
) {
  const scorer = await openScorer(model.onnxPath, { threads: availableParallelism() });
  try {
    const reference = await readColumns(params.referencePath, model.inputs, { database });
    const current = await readColumns(params.currentPath, model.inputs, { database });
    const [before, after] = [await scorer.score(reference), await scorer.score(current)];
    const prediction = compare(
      PREDICTION,
      'number',
      prepareColumn({ kind: 'number', values: watched(before) }, { kind: 'number', values: watched(after) }),
    );
    const answers = await answersOf(params, model, database);
    return {
      prediction,
      performances: answers === null ? null : chunks.map((chunk) => performanceOf(chunk, model, after, answers)),
    };
  } finally {
    await scorer.close();
  }
}

/** One number a row to watch: the last class's probability, or the prediction. */
function watched(scores: Scores): Float64Array {
  if (scores.kind === 'numbers') return Float64Array.from(scores.predictions);
  const { classes, probabilities } = scores;
  return Float64Array.from(
    { length: classes === 0 ? 0 : probabilities.length / classes },
    (_, row) => probabilities[row * classes + classes - 1] ?? Number.NaN,
  );
}

/** Class index or value of each current row, from its own columns or joined by key; null where nobody knows. */
async function answersOf(
  { labels, currentPath }: DriftTaskParams,
  { target, task, classes }: DriftModel,
  database: DuckDb,
): Promise<Float64Array | null> {
  const source = `read_parquet(${quoteLiteral(currentPath)}, file_row_number = true)`;
  const column = quoteIdentifier(target.column);
  let query: string;
  if (labels === null) {
    const own = await database.describe(`SELECT * FROM read_parquet(${quoteLiteral(currentPath)})`);
    if (!own.some(({ name }) => name === target.column)) return null;
    query = `SELECT ${column} AS answer FROM ${source} ORDER BY file_row_number`;
  } else {
    const key = quoteIdentifier(labels.key);
    query = `SELECT l.${column} AS answer FROM ${source} d LEFT JOIN (${await distinctLabels(database, { ...labels, target: target.column })}) l ON d.${key} = l.${key} ORDER BY d.file_row_number`;
  }
  const index = new Map(classes?.map((label, at) => [label, at]));
  const { over } = target;
  return Float64Array.from(await database.rows(query), ([value]) => {
    if (value === null || value === undefined) return Number.NaN;
    if (over !== null) return Number(Number(value) > over);
    if (task === 'regression') return Number(value);
    return index.get(String(value)) ?? Number.NaN;
  });
}

function performanceOf(
  { rows }: RowChunk,
  { task, classes }: DriftModel,
  scores: Scores,
  answers: Float64Array,
): DriftChunk['performance'] {
  const known = rows.filter((row) => !Number.isNaN(answers[row] ?? Number.NaN));
  const targets = Float64Array.from(known, (row) => answers[row] ?? 0);
  if (known.length === 0) return null;
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
