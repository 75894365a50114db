import { AppError } from '../../../shared/errors.ts';

/** Numbers row after row: `values[row * columns + column]`. */
export interface RowMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array | Float32Array;
}

/** What a linear model is fitted to. */
export interface LinearData {
  /** Rows of numbers, all of one length, or the same as one block. */
  readonly x: RowMatrix | readonly ArrayLike<number>[];
  readonly y: ArrayLike<number>;
  /** How much each row counts, zero or more; left out or null: once. */
  readonly weight?: ArrayLike<number> | null | undefined;
}

/** The same, checked: rows without weight are gone. */
export interface CheckedData {
  readonly x: RowMatrix;
  readonly y: Float64Array;
  readonly weight: Float64Array;
  readonly totalWeight: number;
}

const isBlock = (x: LinearData['x']): x is RowMatrix => 'values' in x && ArrayBuffer.isView(x.values);

/** One block of the rows. */
export function rowMatrix(x: LinearData['x']): RowMatrix {
  if (isBlock(x)) return x;
  const columns = x[0]?.length ?? 0;
  const values = new Float64Array(x.length * columns);
  for (const [row, cells] of x.entries()) {
    if (cells.length !== columns)
      throw wrong(`Row ${row} has ${cells.length} columns, the first one ${columns}.`, { row });
    values.set(cells, row * columns);
  }
  return { rows: x.length, columns, values };
}

const wrong = (message: string, details: Readonly<Record<string, unknown>>): AppError =>
  new AppError('BAD_INPUT', { message, remedy: 'Leave such rows out, or correct them.', details });

/**
 * Rows that count, as one block. Throws BAD_INPUT naming row, column and value for what is no number, for weights below
 * zero, for answers that `answers` refuses, and where no row is left.
 */
export function checkedData(
  { x, y, weight }: LinearData,
  answers: { readonly accepts: (value: number) => boolean; readonly rule: string } = ANY_ANSWER,
): CheckedData {
  const matrix = rowMatrix(x);
  const { rows, columns, values } = matrix;
  if (y.length !== rows) throw new RangeError(`There are ${y.length} answers for ${rows} rows.`);
  if (weight && weight.length !== rows) throw new RangeError(`There are ${weight.length} weights for ${rows} rows.`);
  let total = 0;
  let counting = 0;
  for (let row = 0; row < rows; row++) {
    const w = weight ? (weight[row] ?? Number.NaN) : 1;
    if (!(w >= 0 && w < Number.POSITIVE_INFINITY)) throw wrong(`Row ${row}: ${w} is no weight.`, { row, value: w });
    if (w === 0) continue;
    const answer = y[row] ?? Number.NaN;
    if (!answers.accepts(answer))
      throw wrong(`Row ${row}: the answer ${answer} ${answers.rule}.`, { row, value: answer });
    if (!isFiniteRow(values, row * columns, columns)) {
      const column = values.subarray(row * columns, (row + 1) * columns).findIndex((cell) => !Number.isFinite(cell));
      const value = values[row * columns + column] ?? Number.NaN;
      throw wrong(`Row ${row}, column ${column}: ${value} is no finite number.`, { row, column, value });
    }
    counting += 1;
    total += w;
  }
  if (counting === 0)
    throw new AppError('BAD_INPUT', { message: 'There is no row to learn from.', remedy: 'Use more rows.' });
  if (counting === rows)
    return {
      x: matrix,
      y: Float64Array.from(y),
      weight: weight ? Float64Array.from(weight) : new Float64Array(rows).fill(1),
      totalWeight: total,
    };
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) if (weight?.[row] !== 0) kept.push(row);
  const block = new Float64Array(counting * columns);
  for (const [to, row] of kept.entries()) block.set(values.subarray(row * columns, (row + 1) * columns), to * columns);
  return {
    x: { rows: counting, columns, values: block },
    y: Float64Array.from(kept, (row) => y[row] ?? Number.NaN),
    weight: Float64Array.from(kept, (row) => weight?.[row] ?? 1),
    totalWeight: total,
  };
}

function isFiniteRow(values: RowMatrix['values'], from: number, columns: number): boolean {
  let nothing = 0;
  // A finite number less itself is zero, any other no number.
  for (let at = from; at < from + columns; at++) nothing += (values[at] ?? Number.NaN) - (values[at] ?? Number.NaN);
  return nothing === 0;
}

export const ANY_ANSWER = { accepts: Number.isFinite, rule: 'is no finite number' };
export const ZERO_OR_ONE = { accepts: (value: number) => value === 0 || value === 1, rule: 'is neither 0 nor 1' };
export const COUNT = {
  accepts: (value: number) => value >= 0 && value < Number.POSITIVE_INFINITY,
  rule: 'is below zero or no number',
};
export const POSITIVE = {
  accepts: (value: number) => value > 0 && value < Number.POSITIVE_INFINITY,
  rule: 'is not above zero',
};
export const CLASS_INDEX = {
  accepts: (value: number) => Number.isInteger(value) && value >= 0,
  rule: 'is no index of a class',
};
