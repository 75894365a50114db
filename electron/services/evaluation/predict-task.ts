import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import { openScorer, type Scores } from '../../compute/onnx/scorer.ts';
import type { TaskContext } from '../../jobs/task.ts';

export interface PredictTaskParams {
  readonly onnxPath: string;
  readonly path: string;
  readonly inputs: readonly string[];
  readonly classes: readonly string[] | null;
  /** `.parquet`, else CSV. */
  readonly out: string;
}

export interface PredictTaskResult {
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly out: string;
}

/** Rows scored at a time; each part is a checkpoint. */
const PART_ROWS = 200_000;

/**
 * Scores every row of a file and writes its columns with the answers beside them. Parts that are done are kept in the
 * job's folder, so that a resumed job goes on where it stopped; the result gets its name only when it is whole.
 */
export async function predictTask(params: PredictTaskParams, context: TaskContext): Promise<PredictTaskResult> {
  const began = performance.now();
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  const source = `read_parquet(${quoteLiteral(params.path)}, file_row_number = true)`;
  const total = Number((await database.rows(`SELECT count(*) FROM ${source}`))[0]?.[0] ?? 0);
  const scorer = await openScorer(params.onnxPath, { threads: availableParallelism() });
  const parts: string[] = [];
  for (let from = 0; from < Math.max(1, total); from += PART_ROWS) {
    const part = join(context.folder, `part-${from}.json`);
    parts.push(part);
    if (!existsSync(part)) {
      const frame = await readColumns(params.path, params.inputs, { rows: { from, to: from + PART_ROWS }, database });
      await writeFile(`${part}.new`, answersAsJson(await scorer.score(frame), frame.rows, from, params.classes));
      await rename(`${part}.new`, part);
    }
    context.signal.throwIfAborted();
    const done = Math.min(total, from + PART_ROWS);
    const rate = done / ((performance.now() - began) / 1000);
    context.progress({ stage: 'score', done, total, unit: 'rows', rate, etaMs: ((total - done) / rate) * 1000 });
  }
  await scorer.close();
  const answers = `read_json([${parts.map(quoteLiteral).join(', ')}], format = 'newline_delimited', columns = {${['r', ...answerColumns(params.classes)].map((name) => `${quoteLiteral(name)}: ${quoteLiteral(name === 'r' ? 'BIGINT' : name === 'label' ? 'VARCHAR' : 'DOUBLE')}`).join(', ')}})`;
  const columns = (await database.describe(`SELECT * EXCLUDE (file_row_number) FROM ${source}`)).map(
    ({ name }) => `s.${quoteIdentifier(name)}`,
  );
  const taken = new Set(columns.map((name) => name.toLowerCase()));
  const answered = answerColumns(params.classes).map(
    (name) =>
      `a.${quoteIdentifier(name)} AS ${quoteIdentifier(taken.has(`s.${quoteIdentifier(name)}`.toLowerCase()) ? `predicted_${name}` : name)}`,
  );
  const query = `SELECT ${[...columns, ...answered].join(', ')} FROM ${source} s JOIN ${answers} a ON s.file_row_number = a.r ORDER BY s.file_row_number`;
  const temporary = `${params.out}.new`;
  if (params.out.endsWith('.parquet')) await database.writeParquet(query, temporary);
  else await database.run(`COPY (${query}) TO ${quoteLiteral(temporary)} (FORMAT csv, HEADER)`);
  await rename(temporary, params.out);
  const seconds = (performance.now() - began) / 1000;
  return { rows: total, seconds, rowsPerSecond: total / seconds, out: params.out };
}

const answerColumns = (classes: readonly string[] | null): string[] =>
  classes === null ? ['prediction'] : ['label', ...classes.map((name) => `probability_${name}`)];

function answersAsJson(scores: Scores, rows: number, from: number, classes: readonly string[] | null): string {
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const line: Record<string, unknown> = { r: from + row };
    if (scores.kind === 'numbers') line['prediction'] = scores.predictions[row];
    else {
      line['label'] = scores.labels[row];
      for (const [k, name] of (classes ?? []).entries())
        line[`probability_${name}`] = scores.probabilities[row * scores.classes + k];
    }
    lines.push(JSON.stringify(line));
  }
  return `${lines.join('\n')}\n`;
}
