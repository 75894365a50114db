import { cholesky, choleskySolve, scaledFactor } from './cholesky.ts';

/** Half b'Gb - g'b + sum of l1 |b|: every lasso, elastic net and step of a penalised Newton method. */
export interface QuadraticL1 {
  readonly size: number;
  /** Column j of the symmetric, positive semidefinite G. */
  column(j: number): Float64Array;
  readonly diagonal: Float64Array;
  readonly linear: Float64Array;
  /** Of each part; 0 where it is free. */
  readonly l1: Float64Array;
  /**
   * The square of what b explains (y'y where G = X'X and g = X'y): with it the duality gap is known and can end the sweeps.
   * Null where it is not: then optimality conditions do.
   */
  readonly square: number | null;
}

/**
 * Where the smallest value is reached by many points, the one among them with the smallest sum of metric times b squared.
 * Only ties are touched: a solution that is the only one comes back as it is.
 */
export function breakTies(problem: QuadraticL1, b: Float64Array, metric: Float64Array): Float64Array {
  const { size, l1, diagonal } = problem;
  const gradient = gradientAt(problem, b);
  // Every part that may differ from zero at a smallest point.
  const tied = [...b.keys()].filter(
    (j) => (diagonal[j] ?? 0) > 0 && Math.abs(gradient[j] ?? 0) >= (l1[j] ?? 0) * TIED - 1e-300,
  );
  if (tied.length > MOST_ACTIVE) return b;
  const gram = new Float64Array(tied.length ** 2);
  for (const [i, row] of tied.entries()) {
    const column = problem.column(row);
    for (const [k, other] of tied.entries()) gram[i * tied.length + k] = column[other] ?? 0;
  }
  if (scaledFactor(gram, tied.length).factor.skipped.length === 0) return b;
  let most = 0;
  for (const j of tied) most = Math.max(most, (metric[j] ?? 0) / (diagonal[j] ?? 1));
  const little = metric.map((value) => (value * TIE) / most);
  const nudged: QuadraticL1 = {
    ...problem,
    column: (j) => {
      const column = problem.column(j).slice();
      column[j] = (column[j] ?? 0) + (little[j] ?? 0);
      return column;
    },
    diagonal: diagonal.map((value, j) => value + (little[j] ?? 0)),
  };
  const next = b.slice();
  if (!settle(nudged, next, new Float64Array(size))) return b;
  // The nudge's own error is taken back: on the support, with the signs as they are.
  const active = [...next.keys()].filter((j) => (diagonal[j] ?? 0) > 0 && (next[j] !== 0 || l1[j] === 0));
  const signs = new Map(active.map((j) => [j, Math.sign(next[j] ?? 0)]));
  correct(problem, next, { active, signs });
  return next;
}

export interface QuadraticL1Solution {
  readonly b: Float64Array;
  readonly sweeps: number;
  readonly isExact: boolean;
}

/** Sweeps end at this gap relative to the square, or this violation relative to the largest gradient. */
const [GAP, VIOLATION] = [1e-10, 1e-8];
const MOST_SWEEPS = 1000;
/** A part at rest whose gradient reaches this share of its bound may differ from zero at another smallest point. */
export const TIED = 1 - 1e-9;
/** A squared penalty that parts ties: this share of the curvature. */
const TIE = 1e-8;
/** Larger supports are left as coordinate descent ends. */
const MOST_ACTIVE = 1500;

/**
 * Coordinate descent with active sets (Friedman, Hastie and Tibshirani 2010) until the duality gap is small, then the exact
 * solution on the support: signs are taken as given, the linear system is solved, parts that would change sign leave, parts
 * that break the optimality conditions enter (Lee and others 2007, feature-sign search). The second stage ends at the last
 * digits also where columns are nearly or wholly dependent.
 */
