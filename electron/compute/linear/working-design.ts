import { type PaddedMatrix, padded, weightedCross } from './dense-products.ts';
import type { CheckedData } from './linear-data.ts';

/** Columns with a larger share of cells that are not zero are centred; others keep their zeros. */
const DENSE = 0.5;
/** A column whose spread is this small beside its size is constant. */
const CONSTANT = 1e-13;

/**
 * The columns as solvers see them: an intercept first (where there is one), columns that are mostly filled centred at their
 * weighted mean, all scaled to a weighted mean square of one, constant ones empty. Solvers are then independent of units;
 * penalties are told what a column's scale is.
 */
export interface WorkingDesign {
  readonly rows: number;
  /** With the intercept. */
  readonly columns: number;
  readonly hasIntercept: boolean;
  /** Of the original columns. */
  readonly centers: Float64Array;
  readonly scales: Float64Array;
  /** 1 for an original column without spread: it has no cells. */
  readonly isEmpty: Uint8Array;
  /** Cells that are not zero: those of row r lie from `starts[r]` to `starts[r + 1]`. */
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float64Array;
}

export function workingDesign(
  { x, weight, totalWeight }: CheckedData,
  {
    hasIntercept,
    isAllCentred = false,
    hasItsColumn = hasIntercept,
  }: {
    readonly hasIntercept: boolean;
    readonly isAllCentred?: boolean;
    /** False where columns are centred as beside an intercept that falls out of the problem. */
    readonly hasItsColumn?: boolean;
  },
): WorkingDesign {
  const { rows, columns, values } = x;
  const [sums, squares, filled] = [new Float64Array(columns), new Float64Array(columns), new Uint32Array(columns)];
  for (let row = 0, at = 0; row < rows; row++) {
    const w = weight[row] ?? 0;
    for (let column = 0; column < columns; column++, at++) {
      const value = values[at] ?? 0;
      if (value === 0) continue;
      filled[column] = (filled[column] ?? 0) + 1;
      sums[column] = (sums[column] ?? 0) + w * value;
    }
  }
  const means = sums.map((sum) => sum / totalWeight);
  for (let row = 0, at = 0; row < rows; row++) {
    const w = weight[row] ?? 0;
    for (let column = 0; column < columns; column++, at++) {
      const away = (values[at] ?? 0) - (hasIntercept ? (means[column] ?? 0) : 0);
      squares[column] = (squares[column] ?? 0) + w * away * away;
    }
  }
  const centers = new Float64Array(columns);
  const scales = new Float64Array(columns);
  const isEmpty = new Uint8Array(columns);
  const offset = Number(hasItsColumn);
  let cells = offset * rows;
  for (let column = 0; column < columns; column++) {
    const mean = means[column] ?? 0;
    const spread = Math.sqrt((squares[column] ?? 0) / totalWeight);
    const hasNoSpread = hasIntercept ? spread <= CONSTANT * Math.abs(mean) : spread === 0;
    const isCentred = hasIntercept && (isAllCentred || (filled[column] ?? 0) > DENSE * rows);
    centers[column] = isCentred && !hasNoSpread ? mean : 0;
    scales[column] = hasNoSpread ? 1 : isCentred ? spread : Math.sqrt(spread ** 2 + (hasIntercept ? mean ** 2 : 0));
    isEmpty[column] = Number(hasNoSpread);
    cells += hasNoSpread ? 0 : isCentred ? rows : (filled[column] ?? 0);
  }
  const starts = new Uint32Array(rows + 1);
  const indices = new Uint32Array(cells);
  const kept = new Float64Array(cells);
  let to = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    if (hasItsColumn) {
      kept[to] = 1;
      to += 1;
    }
    for (let column = 0; column < columns; column++, at++) {
      if (isEmpty[column]) continue;
      const center = centers[column] ?? 0;
      const value = values[at] ?? 0;
      if (value === 0 && center === 0) continue;
      indices[to] = column + offset;
      kept[to] = (value - center) / (scales[column] ?? 1);
      to += 1;
    }
    starts[row + 1] = to;
  }
  return {
    rows,
    columns: columns + offset,
    hasIntercept: hasItsColumn,
    centers,
    scales,
    isEmpty,
    starts,
    indices: indices.subarray(0, to),
    values: kept.subarray(0, to),
  };
}

/** Whether every cell is there: then row r's are the `columns` from r * columns on. */
const isFull = ({ rows, columns, values }: WorkingDesign): boolean => values.length === rows * columns;

const fullRows = new WeakMap<WorkingDesign, PaddedMatrix>();

