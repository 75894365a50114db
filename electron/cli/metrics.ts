import type { MetricValue } from '../../shared/contract/models.ts';
import { shortNumber, table } from './table.ts';

/** `{ rocAuc: 0.75, .. }`; null where there is no answer. */
export const metricRecord = (metrics: readonly MetricValue[]): Record<string, number | null> =>
  Object.fromEntries(metrics.map(({ name, value }) => [name, value]));

/** `{ rocAuc: [0.74, 0.76], .. }` of those that have an interval. */
export const intervalRecord = (metrics: readonly MetricValue[]): Record<string, readonly [number, number]> =>
  Object.fromEntries(
    metrics.flatMap(({ name, lower, upper }) =>
      lower === null || upper === null ? [] : [[name, [lower, upper] as const]],
    ),
  );

interface Baseline {
  readonly name: string;
  readonly metrics: readonly MetricValue[];
}

/** `{ majority: { rocAuc: 0.5, .. }, .. }`. */
export const baselineRecord = (baselines: readonly Baseline[]): Record<string, Record<string, number | null>> =>
  Object.fromEntries(baselines.map(({ name, metrics }) => [name, metricRecord(metrics)]));

const interval = ({ lower, upper }: MetricValue): string =>
  lower === null || upper === null ? '' : `${shortNumber(lower)} to ${shortNumber(upper)}`;

/** Metrics with their intervals and each baseline beside them. */
export function metricTable(metrics: readonly MetricValue[], baselines: readonly Baseline[]): string {
  return table(
    ['metric', 'value', '95 % interval', ...baselines.map(({ name }) => name)],
    metrics.map((metric) => [
      metric.name,
      shortNumber(metric.value),
      interval(metric),
      ...baselines.map((baseline) => shortNumber(baseline.metrics.find(({ name }) => name === metric.name)?.value)),
    ]),
  );
}
