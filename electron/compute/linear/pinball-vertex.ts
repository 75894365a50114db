import { seededRandom } from '../train/seeded-random.ts';
import type { InteriorEnd, PinballRows } from './pinball-interior.ts';

/** More work than this (rows x columns x steps) is not done to find the corner. */
const MOST_WORK = 4e9;
/** Ties are broken by moving answers this little: far below what the data can tell. */
const NUDGE = 1e-11;
const OUT_OF_BOUNDS = 1e-9;

/**
 * The corner of the linear program nearest to a point inside, and from there the best one: rows with free multipliers make
 * the first basis; while a multiplier of the basis is out of its bounds its row leaves, the residuals move along an edge to
 * the weighted median of where they change sign (Koenker and d'Orey 1987). Null where it would take too long, or no basis
 * exists.
 */
export function toVertex(problem: PinballRows, { b: near, freedom }: InteriorEnd): { readonly b: Float64Array } | null {
  const { rows, x } = problem;
  const basis = firstBasis(problem, near, freedom);
  if (basis === null) return null;
  const { members, used } = basis;
  const size = members.length;
  const random = seededRandom(1);
  const y = problem.y.map((value) => value + NUDGE * (random() - 0.5));
  const cell = (row: number, j: number): number => x[row * problem.columns + (used[j] ?? 0)] ?? 0;
  let inverse = inverseOf(members, size, cell);
  if (inverse === null) return null;
  const isIn = new Uint8Array(rows);
  for (const row of members) isIn[row] = 1;
  const above = problem.above;
  const below = problem.below;
  const residual = new Float64Array(rows);
  const point = new Float64Array(size);
  const place = (): void => {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += (inverse?.[j * size + k] ?? 0) * (y[members[k] ?? 0] ?? 0);
      point[j] = sum;
    }
    for (let row = 0; row < rows; row++) {
      let sum = y[row] ?? 0;
      for (let j = 0; j < size; j++) sum -= cell(row, j) * (point[j] ?? 0);
      residual[row] = isIn[row] ? 0 : sum;
    }
  };
  place();
  const sums = new Float64Array(size);
  const rates = new Float64Array(rows);
  const most = Math.max(50, Math.min(200 * size + 2 * rows, Math.floor(MOST_WORK / (rows * size))));
  for (let step = 0; step < most; step++) {
    if (step % 40 === 39) {
      inverse = inverseOf(members, size, cell);
      if (inverse === null) return null;
      place();
    }
    // Multipliers of the basis balance those of all other rows.
    sums.fill(0);
    for (let row = 0; row < rows; row++) {
      if (isIn[row]) continue;
      const multiplier = (residual[row] ?? 0) >= 0 ? (above[row] ?? 0) : -(below[row] ?? 0);
      for (let j = 0; j < size; j++) sums[j] = (sums[j] ?? 0) + multiplier * cell(row, j);
    }
    let [leaving, side, worst, slope] = [-1, 0, OUT_OF_BOUNDS, 0];
    for (let k = 0; k < size; k++) {
      let multiplier = 0;
      for (let j = 0; j < size; j++) multiplier -= (inverse[j * size + k] ?? 0) * (sums[j] ?? 0);
      const row = members[k] ?? 0;
      const [high, low] = [multiplier - (above[row] ?? 0), -(below[row] ?? 0) - multiplier];
      if (Math.max(high, low) <= worst) continue;
      [leaving, side, worst] = [k, high > low ? 1 : -1, Math.max(high, low)];
      slope = -worst;
    }
    if (leaving < 0) return exactPoint(problem, { members, used, inverse });
    // The leaving row's residual grows on its side; the point moves along a column of the inverse.
    const turns: { readonly at: number; readonly row: number }[] = [];
    for (let row = 0; row < rows; row++) {
      if (isIn[row]) continue;
      let rate = 0;
      for (let j = 0; j < size; j++) rate += cell(row, j) * (inverse[j * size + leaving] ?? 0);
      rate *= side;
      rates[row] = rate;
      const r = residual[row] ?? 0;
      if (Math.abs(rate) > 1e-12 && (r >= 0 ? rate < 0 : rate > 0)) turns.push({ at: -r / rate, row });
    }
    turns.sort((one, other) => one.at - other.at);
    let entering = -1;
    let length = 0;
    for (const { at, row } of turns) {
      slope += Math.abs(rates[row] ?? 0) * ((above[row] ?? 0) + (below[row] ?? 0));
      if (slope < 0) continue;
      [entering, length] = [row, at];
      break;
    }
    if (entering < 0) return null;
    const left = members[leaving] ?? 0;
    for (let row = 0; row < rows; row++)
      if (!isIn[row]) residual[row] = (residual[row] ?? 0) + length * (rates[row] ?? 0);
    residual[left] = side * length;
    residual[entering] = 0;
    isIn[left] = 0;
    isIn[entering] = 1;
    members[leaving] = entering;
    inverse = exchanged(inverse, {
      size,
      leaving,
      row: Float64Array.from({ length: size }, (_, j) => cell(entering, j)),
    });
  }
  return null;
}

