import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { csvColumnSql } from '../../compute/frame/csv-sql.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import type { Frame } from '../../compute/frame/frame.ts';
import { parquetColumns } from '../../compute/frame/parquet-columns.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import type { ColumnParts } from '../../compute/frame/write-by-columns.ts';
import { writeTable } from '../../compute/frame/write-table.ts';
import { JSON_LINES, type TextFormat, textFormatOf } from '../../compute/frame/write-text-by-columns.ts';
import { imageFrame } from '../../compute/images/image-column.ts';
import { openScorer, type ScoringEngine } from '../../compute/onnx/scorer.ts';
import { columnType } from '../../compute/profile/column-type.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { answerColumns, writeAnswers } from './answer-parts.ts';
import { requireMoments, type TypedColumn } from './model-columns.ts';

export interface PredictTaskParams {
  readonly onnxPath: string;
  readonly path: string;
  readonly inputs: readonly string[];
  /** What these columns held in training, as far as that is known. */
  readonly trained: readonly TypedColumn[];
  /** The column of images that the model takes instead; null for a model of columns. */
  readonly image: string | null;
  readonly classes: readonly string[] | null;
  /** Scores above it are labelled as anomalies; null for a model of another task. */
  readonly anomalyThreshold: number | null;
  /** The classes are labels, of which a row may have several. */
  readonly hasLabels: boolean;
  /** Its ending says the format: `.parquet`, `.jsonl` (or `.ndjson`), `.tsv`, else CSV. */
  readonly out: string;
}

export interface PredictTaskResult {
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly out: string;
  /** Rows for which the model gives no number, and the first of them; null where there are none. */
  readonly unanswered: { readonly rows: number; readonly firstRow: number } | null;
  /** What computed the answers: ONNX Runtime, or the engine for trees. */
  readonly engine: ScoringEngine;
  /** Why the engine for trees did not, though the model has some. */
  readonly engineReason: string | null;
}

/** SQL of a cell: JSON has no word for what is no finite number, so a missing one is null there and an infinite one text. */
function valueSql(value: string, type: string, format: TextFormat | null): string {
  if (format !== JSON_LINES || !/^(FLOAT|DOUBLE)$/.test(type)) return value;
  const infinite = `CASE WHEN ${value} > 0 THEN '"Infinity"' ELSE '"-Infinity"' END`;
  return `CASE WHEN isfinite(${value}) THEN to_json(${value}) WHEN NOT isnan(${value}) THEN ${infinite}::JSON END`;
}

/** Cells read and scored at a time, in rows of at least and at most so many; each part is a checkpoint. */
const PART_CELLS = 14_000_000;
const FEWEST_PART_ROWS = 1000;
const MOST_PART_ROWS = 500_000;
/** An image costs thousands of times what a row of columns does. */
const IMAGE_PART_ROWS = 1000;

/**
 * Scores every row of a file and writes its columns with the answers beside them. Parts that are done are kept in the
 * job's folder, so that a resumed job goes on where it stopped; the result gets its name only when it is whole.
 */
export async function predictTask(params: PredictTaskParams, context: TaskContext): Promise<PredictTaskResult> {
  const began = performance.now();
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  const source = `read_parquet(${quoteLiteral(params.path)}, file_row_number = true)`;
  const found = await parquetColumns(database, params.path);
  const taken = new Set(params.inputs);
  requireMoments(
    found.map(({ name, type }) => ({ name, type: columnType(type) })),
    params.trained.filter(({ name }) => taken.has(name)),
  );
  const total = Number((await database.rows(`SELECT count(*) FROM ${source}`))[0]?.[0] ?? 0);
  const partRows =
    params.image === null
      ? Math.max(FEWEST_PART_ROWS, Math.min(MOST_PART_ROWS, Math.floor(PART_CELLS / Math.max(1, params.inputs.length))))
      : IMAGE_PART_ROWS;
  const scorer = await openScorer(params.onnxPath, { threads: availableParallelism() });
  const rowsBetween = async (from: number, to: number): Promise<Frame> =>
    params.image === null
      ? readColumns(params.path, params.inputs, { rows: { from, to }, database })
      : imageFrame(params.path, params.image, { from, to });
  const parts: string[] = [];
  for (let from = 0; from < Math.max(1, total); from += partRows) {
    const part = join(context.folder, `part-${from}.parquet`);
    parts.push(part);
    if (!existsSync(part)) {
      const to = Math.min(total, from + partRows);
      const scores = await scorer.score(await rowsBetween(from, to), context.signal);
      await writeAnswers(database, scores, { ...params, path: part, from });
    }
    context.signal.throwIfAborted();
    const done = Math.min(total, from + partRows);
    const rate = done / ((performance.now() - began) / 1000);
    context.progress({ stage: 'score', done, total, unit: 'rows', rate, etaMs: ((total - done) / rate) * 1000 });
  }
  const { engine, reason } = scorer;
  await scorer.close();
  const format = textFormatOf(params.out);
  const described = found
    // Bytes of images say nothing in a text file.
    .filter(({ type }) => !(format !== null && type === 'BLOB'))
    .map(({ name, type }) => ({
      value: valueSql(`s.${quoteIdentifier(name)}`, type, format),
      name,
      isText: type === 'VARCHAR',
    }));
  const names = new Set(described.map(({ name }) => name.toLowerCase()));
  const answered = answerColumns(params).map((name) => ({
    value: `a.${quoteIdentifier(name)}`,
    name: names.has(name.toLowerCase()) ? `predicted_${name}` : name,
    isText: name === 'label',
  }));
  const columns = [...described, ...answered].map((column) =>
    format !== null && format !== JSON_LINES
      ? csvColumnSql(column)
      : `${column.value} AS ${quoteIdentifier(column.name)}`,
  );
  const answers = `read_parquet([${parts.map(quoteLiteral).join(', ')}])`;
  const table: ColumnParts = {
    columns: columns.length,
    query: (from, to) =>
      `SELECT ${columns.slice(from, to).join(', ')} FROM ${source} s JOIN ${answers} a ON s.file_row_number = a.r ORDER BY s.file_row_number`,
  };
  await writeTable(database, params.out, table);
  const numbers = answerColumns(params).filter((name) => name !== 'label');
  const isUnanswered = numbers.map((name) => `${quoteIdentifier(name)} IS NULL`).join(' OR ');
  const [[count, first] = []] = await database.rows(`SELECT count(*), min(r) FROM ${answers} WHERE ${isUnanswered}`);
  const unanswered = Number(count) > 0 ? { rows: Number(count), firstRow: Number(first) + 1 } : null;
  const seconds = (performance.now() - began) / 1000;
  return {
    unanswered,
    rows: total,
    seconds,
    rowsPerSecond: total / seconds,
    out: params.out,
    engine,
    engineReason: reason,
  };
}
