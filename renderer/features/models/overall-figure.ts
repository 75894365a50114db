import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { figuresAt, nearestPoint } from './threshold-figures.ts';

/**
 * A figure over all rows, to compare groups with: the report's own, else what follows from its counts at its threshold
 * (rates of groups have no entry of their own among the metrics). Undefined when neither tells.
 */
export function overallFigure(report: EvaluationReport, metric: string): number | undefined {
  const own = report.metrics.find((one) => one.name === metric)?.value;
  if (own !== undefined && own !== null) return own;
  const point = nearestPoint(report.thresholds ?? [], report.threshold ?? 0.5);
  if (point === undefined) return undefined;
  const { flagged, recall, falsePositiveRate } = figuresAt(point, { falsePositive: 1, falseNegative: 1 });
  switch (metric) {
    case 'selectionRate':
      return flagged.value ?? undefined;
    case 'truePositiveRate':
      return recall.value ?? undefined;
    case 'falsePositiveRate':
      return falsePositiveRate.value ?? undefined;
    case 'falseNegativeRate':
      return recall.value === null ? undefined : 1 - recall.value;
    default:
      return undefined;
  }
}
