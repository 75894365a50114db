/** Points in (0, 1) and their weights. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

const known = new Map<number, Quadrature>();

/**
 * Gauss-Legendre quadrature on (0, 1) with `count` points: exact for polynomials of degree 2 count - 1. Points are roots of the
 * Legendre polynomial, by Newton's method from the usual cosine (Abramowitz and Stegun 25.4.29).
 */
export function gaussLegendre(count: number): Quadrature {
  const before = known.get(count);
  if (before) return before;
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [last, value] = [1, x];
      for (let n = 2; n <= count; n++) [last, value] = [value, ((2 * n - 1) * x * value - (n - 1) * last) / n];
      slope = (count * (x * value - last)) / (x * x - 1);
      const move = value / slope;
      x -= move;
      if (Math.abs(move) < 1e-15) break;
    }
    points[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  const made = { points, weights };
  known.set(count, made);
  return made;
}

/** Points that integrate exactly the products for the Shapley values of `players`. */
export const pointsFor = (players: number): Quadrature => gaussLegendre(Math.max(1, Math.ceil(players / 2)));
