import { scaledSolve } from './cholesky.ts';

/** Sum of above max(r, 0) + below max(-r, 0) over r = y - X b, to be minimised. Rows of X one after the other. */
export interface PinballRows {
  readonly rows: number;
  readonly columns: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly above: Float64Array;
  readonly below: Float64Array;
}

export interface InteriorEnd {
  readonly b: Float64Array;
  /** How far each row's multiplier is from its two bounds, as a share of their distance: 0 at a bound, 0.5 in the middle. */
  readonly freedom: Float64Array;
  readonly gap: number;
  readonly isConverged: boolean;
}

const MOST_STEPS = 80;
/** Steps end this close to the border. */
const DAMPED = 0.9995;
const GAP = 1e-11;

/**
 * Mehrotra's predictor and corrector on the dual, max y'd with X'd fixed and 0 <= d <= above + below, from a point inside.
 * Residuals above and below are its multipliers. Ends when the duality gap is nothing beside the objective.
 */
export function interiorPoint({ rows, columns, x, y, above, below }: PinballRows): InteriorEnd {
  const b = weightedSolve(
    { rows, columns, x },
    above.map((u, i) => u + (below[i] ?? 0)),
    y,
  );
  const d = below.slice();
  const s = above.slice();
  const [up, down] = [new Float64Array(rows), new Float64Array(rows)];
  const residual = new Float64Array(rows);
  const residuals = (): void => {
    for (let i = 0, at = 0; i < rows; i++) {
      let sum = y[i] ?? 0;
      for (let j = 0; j < columns; j++, at++) sum -= (x[at] ?? 0) * (b[j] ?? 0);
      residual[i] = sum;
    }
  };
  residuals();
  let size = 0;
  for (const value of residual) size += Math.abs(value) / rows;
  for (let i = 0; i < rows; i++) {
    const r = residual[i] ?? 0;
    up[i] = Math.max(r, 0) + 0.1 * size + 1e-8;
    down[i] = (up[i] ?? 0) - r;
  }
  const [rho, weight] = [new Float64Array(rows), new Float64Array(rows)];
  const [dd, dUp, dDown] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  const [lowCorrection, highCorrection] = [new Float64Array(rows), new Float64Array(rows)];
  let gap = Number.POSITIVE_INFINITY;
  let isConverged = false;
  for (let step = 0; step < MOST_STEPS; step++) {
    [gap] = [0];
    let objective = 0;
    for (let i = 0; i < rows; i++) {
      gap += (d[i] ?? 0) * (down[i] ?? 0) + (s[i] ?? 0) * (up[i] ?? 0);
      const r = residual[i] ?? 0;
      objective += r > 0 ? r * (above[i] ?? 0) : -r * (below[i] ?? 0);
    }
    isConverged = gap <= GAP * (objective + 1e-9 * rows);
    if (isConverged) break;
    for (let i = 0; i < rows; i++) weight[i] = 1 / ((up[i] ?? 0) / (s[i] ?? 1) + (down[i] ?? 0) / (d[i] ?? 1));
    const factor = normalFactor({ rows, columns, x }, weight);
    const solve = (mu: number): Float64Array => {
      for (let i = 0; i < rows; i++)
        rho[i] =
          (mu - (highCorrection[i] ?? 0)) / (s[i] ?? 1) -
          (up[i] ?? 0) -
          ((mu - (lowCorrection[i] ?? 0)) / (d[i] ?? 1) - (down[i] ?? 0));
      const right = new Float64Array(columns);
      for (let i = 0, at = 0; i < rows; i++) {
        const part = (weight[i] ?? 0) * (rho[i] ?? 0);
        for (let j = 0; j < columns; j++, at++) right[j] = (right[j] ?? 0) - (x[at] ?? 0) * part;
      }
      const change = factor(right);
      for (let i = 0, at = 0; i < rows; i++) {
        let moved = 0;
        for (let j = 0; j < columns; j++, at++) moved += (x[at] ?? 0) * (change[j] ?? 0);
        const step = (weight[i] ?? 0) * (-moved - (rho[i] ?? 0));
        dd[i] = step;
        dDown[i] = (mu - (lowCorrection[i] ?? 0) - (down[i] ?? 0) * step) / (d[i] ?? 1) - (down[i] ?? 0);
        dUp[i] = (mu - (highCorrection[i] ?? 0) + (up[i] ?? 0) * step) / (s[i] ?? 1) - (up[i] ?? 0);
      }
      return change;
    };
    lowCorrection.fill(0);
    highCorrection.fill(0);
    solve(0);
    const [primal, dual] = lengths({ d, s, up, down, dd, dUp, dDown });
    let after = 0;
    for (let i = 0; i < rows; i++) {
      after +=
        ((d[i] ?? 0) + primal * (dd[i] ?? 0)) * ((down[i] ?? 0) + dual * (dDown[i] ?? 0)) +
        ((s[i] ?? 0) - primal * (dd[i] ?? 0)) * ((up[i] ?? 0) + dual * (dUp[i] ?? 0));
      lowCorrection[i] = (dd[i] ?? 0) * (dDown[i] ?? 0);
      highCorrection[i] = -(dd[i] ?? 0) * (dUp[i] ?? 0);
    }
    const mu = ((after / gap) ** 2 * after) / (2 * rows);
    const change = solve(mu);
    const [along, across] = lengths({ d, s, up, down, dd, dUp, dDown });
    const [p, q] = [Math.min(1, DAMPED * along), Math.min(1, DAMPED * across)];
    for (let i = 0; i < rows; i++) {
      d[i] = (d[i] ?? 0) + p * (dd[i] ?? 0);
      s[i] = (s[i] ?? 0) - p * (dd[i] ?? 0);
      up[i] = (up[i] ?? 0) + q * (dUp[i] ?? 0);
      down[i] = (down[i] ?? 0) + q * (dDown[i] ?? 0);
    }
    for (let j = 0; j < columns; j++) b[j] = (b[j] ?? 0) + q * (change[j] ?? 0);
    residuals();
    if (Math.max(p, q) < 1e-8) break;
  }
  const freedom = d.map((value, i) => Math.min(value, s[i] ?? 0) / ((above[i] ?? 0) + (below[i] ?? 0)));
  return { b, freedom, gap, isConverged };
}

