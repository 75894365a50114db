import type { LOSS } from './loss-numbers.ts';

export type BoostingLoss = keyof typeof LOSS;

/** What a loss is told beside rows. */
export interface LossShape {
  readonly loss: BoostingLoss;
  /** For the quantile loss: the share of answers that shall lie below. */
  readonly quantile: number;
}

/** Hessians of the Poisson loss are taken this much larger, so that a leaf of rare events does not run away. */
const POISSON_CAUTION = Math.exp(0.7);
/** Differences beyond this share of them count linearly in the Huber loss. */
const HUBER_SHARE = 0.9;

/** Rows and their weights as a loss sees them. */
export interface Weighed {
  readonly targets: Float32Array;
  readonly weights: Float32Array | null;
}

/**
 * Scores before the first tree, one a class: log-odds of the positive share, log shares of classes, the mean, the log of the mean for
 * counts, the quantile asked for, the median for the Huber loss; weighted.
 */
export function baseScores(rows: Weighed, { loss, quantile }: LossShape, classes: number): Float64Array {
  if (loss === 'quantile') return Float64Array.of(Math.fround(weightedQuantile(rows, quantile)));
  if (loss === 'huber') return Float64Array.of(Math.fround(weightedQuantile(rows, 0.5)));
  const { targets, weights } = rows;
  const sums = new Float64Array(Math.max(classes, 2));
  let total = 0;
  for (const [row, target] of targets.entries()) {
    const weight = weights?.[row] ?? 1;
    total += weight;
    if (loss === 'softmax') sums[target] = (sums[target] ?? 0) + weight;
    else sums[0] = (sums[0] ?? 0) + weight * target;
  }
  if (loss === 'softmax')
    return Float64Array.from({ length: classes }, (_, k) =>
      Math.fround(Math.log(Math.max((sums[k] ?? 0) / total, 1e-15))),
    );
  const mean = total > 0 ? (sums[0] ?? 0) / total : 0;
  if (loss === 'squared') return Float64Array.of(Math.fround(mean));
  if (loss === 'poisson') return Float64Array.of(Math.fround(Math.log(Math.max(mean, 1e-15))));
  const bounded = Math.min(Math.max(mean, 1e-15), 1 - 1e-15);
  return Float64Array.of(Math.fround(Math.log(bounded / (1 - bounded))));
}

/** The number that the gradient kernels of some losses take: caution, quantile, or width of the squared part. */
export function lossNumber(rows: Weighed, { loss, quantile }: LossShape): number {
  if (loss === 'poisson') return POISSON_CAUTION;
  if (loss === 'quantile') return quantile;
  if (loss !== 'huber') return 0;
  const median = weightedQuantile(rows, 0.5);
  const width = weightedQuantile(
    { targets: rows.targets.map((target) => Math.abs(target - median)), weights: rows.weights },
    HUBER_SHARE,
  );
  return width > 0 ? width : 1;
}

/** The smallest value of which the values up to it have at least this share of the weight; 0 without values. */
export function weightedQuantile({ targets, weights }: Weighed, share: number): number {
  if (!weights) {
    const sorted = targets.slice().sort();
    return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  }
  const order = Uint32Array.from(targets.keys()).sort((a, b) => (targets[a] ?? 0) - (targets[b] ?? 0));
  let total = 0;
  for (const weight of weights) total += weight;
  let below = 0;
  for (const row of order) {
    below += weights[row] ?? 0;
    if (below > 0 && below >= total * share) return targets[row] ?? 0;
  }
  return targets[order.at(-1) ?? 0] ?? 0;
}

/** Loss of one row, as it is followed while a model learns: log loss, squared error, Poisson deviance, pinball or Huber loss. */
export function rowLoss(
  { loss }: LossShape,
  target: number,
  score: (k: number) => number,
  classes: number,
  number: number,
): number {
  const own = score(0);
  switch (loss) {
    case 'logistic':
      return Math.log1p(Math.exp(-Math.abs(own))) + Math.max(target === 1 ? -own : own, 0);
    case 'squared':
      return (own - target) ** 2;
    case 'poisson':
      return 2 * (Math.exp(own) - target - (target > 0 ? target * (own - Math.log(target)) : 0));
    case 'quantile':
      return target > own ? number * (target - own) : (1 - number) * (own - target);
    case 'huber': {
      const difference = Math.abs(own - target);
      return difference <= number ? difference ** 2 / 2 : number * (difference - number / 2);
    }
    case 'softmax': {
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < classes; k++) top = Math.max(top, score(k));
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += Math.exp(score(k) - top);
      return Math.log(sum) + top - score(target);
    }
  }
}
