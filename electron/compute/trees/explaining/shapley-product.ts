import { pointsFor } from './gauss-legendre.ts';

/**
 * Shapley values of a game whose worth of a set S is the product of `held` over players in S and `free` over the others. The
 * value of player j is (held_j - free_j) times the integral over t in (0, 1) of the product of t held_k + (1 - t) free_k over
 * all other players k (the weights |S|! (m - |S| - 1)! / m! are that integral of t^|S| (1 - t)^(m - |S| - 1)). Written
 * to `values`.
 */
export function shapleyOfProduct(held: ArrayLike<number>, free: ArrayLike<number>, values: Float64Array): void {
  const players = free.length;
  const { points, weights } = pointsFor(players);
  const factors = new Float64Array(players);
  const before = new Float64Array(players);
  values.fill(0, 0, players);
  // A factor that is zero either way leaves nothing, neither to the others nor to its own player.
  for (let k = 0; k < players; k++) if (held[k] === 0 && free[k] === 0) return;
  for (let point = 0; point < points.length; point++) {
    const t = points[point] ?? 0;
    let product = weights[point] ?? 0;
    for (let k = 0; k < players; k++) {
      const factor = t * (held[k] ?? 0) + (1 - t) * (free[k] ?? 0);
      factors[k] = factor;
      before[k] = product;
      product *= factor;
    }
    product = 1;
    for (let k = players - 1; k >= 0; k--) {
      values[k] = (values[k] ?? 0) + (before[k] ?? 0) * product;
      product *= factors[k] ?? 0;
    }
  }
  for (let k = 0; k < players; k++) values[k] = (values[k] ?? 0) * ((held[k] ?? 0) - (free[k] ?? 0));
}
