import type { Task as LearningTask, TargetSpec } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import { answersOf } from '../../compute/evaluation/frame-answers.ts';
import type { DuckDb } from '../../compute/frame/duckdb.ts';
import { type Frame, takeRows } from '../../compute/frame/frame.ts';
import { readSpread } from './spread-rows.ts';

/** A model of columns with answers to learn from, and the file of the rows it is asked about. */
export interface AnsweredModel {
  readonly path: string;
  readonly inputs: readonly string[];
  readonly task: LearningTask;
  readonly target: TargetSpec;
  readonly classes: readonly string[] | null;
}

/**
 * At most so many rows, spread over a file, whose answers are known: columns and answers. Null where the file has no column of
 * answers, or fewer than two that are known.
 */
export async function readAnsweredRows(
  { path, inputs, task, target, classes }: AnsweredModel,
  of: { readonly rows: number; readonly database: DuckDb },
): Promise<{ readonly frame: Frame; readonly targets: Float64Array } | null> {
  const wanted = [...new Set([...inputs, ...targetColumns(target)])];
  const read = await readSpread(path, wanted, of).catch((error: unknown) => {
    // Rows without answers can be explained all the same.
    if (error instanceof AppError && targetColumns(target).includes(String(error.details?.['column']))) return null;
    throw error;
  });
  if (read === null) return null;
  const answers = answersOf(read, { task, target, classes });
  const known = [...answers.keys()].filter((row) => !Number.isNaN(answers[row] ?? Number.NaN));
  if (known.length < 2) return null;
  return { frame: takeRows(read, known), targets: Float64Array.from(known, (row) => answers[row] ?? 0) };
}