export function solveQuadraticL1(problem: QuadraticL1, start: Float64Array): QuadraticL1Solution {
  const { size, diagonal, linear, l1, square } = problem;
  const b = start.slice();
  const gradient = gradientAt(problem, b);
  const scale = linear.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300);
  const move = (j: number): number => {
    const curvature = diagonal[j] ?? 0;
    if (!(curvature > 0)) return 0;
    const before = b[j] ?? 0;
    const wanted = before * curvature - (gradient[j] ?? 0);
    const after = Math.sign(wanted) * (Math.max(0, Math.abs(wanted) - (l1[j] ?? 0)) / curvature);
    if (after === before) return 0;
    b[j] = after;
    const step = after - before;
    const column = problem.column(j);
    for (let k = 0; k < size; k++) gradient[k] = (gradient[k] ?? 0) + step * (column[k] ?? 0);
    return Math.abs(step) * curvature;
  };
  let sweeps = 0;
  while (sweeps < MOST_SWEEPS) {
    let most = 0;
    for (let j = 0; j < size; j++) most = Math.max(most, move(j));
    sweeps += 1;
    const active = [...b.keys()].filter((j) => b[j] !== 0);
    for (let inner = 0; inner < 20 && sweeps < MOST_SWEEPS; inner++) {
      let moved = 0;
      for (const j of active) moved = Math.max(moved, move(j));
      sweeps += 1;
      if (moved <= VIOLATION * scale) break;
    }
    const isEnd =
      square === null ? most <= VIOLATION * scale : dualityGap({ linear, l1, square }, b, gradient) <= GAP * square;
    if (isEnd) break;
  }
  const isExact = settle(problem, b, gradient);
  return { b, sweeps, isExact };
}

function gradientAt(problem: QuadraticL1, b: Float64Array): Float64Array {
  const gradient = problem.linear.map((value) => -value);
  for (const [j, value] of b.entries()) {
    if (value === 0) continue;
    const column = problem.column(j);
    for (let k = 0; k < b.length; k++) gradient[k] = (gradient[k] ?? 0) + value * (column[k] ?? 0);
  }
  return gradient;
}

/**
 * Primal less dual value: never below the distance from the smallest value, but for rounding. The dual point is the residual, shrunk until no gradient exceeds its bound; free parts must be at
 * their optimum, and are after a sweep up to rounding.
 */
export function dualityGap(
  { linear, l1, square }: Pick<QuadraticL1, 'linear' | 'l1'> & { readonly square: number },
  b: Float64Array,
  gradient: Float64Array,
): number {
  let [explained, curved, penalty, shrink] = [0, 0, 0, 1];
  for (let j = 0; j < b.length; j++) {
    const value = b[j] ?? 0;
    explained += (linear[j] ?? 0) * value;
    curved += ((gradient[j] ?? 0) + (linear[j] ?? 0)) * value;
    penalty += (l1[j] ?? 0) * Math.abs(value);
    const bound = l1[j] ?? 0;
    if (bound > 0) shrink = Math.min(shrink, bound / Math.max(bound, Math.abs(gradient[j] ?? 0)));
  }
  const residual = Math.max(0, square - 2 * explained + curved);
  const primal = residual / 2 + penalty;
  const dual = shrink * (square - explained) - (shrink * shrink * residual) / 2;
  return Math.max(0, primal - dual);
}

