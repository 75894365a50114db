import { AppError } from '../../../shared/errors.ts';
import type { DuckDb } from './duckdb.ts';
import { noSuchColumn } from './no-such-column.ts';
import { parquetColumns } from './parquet-columns.ts';
import { quoteIdentifier, quoteLiteral } from './sql-text.ts';

/**
 * Writes the answers to a file's rows, in their order, as a Parquet file: a column a target, joined by a key from a file of
 * answers that came apart from their rows. Throws as `distinctLabels` does.
 */
export async function writeLateAnswers(
  database: DuckDb,
  { path, labels, targets }: LateAnswers,
  out: string,
): Promise<void> {
  const key = quoteIdentifier(labels.key);
  const joins: string[] = [];
  for (const [at, target] of targets.entries())
    joins.push(
      `LEFT JOIN (${await distinctLabels(database, { ...labels, target })}) l${at} ON d.${key} = l${at}.${key}`,
    );
  const answers = targets.map((target, at) => `l${at}.${quoteIdentifier(target)}`);
  await database.writeParquet(
    `SELECT ${answers.join(', ')} FROM read_parquet(${quoteLiteral(path)}, file_row_number = true) d ${joins.join(' ')} ORDER BY d.file_row_number`,
    out,
  );
}

interface LateAnswers {
  /** The file of the rows. */
  readonly path: string;
  readonly labels: { readonly path: string; readonly key: string };
  readonly targets: readonly string[];
}

/**
 * SQL for one answer a key, from a Parquet file of answers that came apart from their rows. A key that stands twice with the
 * same answer is one; with different answers nobody knows which is right: BAD_INPUT names the first such key. Throws
 * INVALID_ARGUMENT where the file lacks either column.
 */
async function distinctLabels(
  database: DuckDb,
  { path, key, target }: { path: string; key: string; target: string },
): Promise<string> {
  const [by, answer] = [quoteIdentifier(key), quoteIdentifier(target)];
  const source = `read_parquet(${quoteLiteral(path)})`;
  const names = (await parquetColumns(database, path)).map(({ name }) => name);
  for (const name of [key, target])
    if (!names.includes(name)) throw noSuchColumn(name, names, 'The dataset of the answers');
  const answered = `SELECT DISTINCT ${by}, ${answer} FROM ${source} WHERE ${by} IS NOT NULL AND ${answer} IS NOT NULL`;
  const twice = await database.rows(
    `SELECT CAST(${by} AS VARCHAR), string_agg(CAST(${answer} AS VARCHAR), ', ' ORDER BY CAST(${answer} AS VARCHAR)), count(*) OVER () FROM (${answered}) GROUP BY ${by} HAVING count(*) > 1 ORDER BY 1 LIMIT 1`,
  );
  const [first] = twice;
  if (first !== undefined) {
    const [value, answers, keys] = first;
    throw new AppError('BAD_INPUT', {
      message: `The key "${key}" stands more than once with different answers: ${value} has ${target} ${answers}${Number(keys) > 1 ? ` (${keys} such keys)` : ''}.`,
      remedy: 'Keep one answer a key, or join by a column that is unique.',
      details: { key, value, target, answers, keys: Number(keys) },
      kept: 'Nothing was judged.',
    });
  }
  return answered;
}
