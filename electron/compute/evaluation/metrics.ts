import type { MetricValue } from '../../../shared/contract/models.ts';
import { binaryMetrics } from './binary-metrics.ts';
import { multiclassMetrics } from './multiclass-metrics.ts';
import { regressionMetrics } from './regression-metrics.ts';
import { classProbability, type ScoredRows } from './scored-rows.ts';

/** All metrics of a task. With `bootstrap` every metric has an interval, else only those in closed form. */
export function metricsOf(
  rows: ScoredRows,
  threshold: number,
  { bootstrap = false }: { bootstrap?: boolean } = {},
): MetricValue[] {
  const { scores, targets, weights = null } = rows;
  if (rows.task === 'regression')
    return regressionMetrics(targets, scores.kind === 'numbers' ? scores.predictions : new Float32Array(), {
      weights,
      bootstrap,
    });
  if (rows.task === 'binary')
    return binaryMetrics(targets, classProbability(scores, 1), { threshold, weights, bootstrap });
  if (scores.kind !== 'classes') throw new RangeError('The model answers numbers, not classes.');
  const { probabilities, classes } = scores;
  return multiclassMetrics({ labels: targets, probabilities, classes, weights }, { bootstrap });
}

/** The metric by which candidates are compared: AUC for two classes, log loss for several, RMSE for numbers. */
export function leadingMetric(rows: ScoredRows): {
  metric: string;
  value: number;
  lower: number | null;
  upper: number | null;
  order: number;
} {
  const found = metricsOf(rows, 0.5).find(
    ({ name }) => name === (rows.task === 'binary' ? 'rocAuc' : rows.task === 'multiclass' ? 'logLoss' : 'rmse'),
  );
  const value = found?.value ?? (rows.task === 'binary' ? 0.5 : Number.MAX_VALUE);
  return {
    metric: found?.name ?? '',
    value,
    lower: found?.lower ?? null,
    upper: found?.upper ?? null,
    order: found?.isHigherBetter ? value : -value,
  };
}
