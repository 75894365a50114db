import { type FillFactors, type PaddedMatrix, upToFour, weightedCrosses } from './dense-products.ts';
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
  /** Every cell, where none is left out. */
  readonly full: PaddedMatrix | null;
  /** Otherwise the cells that are not zero: those of row r lie from `starts[r]` to `starts[r + 1]`. */
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
      filled[column] = (filled[column] ?? 0) + Number(value !== 0);
      sums[column] = (sums[column] ?? 0) + w * value;
    }
  }
  const means = sums.map((sum) => sum / totalWeight);
  const middles = hasIntercept ? means : new Float64Array(columns);
  for (let row = 0, at = 0; row < rows; row++) {
    const w = weight[row] ?? 0;
    for (let column = 0; column < columns; column++, at++) {
      const away = (values[at] ?? 0) - (middles[column] ?? 0);
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
  const shape = { rows, columns: columns + offset, hasIntercept: hasItsColumn, centers, scales, isEmpty };
  if (cells === rows * shape.columns) {
    const width = upToFour(shape.columns);
    const all = new Float64Array(upToFour(rows) * width);
    const factors = scales.map((scale) => 1 / scale);
    for (let row = 0, at = 0; row < rows; row++) {
      let place = row * width;
      if (hasItsColumn) all[place++] = 1;
      for (let column = 0; column < columns; column++, at++, place++)
        all[place] = ((values[at] ?? 0) - (centers[column] ?? 0)) * (factors[column] ?? 1);
    }
    return { ...shape, full: { rows: upToFour(rows), width, values: all }, ...NO_CELLS };
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
  return { ...shape, full: null, starts, indices: indices.subarray(0, to), values: kept.subarray(0, to) };
}

const NO_CELLS = { starts: new Uint32Array(), indices: new Uint32Array(), values: new Float64Array() };

/** Some columns of a design, zeros included. */
export function chosenColumns(design: WorkingDesign, chosen: readonly number[]): PaddedMatrix {
  const { rows, columns, full, starts, indices, values } = design;
  const width = upToFour(chosen.length);
  const into = new Float64Array(upToFour(rows) * width);
  if (full) {
    for (let row = 0; row < rows; row++)
      for (const [place, j] of chosen.entries()) into[row * width + place] = full.values[row * full.width + j] ?? 0;
    return { rows: upToFour(rows), width, values: into };
  }
  const placeOf = new Int32Array(columns).fill(-1);
  for (const [place, j] of chosen.entries()) placeOf[j] = place;
  for (let row = 0; row < rows; row++)
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      const place = placeOf[indices[at] ?? 0] ?? -1;
      if (place >= 0) into[row * width + place] = values[at] ?? 0;
    }
  return { rows: upToFour(rows), width, values: into };
}

/** X b, into `into`. */
export function timesVector(design: WorkingDesign, b: Float64Array, into: Float64Array): Float64Array {
  const { rows, columns, full, starts, indices, values } = design;
  if (full) {
    const { values: all, width } = full;
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let j = 0, at = row * width; j < columns; j++, at++) sum += (all[at] ?? 0) * (b[j] ?? 0);
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
  const { rows, columns, full, starts, indices, values } = design;
  const into = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const factor = r[row] ?? 0;
    if (factor === 0) continue;
    if (full) {
      const { values: all, width } = full;
      for (let j = 0, at = row * width; j < columns; j++, at++) into[j] = (into[j] ?? 0) + factor * (all[at] ?? 0);
      continue;
    }
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      const column = indices[at] ?? 0;
      into[column] = (into[column] ?? 0) + factor * (values[at] ?? 0);
    }
  }
  return into;
}

/** X' diag(q) X, row after row, both halves. */
export const weightedGram = (design: WorkingDesign, q: Float64Array): Float64Array =>
  design.full ? denseGram(design.full, q, design.columns) : sparseGram(design, q);

/** The same for each of several q. */
export function weightedGrams(design: WorkingDesign, fills: readonly FillFactors[]): Float64Array[] {
  const { rows, columns, full } = design;
  if (full) return weightedCrosses(full, rows, fills).map((lower) => wholeGram(lower, full.width, columns));
  const q = new Float64Array(rows);
  return fills.map((fill) => {
    fill(q, 0, 0, rows);
    return sparseGram(design, q);
  });
}

function sparseGram({ rows, columns, starts, indices, values }: WorkingDesign, q: Float64Array): Float64Array {
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

/** X' diag(q) X of the first columns of a padded matrix. */
export function denseGram(x: PaddedMatrix, q: Float64Array, columns: number): Float64Array {
  const fill: FillFactors = (factors, at, from, to) => factors.set(q.subarray(from, to), at);
  const [lower = new Float64Array()] = weightedCrosses(x, q.length, [fill]);
  return wholeGram(lower, x.width, columns);
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
