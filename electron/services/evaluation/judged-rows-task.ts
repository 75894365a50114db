import { availableParallelism } from 'node:os';
import type { JudgedRow, JudgedRows, JudgedRowsQuery } from '../../../shared/contract/judged-rows.ts';
import { answersOf } from '../../compute/evaluation/frame-answers.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import { type Scores, scoreFrame } from '../../compute/onnx/scorer.ts';
import { calledClass } from '../../compute/stats/multiclass.ts';
import type { TaskContext } from '../../jobs/task.ts';
import type { AnsweredModel } from './answered-rows.ts';

/** The path is that of the held-out rows. */
export interface JudgedRowsParams extends Omit<JudgedRowsQuery, 'model'>, AnsweredModel {
  readonly onnxPath: string;
}

/** One judged row before its cells are read. */
type Judged = Omit<JudgedRow, 'cells'> & { readonly isWrong: boolean; readonly order: number };

/** Scores the held-out rows of a model and answers a page of those that are asked for, the worst first. */
export async function judgedRowsTask(params: JudgedRowsParams, context: TaskContext): Promise<JudgedRows> {
  const { path, inputs, target, offset, limit } = params;
  await using database = await DuckDb.open({ signal: context.signal });
  const frame = await readColumns(path, [...new Set([...inputs, target.column])], { database });
  const targets = answersOf(frame, params);
  const scores = await scoreFrame(params.onnxPath, frame, { threads: availableParallelism(), signal: context.signal });
  const judged =
    scores.kind === 'numbers' ? judgedNumbers(targets, scores.predictions) : judgedClasses(targets, scores, params);
  const wanted = judged
    .filter(({ isWrong }) => isWrong || !params.isWrongOnly)
    .sort((a, b) => a.order - b.order || a.row - b.row);
  const page = wanted.slice(offset, offset + limit);
  const cells = await cellsOf(database, { path, inputs, rows: page.map(({ row }) => row) });
  return {
    total: wanted.length,
    wrong: wanted.filter(({ isWrong }) => isWrong).length,
    columns: [...inputs],
    rows: page.map(({ row, truth, answer, probability, residual }) => ({
      row,
      truth,
      answer,
      probability,
      residual,
      cells: cells.get(row) ?? [],
    })),
  };
}

/** Rows with a known answer by the size of their error; every one that is not exact is wrong. */
function judgedNumbers(targets: Float64Array, predictions: Float32Array): Judged[] {
  return [...targets.keys()].flatMap((row): Judged[] => {
    const [truth, answer] = [targets[row] ?? Number.NaN, predictions[row] ?? Number.NaN];
    if (Number.isNaN(truth) || Number.isNaN(answer)) return [];
    const residual = truth - answer;
    // Answers are floats: one that is the nearest float to the truth has nothing to mend.
    const isWrong = Math.fround(truth) !== answer;
    return [{ row, truth, answer, probability: null, residual, isWrong, order: -Math.abs(residual) }];
  });
}

function judgedClasses(
  targets: Float64Array,
  { classes: width, probabilities }: Scores & { readonly kind: 'classes' },
  { classes, truth, answer, threshold }: JudgedRowsParams,
): Judged[] {
  const nameOf = (index: number): string => classes?.[index] ?? String(index);
  const answerOf = (row: number): number => {
    if (threshold !== null && width === 2) return Number((probabilities[row * width + 1] ?? 0) >= threshold);
    return calledClass({ labels: targets, probabilities, classes: width, weights: null }, row);
  };
  return [...targets.keys()].flatMap((row): Judged[] => {
    const is = targets[row] ?? Number.NaN;
    if (Number.isNaN(is) || (truth !== null && is !== truth)) return [];
    const called = answerOf(row);
    if (answer !== null && called !== answer) return [];
    const probability = probabilities[row * width + called] ?? 0;
    const isWrong = is !== called;
    // The surest mistakes come first, then what was right by the least.
    const order = isWrong ? -1 - probability : probability;
    return [{ row, truth: nameOf(is), answer: nameOf(called), probability, residual: null, isWrong, order }];
  });
}

/** What the inputs of some rows hold, as text. */
async function cellsOf(
  database: DuckDb,
  {
    path,
    inputs,
    rows,
  }: { readonly path: string; readonly inputs: readonly string[]; readonly rows: readonly number[] },
): Promise<ReadonlyMap<number, (string | null)[]>> {
  if (rows.length === 0) return new Map();
  const cells = inputs.map((name) => `CAST(${quoteIdentifier(name)} AS VARCHAR)`);
  const found = await database.rows(
    `SELECT ${['file_row_number', ...cells].join(', ')} FROM read_parquet(${quoteLiteral(path)}, file_row_number = true) WHERE file_row_number IN (${rows.join(', ')})`,
  );
  return new Map(
    found.map(([row, ...values]) => [Number(row), values.map((value) => (value === null ? null : String(value)))]),
  );
}
