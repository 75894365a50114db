/** Two samples of points are given as rows of coordinates, all of one length, free of NaN. */
export type Points = readonly ArrayLike<number>[];

export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}

/** Mean of each coordinate. */
export function centerOf(points: Points): Float64Array {
  const center = new Float64Array(points[0]?.length ?? 0);
  for (const point of points) for (let i = 0; i < center.length; i++) center[i] = (center[i] ?? 0) + (point[i] ?? 0);
  return center.map((sum) => sum / points.length);
}

/**
 * Energy distance of two clouds (Székely and Rizzo), 2 E|X-Y| - E|X-X'| - E|Y-Y'| with every pair, also of a point with
 * itself; `testStatistic` is nm / (n + m) times it. Null for an empty cloud.
 */
export function energyDistanceMultivariate(
  x: Points,
  y: Points,
): { readonly statistic: number; readonly testStatistic: number } | null {
  if (x.length === 0 || y.length === 0) return null;
  const meanDistance = (a: Points, b: Points): number => {
    let sum = 0;
    for (const p of a) for (const q of b) sum += Math.sqrt(squaredDistance(p, q));
    return sum / a.length / b.length;
  };
  const statistic = 2 * meanDistance(x, y) - meanDistance(x, x) - meanDistance(y, y);
  return { statistic, testStatistic: (statistic * x.length * y.length) / (x.length + y.length) };
}

export interface MeanDistances {
  readonly euclidean: number;
  readonly cityblock: number;
  readonly chebyshev: number;
  /** One less the cosine of the angle between the means; null where a mean is zero or there is one coordinate. */
  readonly cosine: number | null;
}

/** Distances between the mean points of two clouds, as used for embeddings. Null for an empty cloud. */
export function embeddingMeanDistance(x: Points, y: Points): MeanDistances | null {
  if (x.length === 0 || y.length === 0) return null;
  const [a, b] = [centerOf(x), centerOf(y)];
  const gaps = a.map((value, i) => Math.abs(value - (b[i] ?? 0)));
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const lengths = Math.hypot(...a) * Math.hypot(...b);
  return {
    euclidean: Math.hypot(...gaps),
    cityblock: gaps.reduce((sum, gap) => sum + gap, 0),
    chebyshev: Math.max(0, ...gaps),
    cosine: a.length < 2 || lengths === 0 ? null : 1 - dot / lengths,
  };
}