/** The exact solution from a point near it; false where the support is too large or no end was found. */
function settle(problem: QuadraticL1, b: Float64Array, gradient: Float64Array): boolean {
  const { size, diagonal, l1, linear } = problem;
  const scale = linear.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300);
  const active = [...b.keys()].filter((j) => (diagonal[j] ?? 0) > 0 && (b[j] !== 0 || l1[j] === 0));
  const signs = new Map(active.map((j) => [j, Math.sign(b[j] ?? 0)]));
  for (let step = 0; step < 20 * size + 200; step++) {
    if (active.length > MOST_ACTIVE) return false;
    gradient.set(gradientAt(problem, b));
    const { direction, isFlat } = directionOn(problem, active, gradient, signs);
    let length = isFlat ? Number.POSITIVE_INFINITY : 1;
    let leaving = -1;
    for (const [place, j] of active.entries()) {
      const [value, change] = [b[j] ?? 0, direction[place] ?? 0];
      if ((l1[j] ?? 0) === 0 || value === 0 || value * change >= 0) continue;
      if (-value / change <= length) {
        length = -value / change;
        leaving = place;
      }
    }
    if (length === Number.POSITIVE_INFINITY) return false;
    for (const [place, j] of active.entries()) b[j] = (b[j] ?? 0) + length * (direction[place] ?? 0);
    if (leaving >= 0) {
      const j = active[leaving] ?? 0;
      b[j] = 0;
      active.splice(leaving, 1);
      signs.delete(j);
      continue;
    }
    gradient.set(gradientAt(problem, b));
    let [entering, worst] = [-1, 1e-11 * scale];
    for (let j = 0; j < size; j++) {
      const bound = l1[j] ?? 0;
      if (signs.has(j) || !((diagonal[j] ?? 0) > 0)) continue;
      const excess = Math.abs(gradient[j] ?? 0) - bound;
      if (excess > worst + 1e-12 * bound) [entering, worst] = [j, excess];
    }
    if (entering < 0) {
      correct(problem, b, { active, signs });
      return true;
    }
    active.push(entering);
    signs.set(entering, -Math.sign(gradient[entering] ?? 0));
  }
  return false;
}

/** Once more from a point that is nearly right, for the digits that the first solution lost. */
function correct(
  problem: QuadraticL1,
  b: Float64Array,
  { active, signs }: { readonly active: readonly number[]; readonly signs: ReadonlyMap<number, number> },
): void {
  const { direction, isFlat } = directionOn(problem, active, gradientAt(problem, b), signs);
  const after = active.map((j, place) => (b[j] ?? 0) + (direction[place] ?? 0));
  const keepsSigns = active.every((j, place) => (problem.l1[j] ?? 0) === 0 || (b[j] ?? 0) * (after[place] ?? 0) > 0);
  if (!isFlat && keepsSigns) for (const [place, j] of active.entries()) b[j] = after[place] ?? 0;
}

/**
 * The step to the smallest value with the signs kept; where the system is singular, a direction along which the quadratic
 * part is flat and the value falls.
 */
function directionOn(
  problem: QuadraticL1,
  active: readonly number[],
  gradient: Float64Array,
  signs: ReadonlyMap<number, number>,
): { readonly direction: Float64Array; readonly isFlat: boolean } {
  const size = active.length;
  const matrix = new Float64Array(size * size);
  const roots = active.map((j) => Math.sqrt(problem.diagonal[j] ?? 1));
  for (const [i, row] of active.entries()) {
    const column = problem.column(row);
    for (let k = 0; k <= i; k++)
      matrix[i * size + k] = (column[active[k] ?? 0] ?? 0) / ((roots[i] ?? 1) * (roots[k] ?? 1));
  }
  const slope = active.map((j) => (gradient[j] ?? 0) + (problem.l1[j] ?? 0) * (signs.get(j) ?? 0));
  const factor = cholesky(matrix, size);
  const unscaled = (values: Float64Array): Float64Array => values.map((value, i) => value / (roots[i] ?? 1));
  for (const dependent of factor.skipped) {
    // Its column is a combination of those before: going along their difference changes no score.
    const others = choleskySolve(
      factor,
      Float64Array.from({ length: size }, (_, i) =>
        i === dependent ? 0 : (matrix[Math.max(i, dependent) * size + Math.min(i, dependent)] ?? 0),
      ),
    );
    const flat = unscaled(others.map((value, i) => (i === dependent ? -1 : i < dependent ? value : 0)));
    const along = flat.reduce((sum, value, i) => sum + value * (slope[i] ?? 0), 0);
    const reach = flat.reduce((sum, value, i) => sum + Math.abs(value * (problem.l1[active[i] ?? 0] ?? 0)), 0);
    if (Math.abs(along) > 1e-9 * reach)
      return { direction: flat.map((value) => -Math.sign(along) * value), isFlat: true };
  }
  return {
    direction: unscaled(
      choleskySolve(
        factor,
        slope.map((value, i) => -value / (roots[i] ?? 1)),
      ),
    ),
    isFlat: false,
  };
}
