import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { frameColumn } from '../frame/frame.ts';
import type { LabelledRows, TrainingData } from './estimator.ts';

/** Names of what a model answers; an input of that name could not be told from it. */
export const ANSWER_NAMES: readonly string[] = ['label', 'probabilities', 'prediction'];

/** Answers and weights larger than this have squares, or sums, that no float can hold. */
export const LARGEST_LEARNT = 1e18;

/**
 * What every estimator may rely on: a column to learn from, answers that are numbers and not all alike, weights of which
 * some are positive, columns of the kind they say. Throws BAD_INPUT or INVALID_ARGUMENT naming row and value.
 */
export function requireFitData(data: TrainingData): void {
  if (data.columns.length === 0)
    throw new AppError('BAD_INPUT', {
      message: 'There is no column to learn from.',
      remedy: 'Include at least one column.',
    });
  for (const { name } of data.columns) {
    if (name !== '' && !ANSWER_NAMES.includes(name)) continue;
    throw new AppError('INVALID_ARGUMENT', {
      message: name === '' ? 'A column has no name.' : `The column "${name}" has the name of an answer of the model.`,
      remedy: 'Rename the column, or leave it out.',
      details: { column: name },
    });
  }
  requireRows(data, data.train, 'training');
  requireRows(data, data.validation, 'validation');
  requireVariety(data);
}

function requireRows({ task, columns, classes }: TrainingData, rows: LabelledRows, part: string): void {
  const wrong = (row: number, what: string, value: number): AppError =>
    new AppError('BAD_INPUT', {
      message: `Row ${row} of the ${part} rows: ${what} ${value}.`,
      remedy: 'Leave such rows out, or correct them.',
      kept: 'The dataset is as it was.',
      details: { row, value: String(value) },
    });
  for (const [row, target] of rows.targets.entries()) {
    if (task === 'multilabel') {
      if (!Number.isInteger(target)) throw wrong(row, 'no label is known:', target);
    } else if (classes === null) {
      if (!(Math.abs(target) <= LARGEST_LEARNT)) throw wrong(row, 'the answer cannot be learnt:', target);
    } else if (!Number.isInteger(target) || target < 0 || target >= classes.length)
      throw wrong(row, `the answer is none of the ${classes.length} classes:`, target);
  }
  for (const [row, weight] of rows.weights?.entries() ?? [])
    if (!(weight >= 0 && weight <= LARGEST_LEARNT)) throw wrong(row, 'a weight cannot be', weight);
  for (const { name } of columns) {
    if (rows.features.images?.has(name)) continue;
    const column = frameColumn(rows.features, name);
    const length = column.kind === 'number' ? column.values.length : column.codes.length;
    if (length !== rows.targets.length)
      throw new RangeError(`Column "${name}" has ${length} rows, the answers ${rows.targets.length}.`);
  }
}

/** At least two different answers among training rows that count. */
function requireVariety({ train, classes }: TrainingData): void {
  let first = Number.NaN;
  for (const [row, target] of train.targets.entries()) {
    if (train.weights && !((train.weights[row] ?? 0) > 0)) continue;
    if (Number.isNaN(first)) first = target;
    else if (target !== first) return;
  }
  const rows = train.targets.length;
  throw new AppError('BAD_INPUT', {
    message: Number.isNaN(first)
      ? `There is nothing to learn from: ${rows === 0 ? 'no training row' : `none of the ${countText(rows)} training rows has a weight above zero`}.`
      : `All ${countText(rows)} training rows have the same answer, "${classes?.[first] ?? first}".`,
    remedy: 'Change the split, use more rows, or choose another target.',
    kept: 'The dataset is as it was.',
  });
}
