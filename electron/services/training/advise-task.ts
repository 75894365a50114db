import type { Column } from '../../../shared/contract/datasets.ts';
import type { Task as LearningTask, TargetSpec } from '../../../shared/contract/models.ts';
import type { TrainingAdvice } from '../../../shared/contract/training.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import { frameColumn } from '../../compute/frame/frame.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { labelAt } from '../../compute/train/label-sets.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { adviseColumns } from './advise.ts';
import { findingsBefore, inputNames } from './findings.ts';
import { readAnswers } from './label-target.ts';
import type { Target } from './target.ts';
import { tellingValues } from './telling-values.ts';

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
  let target: Target;
  try {
    target = readAnswers((name) => frameColumn(frame, name), spec, { columns, task });
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
    if (target.classes && target.task !== 'multilabel') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const advice = adviseColumns(frame, { columns, target, spec });
  return {
    task: target.task,
    rows: frame.rows,
    rowsWithTarget: answered,
    classes: target.classes?.map((label, index) => ({ label, count: countOf(target, index, counts) })) ?? null,
    columns: advice,
    findings: [
      ...findingsBefore(frame, { columns, target: spec, advice }),
      ...tellingValues(frame, target, { names: inputNames(advice), target: spec.column }),
    ],
    blockedBy: null,
  };
}

/** Rows of a class, or with a label. */
function countOf({ task, values }: Target, index: number, counts: ReadonlyMap<number, number>): number {
  if (task !== 'multilabel') return counts.get(index) ?? 0;
  return values.reduce((sum, code) => sum + Number(labelAt(code, index) === 1), 0);
}
