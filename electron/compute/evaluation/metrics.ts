import type { MetricValue } from '../../../shared/contract/models.ts';
import { binaryMetrics } from './binary-metrics.ts';
import type { MeasureOptions } from './metric.ts';
import { multiclassMetrics } from './multiclass-metrics.ts';
import { multilabelMetrics } from './multilabel-metrics.ts';
import { regressionMetrics } from './regression-metrics.ts';
import { classProbability, requireAnswers, type ScoredRows } from './scored-rows.ts';

/**
 * All metrics of a task. With `bootstrap` every metric has an interval, else only those in closed form. Throws MODEL_INVALID
 * where an answer is no finite number.
 */
export function metricsOf(rows: ScoredRows, threshold: number, options: Partial<MeasureOptions> = {}): MetricValue[] {
  const { scores, targets, weights = null } = rows;
  requireAnswers(scores);
  if (rows.task === 'regression') {
    const predicted = scores.kind === 'numbers' ? scores.predictions : new Float32Array();
    return regressionMetrics(targets, predicted, { weights, ...options });
  }
  if (rows.task === 'binary')
    return binaryMetrics(targets, classProbability(scores, 1), { threshold, weights, ...options });
  if (scores.kind !== 'classes') throw new RangeError('The model answers numbers, not classes.');
  const { probabilities, classes } = scores;
  if (rows.task === 'multilabel')
    return multilabelMetrics({ targets, labels: classes, probabilities, weights, threshold }, options);
  return multiclassMetrics({ labels: targets, probabilities, classes, weights }, options);
}

const LEADING = { binary: 'rocAuc', multiclass: 'logLoss', regression: 'rmse', multilabel: 'logLoss' } as const;

/** The metric by which candidates are compared: AUC for two classes, log loss for several and for labels, RMSE for numbers. */
export function leadingMetric(rows: ScoredRows): {
  metric: string;
  value: number;
  lower: number | null;
  upper: number | null;
  isHigherBetter: boolean;
} {
  const [found] = metricsOf(rows, 0.5, { bootstrap: true, only: ({ name }) => name === LEADING[rows.task] });
  const value = found?.value ?? (rows.task === 'binary' ? 0.5 : Number.MAX_VALUE);
  return {
    metric: found?.name ?? '',
    value,
    lower: found?.lower ?? null,
    upper: found?.upper ?? null,
    isHigherBetter: found?.isHigherBetter ?? rows.task === 'binary',
  };
}

/** The leading metric as a loss, lower is better, without an interval; null where it has no answer. */
export function leadingLoss(rows: ScoredRows): { readonly metric: string; readonly loss: number } | null {
  const [found] = metricsOf(rows, 0.5, { only: ({ name }) => name === LEADING[rows.task] });
  if (!found || found.value === null) return null;
  return { metric: found.name, loss: found.isHigherBetter ? -found.value : found.value };
}
