import type { MetricValue } from '../../../shared/contract/models.ts';

/** How far a metric is from one baseline. `gain` is positive when the model is better. */
export interface BaselineDistance {
  readonly baseline: string;
  readonly value: number;
  readonly gain: number;
  /** better/worse: the model's interval leaves out the baseline's value; level: it holds it. Without an interval the values speak. */
  readonly verdict: 'better' | 'level' | 'worse';
}

interface Baseline {
  readonly name: string;
  readonly metrics: readonly MetricValue[];
}

/** The distance of one metric to every baseline that has it; baselines without an answer are left out. */
export function baselineDistances(metric: MetricValue, baselines: readonly Baseline[]): readonly BaselineDistance[] {
  const { value } = metric;
  if (value === null) return [];
  return baselines.flatMap(({ name, metrics }) => {
    const other = metrics.find((candidate) => candidate.name === metric.name)?.value ?? null;
    if (other === null) return [];
    const gain = metric.isHigherBetter ? value - other : other - value;
    const lower = metric.lower ?? value;
    const upper = metric.upper ?? value;
    const isInside = other >= lower && other <= upper;
    return [{ baseline: name, value: other, gain, verdict: isInside ? 'level' : gain > 0 ? 'better' : 'worse' }];
  });
}

/** The order in which metrics are worth reading; others follow as they came. */
const HEADLINES: readonly string[] = [
  'rocAuc',
  'rocAucOvrMacro',
  'rmse',
  'r2',
  'accuracy',
  'averagePrecision',
  'logLoss',
  'mae',
];

/** Metrics with the headline ones first; those without an answer come last. */
export function headlineFirst(metrics: readonly MetricValue[]): readonly MetricValue[] {
  const rank = (metric: MetricValue): number => {
    const index = HEADLINES.indexOf(metric.name);
    const place = index === -1 ? HEADLINES.length : index;
    return metric.value === null ? HEADLINES.length + 1 : place;
  };
  return metrics.toSorted((a, b) => rank(a) - rank(b));
}
