import { availableParallelism } from 'node:os';
import type { AskedRows } from '../../../shared/contract/asked-rows.ts';
import type { StressReport } from '../../../shared/contract/stress.ts';
import { AppError } from '../../../shared/errors.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { openScorer } from '../../compute/onnx/scorer.ts';
import { stressModel } from '../../compute/stress/stress-model.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { type AnsweredModel, readAnsweredRows } from './answered-rows.ts';

export interface StressTaskParams extends AnsweredModel {
  readonly onnxPath: string;
  readonly seed: number;
}

export type StressBody = Omit<StressReport, keyof AskedRows>;

const MOST_ROWS = 5000;
/** Columns that are put under stress: each costs a dozen scorings of all rows. */
const MOST_COLUMNS = 100;

/** Puts a model's columns under stress on rows whose answers are known. */
export async function stressTask(params: StressTaskParams, context: TaskContext): Promise<StressBody> {
  const { signal } = context;
  await using database = await DuckDb.open({ signal });
  const known = await readAnsweredRows(params, { rows: MOST_ROWS, database });
  if (known === null)
    throw new AppError('BAD_INPUT', {
      message: `No row has a known "${params.target.column}".`,
      remedy: 'Choose a dataset with answers.',
    });
  const columns = params.inputs.slice(0, MOST_COLUMNS);
  const scorer = await openScorer(params.onnxPath, {
    threads: availableParallelism(),
    // Every column is put under stress several times.
    expectedRows: known.frame.rows * columns.length * 4,
  });
  try {
    const { metric, cases } = await stressModel(known.frame, {
      columns,
      task: params.task,
      classes: params.classes,
      targets: known.targets,
      score: (frame) => scorer.score(frame),
      seed: params.seed,
      signal,
      onCase: (done, total) =>
        context.progress({ stage: 'stress', done, total, unit: 'steps', rate: null, etaMs: null }),
    });
    const left = params.inputs.length - columns.length;
    return {
      rows: known.frame.rows,
      metric,
      cases: [...cases],
      notes: left > 0 ? [`Only the first ${columns.length} columns were put under stress; ${left} were not.`] : [],
    };
  } finally {
    await scorer.close();
  }
}
