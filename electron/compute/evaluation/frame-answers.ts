import type { ModelTask, TargetSpec } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Frame, frameColumn } from '../frame/frame.ts';
import { labelColumn, packLabels } from '../train/label-sets.ts';

/** What a model was asked to predict. */
export interface AskedModel {
  readonly task: ModelTask;
  readonly target: TargetSpec;
  readonly classes: readonly string[] | null;
}

/** Class index or value of each row; NaN where there is none, it is infinite, or the class was never trained. */
export function answersOf(frame: Frame, { task, target, classes }: AskedModel): Float64Array {
  if (target.labels) return packLabels(target.labels.map((name) => labelColumn(frameColumn(frame, name), name)));
  const column = frameColumn(frame, target.column);
  if (target.over !== null || task === 'regression') {
    if (column.kind === 'text') {
      // A column of nothing has no type of its own.
      if (column.codes.every((code) => code < 0)) return new Float64Array(frame.rows).fill(Number.NaN);
      throw new AppError('BAD_INPUT', {
        message: `"${target.column}" holds text here; the model was trained on numbers.`,
        remedy: 'Import it as a number.',
      });
    }
    const { over } = target;
    return over === null
      ? column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN))
      : column.values.map((value) => (Number.isNaN(value) ? Number.NaN : Number(value > over)));
  }
  const index = new Map(classes?.map((label, at) => [label, at]));
  if (column.kind === 'text') {
    const codes = column.dictionary.map((word) => index.get(word) ?? Number.NaN);
    return Float64Array.from(column.codes, (code) => codes[code] ?? Number.NaN);
  }
  return column.values.map(
    (value) => index.get(String(value)) ?? index.get(value === 1 ? 'true' : 'false') ?? Number.NaN,
  );
}
