import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDb, quoteIdentifier, quoteLiteral } from '../../compute/frame/duckdb.ts';
import { parquetColumns } from '../../compute/frame/parquet-columns.ts';
import { writeByColumns } from '../../compute/frame/write-by-columns.ts';
import { imagesOf } from '../../compute/images/image-column.ts';
import { labelAt } from '../../compute/train/label-sets.ts';
import type { TaskContext } from '../../jobs/task.ts';
import type { RowsSource, TrainingRows } from './training-rows.ts';
import type { JudgedAnswers } from './trial.ts';

const PICTURES_A_GROUP = 2048;

const open = (context: TaskContext): Promise<DuckDb> =>
  DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });

/** The held-out rows as they were, every column, for later evaluations and for a bundle's golden requests. */
export async function writeTestRows(
  source: Pick<RowsSource, 'path' | 'columns' | 'testPath'>,
  {
    test,
    parts,
    takes,
  }: Pick<TrainingRows, 'parts' | 'takes'> & { readonly test: Pick<TrainingRows['test'], 'frame'> },
  path: string,
  context: TaskContext,
): Promise<void> {
  await using database = await open(context);
  const from = source.testPath ?? source.path;
  const relation = `read_parquet(${quoteLiteral(from)}, file_row_number = true)`;
  const names = (await parquetColumns(database, from)).map(({ name }) => quoteIdentifier(name));
  if (takes === 'images') {
    // A page of pictures is found without reading all of them.
    await database.writeParquet(
      `SELECT ${names.join(', ')} FROM ${relation} WHERE ${await areRows(imagesOf(test.frame).numbers, context)} ORDER BY file_row_number`,
      path,
      { rowGroupSize: PICTURES_A_GROUP },
    );
    return;
  }
  const condition = source.testPath === null ? await areRows(parts.test, context) : 'true';
  await writeByColumns(database, path, {
    columns: names.length,
    query: (from, to) => `SELECT ${names.slice(from, to).join(', ')} FROM ${relation} WHERE ${condition}`,
  });
}

/** SQL that is true for rows of a file with these numbers. */
async function areRows(numbers: Uint32Array, context: TaskContext): Promise<string> {
  const list = join(context.folder, 'test-rows.csv');
  await writeFile(list, `r\n${numbers.join('\n')}\n`);
  return `file_row_number IN (SELECT r FROM read_csv(${quoteLiteral(list)}, header = true, columns = {'r': 'BIGINT'}))`;
}

/**
 * What was said of each row by a model that had not learnt from it: `row` (its number in the dataset's file, from 0), `target` as
 * trained on (a class by its index, of several labels `target_0`, `target_1`, ..), and `prediction`, or `probability_0`, `probability_1`, ... of the classes.
 */
export async function writeOutOfFold(
  rows: TrainingRows,
  judged: JudgedAnswers,
  path: string,
  context: TaskContext,
): Promise<void> {
  const { task, classes } = rows.target;
  const names =
    task === 'regression' ? ['prediction'] : Array.from({ length: classes?.length ?? 2 }, (_, k) => `probability_${k}`);
  const labels = task === 'multilabel' ? names.map((_, k) => k) : null;
  const answers = labels?.map((k) => `target_${k}`) ?? ['target'];
  const lines = [['row', ...answers, ...names].join(',')];
  for (const [place, row] of judged.rows.entries()) {
    const said = judged.answers.subarray(place * judged.width, (place + 1) * judged.width);
    const cells = task === 'binary' ? [1 - (said[0] ?? 0), said[0] ?? 0] : [...said];
    const answer = rows.target.values[row] ?? Number.NaN;
    const known = labels?.map((k) => labelAt(answer, k)) ?? [answer];
    lines.push([row, ...known.map((value) => (Number.isNaN(value) ? '' : value)), ...cells].join(','));
  }
  const list = join(context.folder, 'out-of-fold.csv');
  await writeFile(list, `${lines.join('\n')}\n`);
  const types = ["'row': 'BIGINT'", ...[...answers, ...names].map((name) => `'${name}': 'DOUBLE'`)].join(', ');
  await using database = await open(context);
  await database.writeParquet(
    `SELECT * FROM read_csv(${quoteLiteral(list)}, header = true, columns = {${types}}) ORDER BY row`,
    path,
  );
}
