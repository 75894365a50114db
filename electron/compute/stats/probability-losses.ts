import { type Weights, weightedMean } from './weights.ts';

/** Losses of probabilities of class 1 against labels 0 or 1; null without rows. */

/** Probabilities nearer to 0 or 1 than this are taken as this: one sure mistake must not make a mean infinite. */
export const SMALLEST_PROBABILITY = Number.EPSILON;

/** -ln of the probability given to what was true. */
export function surprise(label: number, probability: number): number {
  const p = Math.min(Math.max(probability, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY);
  return label === 1 ? -Math.log(p) : -Math.log1p(-p);
}

const squared = (label: number, probability: number): number => (probability - label) ** 2;

type RowLoss = typeof squared;

const mean = (loss: RowLoss, labels: Float64Array, probabilities: Float64Array, weights: Weights): number | null =>
  weightedMean(labels.length, weights, (i) => loss(labels[i] ?? 0, probabilities[i] ?? 0));

export const logLoss = (labels: Float64Array, probabilities: Float64Array, weights: Weights = null) =>
  mean(surprise, labels, probabilities, weights);

export const brier = (labels: Float64Array, probabilities: Float64Array, weights: Weights = null) =>
  mean(squared, labels, probabilities, weights);

/** One less the loss over that of always answering the share of positives; null where that share is 0 or 1. */
function againstPrevalence(
  loss: RowLoss,
  labels: Float64Array,
  probabilities: Float64Array,
  weights: Weights,
): number | null {
  const prevalence = weightedMean(labels.length, weights, (i) => labels[i] ?? 0);
  if (prevalence === null || prevalence <= 0 || prevalence >= 1) return null;
  const own = mean(loss, labels, probabilities, weights);
  const constant = prevalence * loss(1, prevalence) + (1 - prevalence) * loss(0, prevalence);
  return own === null ? null : 1 - own / constant;
}

/** Brier skill score. */
export const brierSkill = (labels: Float64Array, probabilities: Float64Array, weights: Weights = null) =>
  againstPrevalence(squared, labels, probabilities, weights);

/** Share of the log loss explained (McFadden's R2). */
export const d2LogLoss = (labels: Float64Array, probabilities: Float64Array, weights: Weights = null) =>
  againstPrevalence(surprise, labels, probabilities, weights);

/**
 * Parts of the Brier score over distinct forecasts (Murphy 1973): reliability - resolution + uncertainty is the score. Null
 * without rows.
 */
export function brierDecomposition(
  labels: Float64Array,
  probabilities: Float64Array,
): { reliability: number; resolution: number; uncertainty: number } | null {
  const rows = labels.length;
  if (rows === 0) return null;
  const groups = new Map<number, { rows: number; positives: number }>();
  let positives = 0;
  for (const [i, forecast] of probabilities.entries()) {
    const group = groups.get(forecast) ?? { rows: 0, positives: 0 };
    groups.set(forecast, { rows: group.rows + 1, positives: group.positives + (labels[i] ?? 0) });
    positives += labels[i] ?? 0;
  }
  const prevalence = positives / rows;
  let [reliability, resolution] = [0, 0];
  for (const [forecast, group] of groups) {
    const observed = group.positives / group.rows;
    reliability += (group.rows / rows) * (forecast - observed) ** 2;
    resolution += (group.rows / rows) * (observed - prevalence) ** 2;
  }
  return { reliability, resolution, uncertainty: prevalence * (1 - prevalence) };
}
