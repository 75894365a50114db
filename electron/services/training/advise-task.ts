import type { Column } from '../../../shared/contract/datasets.ts';
import type { Task as LearningTask, TargetSpec } from '../../../shared/contract/models.ts';
import type { TrainingAdvice } from '../../../shared/contract/training.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import { frameColumn } from '../../compute/frame/frame.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { adviseColumn } from './advise.ts';
import { findingsBefore } from './findings.ts';
import { readTarget, type Target } from './target.ts';

export interface AdviseTaskParams {
  readonly path: string;
  readonly columns: readonly Column[];
  readonly target: TargetSpec;
  readonly task: LearningTask | undefined;
}

/** A look at the data before training: the task, the classes, and what is odd about each column. */
export async function adviseTask(
  { path, columns, target: spec, task }: AdviseTaskParams,
  context: TaskContext,
): Promise<TrainingAdvice> {
  const frame = await readColumns(
    path,
    columns.map((column) => column.name),
    { signal: context.signal },
  );
  const type = columns.find((column) => column.name === spec.column)?.type ?? 'text';
  let target: Target;
  try {
    target = readTarget(frameColumn(frame, spec.column), type, spec, task);
  } catch (error) {
    const known = toAppError(error);
    if (!(error instanceof AppError) || (known.code !== 'BAD_INPUT' && known.code !== 'INVALID_ARGUMENT')) throw error;
    // Nothing can be trained on this target; the form says why.
    return {
      task: task ?? 'binary',
      rows: frame.rows,
      rowsWithTarget: 0,
      classes: null,
      columns: [],
      findings: [],
      blockedBy: known.message,
    };
  }
  const counts = new Map<number, number>();
  let answered = 0;
  for (const value of target.values) {
    if (Number.isNaN(value)) continue;
    answered += 1;
    if (target.classes) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const advice = columns
    .filter((column) => column.name !== spec.column)
    .map((column) =>
      adviseColumn({ column, values: frameColumn(frame, column.name), target, targetColumn: spec.column }),
    );
  return {
    task: target.task,
    rows: frame.rows,
    rowsWithTarget: answered,
    classes: target.classes?.map((label, index) => ({ label, count: counts.get(index) ?? 0 })) ?? null,
    columns: advice,
    findings: findingsBefore(frame, { columns, target: spec.column, advice }),
    blockedBy: null,
  };
}