/** How far d and s, and how far the residuals can go along their steps before one is zero. */
function lengths({
  d,
  s,
  up,
  down,
  dd,
  dUp,
  dDown,
}: Readonly<Record<'d' | 's' | 'up' | 'down' | 'dd' | 'dUp' | 'dDown', Float64Array>>): [number, number] {
  let [primal, dual] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < d.length; i++) {
    const step = dd[i] ?? 0;
    if (step < 0) primal = Math.min(primal, -(d[i] ?? 0) / step);
    else if (step > 0) primal = Math.min(primal, (s[i] ?? 0) / step);
    if ((dUp[i] ?? 0) < 0) dual = Math.min(dual, -(up[i] ?? 0) / (dUp[i] ?? -1));
    if ((dDown[i] ?? 0) < 0) dual = Math.min(dual, -(down[i] ?? 0) / (dDown[i] ?? -1));
  }
  return [Math.min(primal, 1e10), Math.min(dual, 1e10)];
}

/** Solves X'WX z = right, dependent columns left at zero. */
function normalFactor(
  { rows, columns, x }: Pick<PinballRows, 'rows' | 'columns' | 'x'>,
  weight: Float64Array,
): (right: Float64Array) => Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let i = 0; i < rows; i++) {
    const [from, w] = [i * columns, weight[i] ?? 0];
    for (let j = 0; j < columns; j++) {
      const value = w * (x[from + j] ?? 0);
      if (value === 0) continue;
      for (let k = 0; k <= j; k++) gram[j * columns + k] = (gram[j * columns + k] ?? 0) + value * (x[from + k] ?? 0);
    }
  }
  return scaledSolve(gram, columns, 1e-14);
}

function weightedSolve(
  { rows, columns, x }: Pick<PinballRows, 'rows' | 'columns' | 'x'>,
  weight: Float64Array,
  y: Float64Array,
): Float64Array {
  const right = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    const part = (weight[i] ?? 0) * (y[i] ?? 0);
    for (let j = 0; j < columns; j++, at++) right[j] = (right[j] ?? 0) + (x[at] ?? 0) * part;
  }
  return normalFactor({ rows, columns, x }, weight)(right);
}
