const EULER = 0.5772156649015329;

/**
 * Average path length of an unsuccessful search in a binary search tree of `rows` rows: 2 H(n-1) - 2 (n-1) / n with
 * H(k) = ln k + 0.5772156649 (Liu, Ting and Zhou 2008, formula 1); 1 for two rows, 0 for one.
 */
export function averagePathLength(rows: number): number {
  if (rows <= 1) return 0;
  return rows === 2 ? 1 : 2 * (Math.log(rows - 1) + EULER) - (2 * (rows - 1)) / rows;
}

/**
 * Anomaly score of a mean path length, in (0, 1): 2^(-mean / c(sample)). About 0.5 for usual rows, towards 1 for rows that
 * few cuts set apart. scikit-learn's `score_samples` is its negative.
 */
export const anomalyScore = (meanPath: number, sampleRows: number): number =>
  2 ** (-meanPath / averagePathLength(sampleRows));