/** The design as one block for products of matrices; null where it has zeros that are left out. */
export function denseRows(design: WorkingDesign): PaddedMatrix | null {
  if (!isFull(design)) return null;
  const known = fullRows.get(design) ?? padded(design.values, design.rows, design.columns);
  fullRows.set(design, known);
  return known;
}

/** X b, into `into`. */
export function timesVector(design: WorkingDesign, b: Float64Array, into: Float64Array): Float64Array {
  const { rows, columns, starts, indices, values } = design;
  if (isFull(design)) {
    for (let row = 0, at = 0; row < rows; row++) {
      let sum = 0;
      for (let j = 0; j < columns; j++, at++) sum += (values[at] ?? 0) * (b[j] ?? 0);
      into[row] = sum;
    }
    return into;
  }
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    const end = starts[row + 1] ?? 0;
    for (let at = starts[row] ?? 0; at < end; at++) sum += (values[at] ?? 0) * (b[indices[at] ?? 0] ?? 0);
    into[row] = sum;
  }
  return into;
}

/** X' r. */
export function transposedTimes(design: WorkingDesign, r: Float64Array): Float64Array {
  const { rows, columns, starts, indices, values } = design;
  const into = new Float64Array(columns);
  const isWhole = isFull(design);
  for (let row = 0; row < rows; row++) {
    const factor = r[row] ?? 0;
    if (factor === 0) continue;
    const [start, end] = [starts[row] ?? 0, starts[row + 1] ?? 0];
    if (isWhole) for (let j = 0; j < columns; j++) into[j] = (into[j] ?? 0) + factor * (values[start + j] ?? 0);
    else
      for (let at = start; at < end; at++) {
        const column = indices[at] ?? 0;
        into[column] = (into[column] ?? 0) + factor * (values[at] ?? 0);
      }
  }
  return into;
}

/** X' diag(q) X, row after row, both halves. */
export function weightedGram(design: WorkingDesign, q: Float64Array): Float64Array {
  const { rows, columns, starts, indices, values } = design;
  const full = denseRows(design);
  if (full) return wholeGram(weightedCross(full, q), full.width, columns);
  const gram = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row++) {
    const factor = q[row] ?? 0;
    if (factor === 0) continue;
    const [start, end] = [starts[row] ?? 0, starts[row + 1] ?? 0];
    for (let at = start; at < end; at++) {
      const line = (indices[at] ?? 0) * columns;
      const scaled = factor * (values[at] ?? 0);
      for (let before = start; before <= at; before++) {
        const cell = line + (indices[before] ?? 0);
        gram[cell] = (gram[cell] ?? 0) + scaled * (values[before] ?? 0);
      }
    }
  }
  return mirrored(gram, columns);
}

/** Both halves of the columns that count, from the lower half with padding. */
function wholeGram(lower: Float64Array, width: number, columns: number): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) gram.set(lower.subarray(i * width, i * width + i + 1), i * columns);
  return mirrored(gram, columns);
}

/** The upper half from the lower. */
function mirrored(gram: Float64Array, columns: number): Float64Array {
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) gram[j * columns + i] = gram[i * columns + j] ?? 0;
  return gram;
}

/** Coefficients and intercept of the original columns. */
export function toOriginal(
  { hasIntercept, centers, scales }: WorkingDesign,
  b: ArrayLike<number>,
): { readonly coefficients: Float64Array; readonly intercept: number } {
  const offset = Number(hasIntercept);
  const coefficients = scales.map((scale, column) => (b[column + offset] ?? 0) / scale);
  let intercept = hasIntercept ? (b[0] ?? 0) : 0;
  for (const [column, coefficient] of coefficients.entries()) intercept -= coefficient * (centers[column] ?? 0);
  return { coefficients, intercept };
}

/** Standard errors of the original columns, the intercept first, from a covariance of working coefficients. */
export function originalErrors({ hasIntercept, centers, scales, columns }: WorkingDesign, covariance: Float64Array) {
  const offset = Number(hasIntercept);
  const errors = new Float64Array(columns);
  for (const [column, scale] of scales.entries()) {
    const at = column + offset;
    errors[at] = Math.sqrt(covariance[at * columns + at] ?? Number.NaN) / scale;
  }
  if (hasIntercept) {
    const direction = Float64Array.from({ length: columns }, (_, i) =>
      i === 0 ? 1 : -(centers[i - 1] ?? 0) / (scales[i - 1] ?? 1),
    );
    let variance = 0;
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++)
        variance += (direction[i] ?? 0) * (covariance[i * columns + j] ?? 0) * (direction[j] ?? 0);
    errors[0] = Math.sqrt(variance);
  }
  return errors;
}
