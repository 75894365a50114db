import type { Column } from '../../../shared/contract/datasets.ts';
import type { DetectionAdvice } from '../../../shared/contract/training.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { unusableBecause } from './unusual-columns.ts';

export interface AdviseDetectionParams {
  readonly path: string;
  readonly columns: readonly Column[];
}

/** A look at the data before learning what is usual: which columns are left out, and why. */
export async function adviseDetectionTask(
  { path, columns }: AdviseDetectionParams,
  context: TaskContext,
): Promise<DetectionAdvice> {
  const usable = columns.filter(({ type }) => type !== 'image');
  const frame = await readColumns(
    path,
    usable.map(({ name }) => name),
    { signal: context.signal },
  );
  return {
    rows: frame.rows,
    columns: columns.map((column) => {
      const values = frame.columns.get(column.name);
      const reason = values === undefined ? 'It holds images.' : unusableBecause(column, values);
      const { name, type, role } = column;
      return { column: name, type, role, isExcluded: reason !== null, warning: null, reason, strength: null };
    }),
  };
}
