import type { ColumnType } from '../../../shared/contract/datasets.ts';
import type { TargetSpec, Task } from '../../../shared/contract/models.ts';
import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FrameColumn } from '../../compute/frame/frame.ts';

export interface Target {
  readonly task: Task;
  /** One a row of the column; NaN where the row has no answer. */
  readonly values: Float64Array;
  /** Labels by index; null for regression. */
  readonly classes: readonly string[] | null;
}

/** More classes than this are a mistake (an id, free text) rather than a task. */
const MOST_CLASSES = 200;
/** Whole numbers with this many distinct values or fewer are taken for classes. */
const FEW_NUMBERS = 10;

const labelOf = (value: number): string => String(Object.is(value, -0) ? 0 : value);

/** What a column asks to be predicted: the task that fits it and the answer of each row. */
export function readTarget(column: FrameColumn, type: ColumnType, spec: TargetSpec, wanted: Task | undefined): Target {
  if (spec.over !== null) {
    if (column.kind !== 'number')
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${spec.column}" holds text; "over ${spec.over}" needs numbers.`,
        remedy: 'Predict the column itself.',
      });
    const over = spec.over;
    return checked(
      {
        task: 'binary',
        classes: ['0', '1'],
        values: column.values.map((value) => (Number.isNaN(value) ? Number.NaN : Number(value > over))),
      },
      spec,
    );
  }
  const task = wanted ?? guessTask(column, type);
  if (task === 'regression') {
    if (column.kind !== 'number')
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${spec.column}" holds text, which cannot be a number to predict.`,
        remedy: 'Choose a column of numbers or another task.',
      });
    return checked(
      { task, classes: null, values: column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN)) },
      spec,
    );
  }
  const target = column.kind === 'text' ? classesOfText(column) : classesOfNumbers(column.values, type);
  const count = target.classes.length;
  if (count > MOST_CLASSES) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `"${spec.column}" has ${countText(count)} different values; that is no set of classes.`,
      remedy:
        column.kind === 'number'
          ? 'Predict the number, or whether it is over a bound.'
          : `Choose a column with ${MOST_CLASSES} classes or fewer.`,
    });
  }
  if (task === 'binary' && count !== 2)
    throw new AppError('INVALID_ARGUMENT', {
      message: `"${spec.column}" has ${count} classes, not two.`,
      remedy: 'Leave the task out, or choose multiclass.',
    });
  return checked({ task: wanted ?? (count === 2 ? 'binary' : 'multiclass'), ...target }, spec);
}

function guessTask(column: FrameColumn, type: ColumnType): Task {
  if (column.kind === 'text' || type === 'boolean') return 'multiclass';
  const distinct = new Set<number>();
  for (const value of column.values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) return 'regression';
    distinct.add(value);
    if (distinct.size > FEW_NUMBERS) return 'regression';
  }
  return 'multiclass';
}

function classesOfText(column: Extract<FrameColumn, { kind: 'text' }>): { classes: string[]; values: Float64Array } {
  const used = new Set<number>();
  for (const code of column.codes) if (code >= 0 && column.dictionary[code] !== '') used.add(code);
  const order = [...used].sort((a, b) => ((column.dictionary[a] ?? '') < (column.dictionary[b] ?? '') ? -1 : 1));
  const index = new Map(order.map((code, at) => [code, at]));
  return {
    classes: order.map((code) => column.dictionary[code] ?? ''),
    values: Float64Array.from(column.codes, (code) => index.get(code) ?? Number.NaN),
  };
}

function classesOfNumbers(values: Float64Array, type: ColumnType): { classes: string[]; values: Float64Array } {
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const index = new Map(distinct.map((value, at) => [value, at]));
  const name = (value: number): string => (type === 'boolean' ? String(value === 1) : labelOf(value));
  return { classes: distinct.map(name), values: values.map((value) => index.get(value) ?? Number.NaN) };
}

/** Throws BAD_INPUT when there is nothing to learn: no answer at all, one class, one value. */
function checked(target: Target, spec: TargetSpec): Target {
  let first = Number.NaN;
  let isConstant = true;
  let rows = 0;
  for (const value of target.values) {
    if (Number.isNaN(value)) continue;
    rows += 1;
    if (Number.isNaN(first)) first = value;
    else if (value !== first) isConstant = false;
  }
  const name = spec.over === null ? `"${spec.column}"` : `"${spec.column} > ${spec.over}"`;
  if (rows === 0)
    throw new AppError('BAD_INPUT', {
      message: `The target ${name} is missing in every row.`,
      remedy: 'Choose another target, or import the labels.',
      kept: 'The dataset is as it was.',
    });
  if (isConstant) {
    const what = target.classes === null ? `always ${first}` : `always "${target.classes[first] ?? first}"`;
    throw new AppError('BAD_INPUT', {
      message: `The target ${name} is ${what} (${countText(rows)} ${rows === 1 ? 'row' : 'rows'}); there is nothing to learn.`,
      remedy: 'Choose another target or another bound.',
      kept: 'The dataset is as it was.',
    });
  }
  return target;
}
