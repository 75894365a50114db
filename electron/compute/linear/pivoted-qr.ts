import { dot } from './dot.ts';
/** A triangular factor of a matrix whose columns were put in order of what they add. */
export interface PivotedQr {
  readonly rank: number;
  readonly columns: number;
  /** `order[k]` is the column at place k. */
  readonly order: Uint32Array;
  /** R, row after row, `rank` rows of `columns` cells, in the order of places. */
  readonly upper: Float64Array;
  /** The first `rank` parts of Q' times the right side. */
  readonly projected: Float64Array;
}

/** A column that adds less than this share of the largest adds rounding noise. */
const DEPENDENT = 1e-11;

/**
 * Householder's QR decomposition with column pivoting (Golub and Van Loan, algorithm 5.4.1), right side included. `columns`
 * and `right` are overwritten. Ends at the numerical rank.
 */
export function pivotedQr(columns: Float64Array[], right: Float64Array): PivotedQr {
  const rows = right.length;
  const count = columns.length;
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const norms = columns.map((column) => squaredFrom(column, 0));
  const exact = [...norms];
  const largest = Math.max(0, ...norms);
  let rank = 0;
  while (rank < Math.min(rows, count)) {
    let best = rank;
    for (let j = rank + 1; j < count; j++) if ((norms[j] ?? 0) > (norms[best] ?? 0)) best = j;
    swap(columns, rank, best);
    swap(norms, rank, best);
    swap(exact, rank, best);
    [order[rank], order[best]] = [order[best] ?? 0, order[rank] ?? 0];
    const column = columns[rank];
    if (column === undefined) break;
    const norm = Math.sqrt(squaredFrom(column, rank));
    if (norm <= DEPENDENT * Math.sqrt(largest)) break;
    // The reflector v = x - alpha e1, alpha with the sign that adds.
    const head = column[rank] ?? 0;
    const alpha = head > 0 ? -norm : norm;
    column[rank] = head - alpha;
    const length = squaredFrom(column, rank);
    for (const other of [...columns.slice(rank + 1), right]) {
      let dot = 0;
      for (let i = rank; i < rows; i++) dot += (column[i] ?? 0) * (other[i] ?? 0);
      const factor = (2 * dot) / length;
      for (let i = rank; i < rows; i++) other[i] = (other[i] ?? 0) - factor * (column[i] ?? 0);
    }
    column[rank] = alpha;
    rank += 1;
    for (let j = rank; j < count; j++) {
      const part = columns[j]?.[rank - 1] ?? 0;
      const rest = (norms[j] ?? 0) - part * part;
      // A difference of near equals says nothing: measured again.
      const isReliable = rest > 1e-6 * (exact[j] ?? 0);
      norms[j] = isReliable ? rest : squaredFrom(columns[j] ?? new Float64Array(), rank);
      if (!isReliable) exact[j] = norms[j] ?? 0;
    }
  }
  const upper = new Float64Array(rank * count);
  for (let i = 0; i < rank; i++) for (let j = i; j < count; j++) upper[i * count + j] = columns[j]?.[i] ?? 0;
  return { rank, columns: count, order, upper, projected: right.slice(0, rank) };
}

function squaredFrom(column: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < column.length; i++) sum += (column[i] ?? 0) ** 2;
  return sum;
}

function swap<T>(list: T[], i: number, j: number): void {
  const [a, b] = [list[i], list[j]];
  if (i === j || a === undefined || b === undefined) return;
  list[i] = b;
  list[j] = a;
}

/**
 * The solution of least squared error; of several the one for which the sum of (scale * part) squared is smallest. `scales`
 * are by column: an entry of the answer times its scale is what is kept small.
 */
export function smallestSolution(qr: PivotedQr, scales: ArrayLike<number>): Float64Array {
  const { rank, columns, order, upper, projected } = qr;
  const solution = new Float64Array(columns);
  if (rank === columns) {
    const z = backSubstitute(upper, columns, projected);
    for (let k = 0; k < columns; k++) solution[order[k] ?? 0] = z[k] ?? 0;
    return solution;
  }
  // R b = c has many solutions; with u = scale * b it is T u = c, T = R / scale, whose smallest one lies in the rows of T.
  const transposed = Array.from({ length: rank }, (_, i) =>
    Float64Array.from({ length: columns }, (__, k) => (upper[i * columns + k] ?? 0) / (scales[order[k] ?? 0] ?? 1)),
  );
  const u = smallestOfRows(transposed, projected);
  for (let k = 0; k < columns; k++) solution[order[k] ?? 0] = (u[k] ?? 0) / (scales[order[k] ?? 0] ?? 1);
  return solution;
}

/** The shortest u with `rows` u = right, for independent rows: Gram-Schmidt, twice for every digit. */
function smallestOfRows(rows: readonly Float64Array[], right: Float64Array): Float64Array {
  const length = rows[0]?.length ?? 0;
  const basis: Float64Array[] = [];
  const answer = new Float64Array(length);
  for (const [i, row] of rows.entries()) {
    const direction = row.slice();
    for (let pass = 0; pass < 2; pass++) for (const unit of basis) subtract(direction, unit, dot(direction, unit));
    const size = Math.sqrt(dot(direction, direction));
    if (size === 0) continue;
    for (let k = 0; k < length; k++) direction[k] = (direction[k] ?? 0) / size;
    const missing = (right[i] ?? 0) - dot(row, answer);
    subtract(answer, direction, -missing / dot(row, direction));
    basis.push(direction);
  }
  return answer;
}

function subtract(from: Float64Array, what: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] ?? 0) - factor * (what[i] ?? 0);
}

/** Solves R z = c for an upper triangle of `size`. */
export function backSubstitute(upper: Float64Array, size: number, right: ArrayLike<number>): Float64Array {
  const z = Float64Array.from({ length: size }, (_, i) => right[i] ?? 0);
  for (let i = size - 1; i >= 0; i--) {
    let sum = z[i] ?? 0;
    for (let j = i + 1; j < size; j++) sum -= (upper[i * size + j] ?? 0) * (z[j] ?? 0);
    z[i] = sum / (upper[i * size + i] ?? 1);
  }
  return z;
}