/** Rows whose multipliers are freest, as far as they are independent; columns that no row needs are left out. */
function firstBasis({ rows, columns, x, y }: PinballRows, near: Float64Array, freedom: Float64Array) {
  const distance = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = y[row] ?? 0;
    for (let j = 0; j < columns; j++) sum -= (x[row * columns + j] ?? 0) * (near[j] ?? 0);
    distance[row] = Math.abs(sum);
  }
  const order = Uint32Array.from({ length: rows }, (_, i) => i).sort(
    (i, j) => (freedom[j] ?? 0) - (freedom[i] ?? 0) || (distance[i] ?? 0) - (distance[j] ?? 0),
  );
  const members: number[] = [];
  const used: number[] = [];
  const reduced: Float64Array[] = [];
  for (const row of order) {
    if (members.length === columns) break;
    const rest = x.slice(row * columns, (row + 1) * columns);
    const before = rest.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [k, line] of reduced.entries()) {
      const factor = rest[used[k] ?? 0] ?? 0;
      if (factor !== 0) for (let j = 0; j < columns; j++) rest[j] = (rest[j] ?? 0) - factor * (line[j] ?? 0);
    }
    let pivot = -1;
    for (let j = 0; j < columns; j++)
      if (!used.includes(j) && Math.abs(rest[j] ?? 0) > Math.max(1e-9 * before, Math.abs(rest[pivot] ?? 0))) pivot = j;
    if (pivot < 0) continue;
    const scale = rest[pivot] ?? 1;
    for (let j = 0; j < columns; j++) rest[j] = (rest[j] ?? 0) / scale;
    for (const line of reduced) {
      const factor = line[pivot] ?? 0;
      if (factor !== 0) for (let j = 0; j < columns; j++) line[j] = (line[j] ?? 0) - factor * (rest[j] ?? 0);
    }
    members.push(row);
    used.push(pivot);
    reduced.push(rest);
  }
  return members.length === 0 ? null : { members, used };
}

/** Inverse of the basis by Gauss and Jordan with pivoting; null where it is singular. Rows of the basis are rows. */
function inverseOf(
  members: readonly number[],
  size: number,
  cell: (row: number, j: number) => number,
): Float64Array | null {
  const width = 2 * size;
  const work = new Float64Array(size * width);
  for (const [k, row] of members.entries()) {
    for (let j = 0; j < size; j++) work[k * width + j] = cell(row, j);
    work[k * width + size + k] = 1;
  }
  for (let j = 0; j < size; j++) {
    let best = j;
    for (let k = j + 1; k < size; k++)
      if (Math.abs(work[k * width + j] ?? 0) > Math.abs(work[best * width + j] ?? 0)) best = k;
    const pivot = work[best * width + j] ?? 0;
    if (Math.abs(pivot) < 1e-300) return null;
    if (best !== j)
      for (let i = 0; i < width; i++) {
        const kept = work[j * width + i] ?? 0;
        work[j * width + i] = work[best * width + i] ?? 0;
        work[best * width + i] = kept;
      }
    for (let i = 0; i < width; i++) work[j * width + i] = (work[j * width + i] ?? 0) / pivot;
    for (let k = 0; k < size; k++) {
      const factor = work[k * width + j] ?? 0;
      if (k === j || factor === 0) continue;
      for (let i = 0; i < width; i++)
        work[k * width + i] = (work[k * width + i] ?? 0) - factor * (work[j * width + i] ?? 0);
    }
  }
  const inverse = new Float64Array(size * size);
  for (let k = 0; k < size; k++) inverse.set(work.subarray(k * width + size, (k + 1) * width), k * size);
  return inverse;
}

/** The inverse after one row of the basis was replaced (Sherman and Morrison). */
function exchanged(
  inverse: Float64Array,
  { size, leaving, row }: { readonly size: number; readonly leaving: number; readonly row: Float64Array },
): Float64Array {
  const product = new Float64Array(size);
  for (let k = 0; k < size; k++)
    for (let j = 0; j < size; j++) product[k] = (product[k] ?? 0) + (row[j] ?? 0) * (inverse[j * size + k] ?? 0);
  const pivot = product[leaving] ?? 1;
  const next = inverse.slice();
  for (let j = 0; j < size; j++) {
    const part = (inverse[j * size + leaving] ?? 0) / pivot;
    for (let k = 0; k < size; k++)
      if (k !== leaving) next[j * size + k] = (next[j * size + k] ?? 0) - part * (product[k] ?? 0);
    next[j * size + leaving] = part;
  }
  return next;
}

/** The corner with the answers as they are. */
function exactPoint(
  { columns, x, y }: PinballRows,
  { members, used, inverse }: { members: readonly number[]; used: readonly number[]; inverse: Float64Array },
): { readonly b: Float64Array } {
  const size = members.length;
  const b = new Float64Array(columns);
  const residual = Float64Array.from(members, (row) => y[row] ?? 0);
  // Twice: the second pass brings back the digits the inverse lost.
  for (let pass = 0; pass < 2; pass++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += (inverse[j * size + k] ?? 0) * (residual[k] ?? 0);
      b[used[j] ?? 0] = (b[used[j] ?? 0] ?? 0) + sum;
    }
    for (const [k, row] of members.entries()) {
      let sum = y[row] ?? 0;
      for (let j = 0; j < columns; j++) sum -= (x[row * columns + j] ?? 0) * (b[j] ?? 0);
      residual[k] = sum;
    }
  }
  return { b };
}
