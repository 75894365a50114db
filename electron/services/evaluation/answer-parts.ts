import { rename } from 'node:fs/promises';
import { DuckDBDataChunk, FLOAT, INTEGER } from '@duckdb/node-api';
import type { DuckDb } from '../../compute/frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import { labelAnswers } from '../../compute/onnx/answer-nodes.ts';
import type { Scores } from '../../compute/onnx/scorer.ts';
import { ANOMALY_LABELS } from '../../compute/trees/isolation/isolation-to-onnx.ts';

/** What a model's answers are called: class labels, or the bound above which a score is an anomaly. */
export interface AnswerNames {
  readonly classes: readonly string[] | null;
  readonly anomalyThreshold: number | null;
  /** The classes are labels, of which a row may have several. */
  readonly hasLabels?: boolean;
}

/** Rows of a chunk of DuckDB. */
const CHUNK_ROWS = 2048;

/** Columns that answers get beside a row's own. */
export const answerColumns = ({ classes, anomalyThreshold, hasLabels = false }: AnswerNames): string[] =>
  hasLabels
    ? (classes ?? []).flatMap((name) => Object.values(labelAnswers(name)))
    : classes === null
      ? ['prediction', ...(anomalyThreshold === null ? [] : ['label'])]
      : ['label', ...classes.map((name) => `probability_${name}`)];

/**
 * Writes the answers for consecutive rows as Parquet, the number of each row (`r`, from `from`) beside them: labels as words,
 * numbers as doubles, NULL for NaN. The file gets its name when it is whole.
 */
export async function writeAnswers(
  database: DuckDb,
  scores: Scores,
  part: AnswerNames & { readonly path: string; readonly from: number },
): Promise<void> {
  const { numbers, labels, words } = plainColumns(scores, part);
  const table = `answers_${part.from}`;
  const fields = [...numbers.map((_, index) => `n${index} FLOAT`), ...(labels ? ['l INTEGER'] : [])];
  await database.run(`CREATE OR REPLACE TEMP TABLE ${table} (${fields.join(', ')})`);
  const appender = await database.connection.createAppender(table, null, 'temp');
  const types = [...numbers.map(() => FLOAT), ...(labels ? [INTEGER] : [])];
  const rows = numbers[0]?.length ?? 0;
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const to = Math.min(rows, from + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, to - from);
    for (const [index, column] of [...numbers, ...(labels ? [labels] : [])].entries())
      chunk.setColumnValues(index, [...column.subarray(from, to)]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  const names = answerColumns(part);
  let number = 0;
  const columns = names.map((name, index) => {
    // A label stands before its probability.
    if (part.hasLabels && index % 2 === 0)
      return `CASE WHEN isnan(n${number}) THEN NULL ELSE (n${number} >= 0.5)::INTEGER END AS ${quoteIdentifier(name)}`;
    const value =
      name === 'label'
        ? `(${listOf(words)})[l + 1]`
        : `CASE WHEN isnan(n${number}) THEN NULL ELSE n${number++}::DOUBLE END`;
    return `${value} AS ${quoteIdentifier(name)}`;
  });
  await database.writeParquet(
    `SELECT rowid + ${part.from} AS r, ${columns.join(', ')} FROM ${table}`,
    `${part.path}.new`,
  );
  await database.run(`DROP TABLE ${table}`);
  await rename(`${part.path}.new`, part.path);
}

const listOf = (words: readonly string[]): string => `[${words.map(quoteLiteral).join(', ')}]`;

/** Answers as columns of floats, and labels as indices of words. */
function plainColumns(
  scores: Scores,
  { classes, anomalyThreshold, hasLabels }: AnswerNames,
): { numbers: Float32Array[]; labels: Int32Array | null; words: readonly string[] } {
  if (scores.kind === 'numbers') {
    const { predictions } = scores;
    // The graph compares floats.
    const bound = anomalyThreshold === null ? null : Math.fround(anomalyThreshold);
    return {
      numbers: [predictions],
      labels: bound === null ? null : Int32Array.from(predictions, (score) => Number(score > bound)),
      words: ANOMALY_LABELS,
    };
  }
  const words = classes ?? [];
  const rows = scores.classes === 0 ? 0 : scores.probabilities.length / scores.classes;
  const indexOf = new Map(words.map((word, index) => [word, index]));
  return {
    numbers: words.map((_, k) =>
      Float32Array.from({ length: rows }, (_, row) => scores.probabilities[row * scores.classes + k] ?? Number.NaN),
    ),
    labels: hasLabels ? null : Int32Array.from(scores.labels, (label) => indexOf.get(label) ?? -1),
    words,
  };
}
