import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import { chartMessages } from './messages.ts';
import type { ProgressCurve } from './progress-curves-option.ts';

/** At most this many points a curve are drawn. */
export const MOST_POINTS = 2000;

/** `network.trainLoss` is the series `trainLoss` of the candidate `network`. */
const ownName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const isLossName = (name: string): boolean => /loss/i.test(ownName(name));
const isTrainName = (name: string): boolean => /^train/i.test(ownName(name));

/** Every k-th point so that at most `most` remain; the last one is always kept. */
export function thin<Point>(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const step = Math.ceil(points.length / most);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

/** What each step measured, as one curve a series; the curves of the training rows are references. Non-finite values are gaps left out. */
function curvesWhere(
  points: readonly JobMetricPoint[],
  isWanted: (name: string) => boolean,
  label: (name: string) => string,
): readonly ProgressCurve[] {
  const drawn = thin(points, MOST_POINTS);
  const names = [...new Set(drawn.flatMap((point) => Object.keys(point.series)))].filter(isWanted);
  return names.map((name) => ({
    name: label(name),
    isReference: isTrainName(name),
    points: drawn.flatMap((point) => {
      const value = point.series[name];
      return value === undefined || !Number.isFinite(value) ? [] : [[point.step, value] as const];
    }),
  }));
}

/** Curves of the loss: training rows grey, validation rows in the accent. */
export const lossCurves = (
  points: readonly JobMetricPoint[],
  label: (name: string) => string,
): readonly ProgressCurve[] => curvesWhere(points, isLossName, label);

/** Curves of every other series. */
export const metricCurves = (
  points: readonly JobMetricPoint[],
  label: (name: string) => string,
): readonly ProgressCurve[] => curvesWhere(points, (name) => !isLossName(name), label);

const prefixOf = (name: string): string => name.slice(0, name.lastIndexOf('.') + 1);

/** Only what the candidate measured last has measured, without its prefix: one run of several at a time. */
export function latestCandidate(points: readonly JobMetricPoint[]): readonly JobMetricPoint[] {
  const prefix = prefixOf(Object.keys(points.at(-1)?.series ?? {})[0] ?? '');
  return points.flatMap(({ step, series }) => {
    const own = Object.entries(series).filter(([name]) => prefixOf(name) === prefix);
    if (own.length === 0) return [];
    return [{ step, series: Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value])) }];
  });
}

/** The step at which a series was best; of equal ones the first. Undefined when it was never measured. */
export function bestStep(
  points: readonly JobMetricPoint[],
  name: string,
  isHigherBetter: boolean,
): { readonly step: number; readonly value: number } | undefined {
  let best: { step: number; value: number } | undefined;
  for (const point of points) {
    const value = point.series[name];
    if (value === undefined || !Number.isFinite(value)) continue;
    if (best === undefined || (isHigherBetter ? value > best.value : value < best.value))
      best = { step: point.step, value };
  }
  return best;
}

/** The table behind curves: a row a step, a column a curve; null where a curve has no value. */
export function curveTable(curves: readonly ProgressCurve[]): {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | null)[])[];
} {
  const steps = [...new Set(curves.flatMap((curve) => curve.points.map(([step]) => step)))].toSorted((a, b) => a - b);
  const values = curves.map((curve) => new Map(curve.points));
  return {
    columns: [chartMessages.epoch, ...curves.map((curve) => curve.name)],
    rows: steps.map((step) => [step, ...values.map((at) => at.get(step) ?? null)]),
  };
}
