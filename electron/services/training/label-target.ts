import type { Column } from '../../../shared/contract/datasets.ts';
import type { TargetSpec } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FrameColumn } from '../../compute/frame/frame.ts';
import { labelColumn, MOST_LABELS, packLabels } from '../../compute/train/label-sets.ts';
import { readTarget, type Target } from './target.ts';

/** What a target asks to be predicted: of one column, or of several columns of 0 and 1 together. */
export function readAnswers(
  columnOf: (name: string) => FrameColumn,
  spec: TargetSpec,
  { columns, task }: { readonly columns: readonly Column[]; readonly task: Target['task'] | undefined },
): Target {
  if (spec.labels === undefined) {
    if (task === 'multilabel')
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${spec.column}" is one column; several labels need several.`,
        remedy: 'Name the columns of the labels (--target a,b,c).',
      });
    const type = columns.find(({ name }) => name === spec.column)?.type ?? 'text';
    return readTarget(columnOf(spec.column), type, spec, task);
  }
  const { labels } = spec;
  if (labels.length > MOST_LABELS || new Set(labels).size < labels.length)
    throw new AppError('INVALID_ARGUMENT', {
      message:
        labels.length > MOST_LABELS
          ? `${labels.length} labels are more than the ${MOST_LABELS} that are predicted together.`
          : 'A label is named twice.',
      remedy: 'Name fewer columns, each once.',
    });
  const answers = labels.map((name) => labelColumn(columnOf(name), name));
  for (const [k, values] of answers.entries()) requireBoth(values, labels[k] ?? '');
  return { task: 'multilabel', classes: labels, values: packLabels(answers) };
}

function requireBoth(values: Float64Array, name: string): void {
  const [hasNo, hasYes] = [values.includes(0), values.includes(1)];
  if (hasNo && hasYes) return;
  throw new AppError('BAD_INPUT', {
    message: `The label "${name}" is ${hasYes ? 'always 1' : hasNo ? 'always 0' : 'missing in every row'}; there is nothing to learn.`,
    remedy: 'Leave this label out.',
    kept: 'The dataset is as it was.',
  });
}
