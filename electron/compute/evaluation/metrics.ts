import type { MetricValue } from '../../../shared/contract/models.ts';
import { calibrationBins, expectedCalibrationError } from '../stats/calibration.ts';
import {
  type BinaryCounts,
  balancedAccuracy,
  cellsOf,
  cohenKappa,
  countsAt,
  countsOf,
  fBeta,
  matthews,
  precision,
  recall,
} from '../stats/confusion.ts';
import {
  countsInterval,
  type Estimate,
  meanInterval,
  noAnswer,
  normalInterval,
  wilsonInterval,
} from '../stats/interval.ts';
import { averagePrecision, cutsOf, delongInterval } from '../stats/ranking.ts';
import { classProbability, type ScoredRows } from './scored-rows.ts';

const LOWER_IS_BETTER = new Set([
  'logLoss',
  'brier',
  'expectedCalibrationError',
  'rmse',
  'mae',
  'medianAbsoluteError',
  'mape',
  'maxError',
]);

function metric(name: string, estimate: Estimate, reason: string | null = null): MetricValue {
  return {
    name,
    ...pick(estimate),
    isHigherBetter: !LOWER_IS_BETTER.has(name),
    reason: estimate.value === null ? (reason ?? 'no answer on these rows') : null,
  };
}
const pick = ({ value, lower, upper }: Estimate): Estimate => ({ value, lower, upper });

/** Probabilities nearer to 0 than this are taken as this: one sure mistake must not make a mean infinite. */
const SMALLEST = 1e-15;

export function binaryMetrics(labels: Float64Array, probabilities: Float64Array, threshold = 0.5): MetricValue[] {
  const cuts = cutsOf(labels, probabilities);
  const counts = countsAt(labels, probabilities, threshold);
  const table = (f: (c: BinaryCounts) => number | null, bounds: readonly [number, number] = [0, 1]) =>
    countsInterval(cellsOf(counts), (shares) => f(countsOf(shares)), bounds);
  const losses = labels.map((label, i) => {
    const p = Math.min(Math.max(probabilities[i] ?? 0, SMALLEST), 1 - SMALLEST);
    return label === 1 ? -Math.log(p) : -Math.log1p(-p);
  });
  const squares = labels.map((label, i) => ((probabilities[i] ?? 0) - label) ** 2);
  const both = 'both classes are needed';
  const rows = labels.length;
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
  return [
    metric('rocAuc', delongInterval(labels, probabilities), both),
    metric('averagePrecision', averagePrecision(cuts), 'there is no positive row'),
    metric('logLoss', meanInterval(losses, [0, Number.POSITIVE_INFINITY])),
    metric('brier', meanInterval(squares, [0, 1])),
    metric('accuracy', rows === 0 ? noAnswer : wilsonInterval(truePositives + trueNegatives, rows)),
    metric('balancedAccuracy', table(balancedAccuracy), both),
    metric('precision', wilsonInterval(truePositives, truePositives + falsePositives), 'no row is called positive'),
    metric('recall', wilsonInterval(truePositives, truePositives + falseNegatives), 'there is no positive row'),
    metric('specificity', wilsonInterval(trueNegatives, trueNegatives + falsePositives), 'there is no negative row'),
    metric('f1', table(fBeta), 'there is no positive row and none is called positive'),
    metric('matthews', table(matthews, [-1, 1]), 'a class is never there or never called'),
    metric(
      'cohenKappa',
      table(
        (c) =>
          cohenKappa([
            [c.truePositives, c.falseNegatives],
            [c.falsePositives, c.trueNegatives],
          ]),
        [-1, 1],
      ),
    ),
    metric('expectedCalibrationError', {
      ...noAnswer,
      value: expectedCalibrationError(calibrationBins(labels, probabilities)),
    }),
  ];
}

export function multiclassMetrics({ targets, scores }: ScoredRows, classes: readonly string[]): MetricValue[] {
  if (scores.kind !== 'classes') throw new RangeError('The model answers numbers, not classes.');
  const k = classes.length;
  const table = confusionTable(targets, scores.probabilities, k);
  const losses = Float64Array.from(
    targets,
    (target, row) => -Math.log(Math.max(scores.probabilities[row * k + target] ?? 0, SMALLEST)),
  );
  const cells = table.flat();
  const square = (shares: readonly number[]) => table.map((_, row) => shares.slice(row * k, row * k + k));
  const macro =
    (f: (c: BinaryCounts) => number | null) =>
    (shares: readonly number[]): number | null => {
      const values = oneAgainstRest(square(shares)).map(f);
      return values.some((value) => value === null)
        ? null
        : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / k;
    };
  const right = table.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  const areas = classes.map((_, index) =>
    delongInterval(
      targets.map((target) => Number(target === index)),
      classProbability(scores, index),
    ),
  );
  const area = areas.every((one) => one.value !== null)
    ? areas.reduce((sum, one) => sum + (one.value ?? 0), 0) / k
    : null;
  // The classes' areas share their rows; the root of the mean variance bounds that of their mean.
  const deviation = Math.sqrt(areas.reduce((sum, one) => sum + (one.variance ?? Number.NaN), 0) / k);
  return [
    metric('accuracy', wilsonInterval(right, targets.length)),
    metric('logLoss', meanInterval(losses, [0, Number.POSITIVE_INFINITY])),
    metric(
      'rocAucOvrMacro',
      area === null ? noAnswer : normalInterval(area, deviation, [0, 1]),
      'a class is not there',
    ),
    metric(
      'f1_macro',
      countsInterval(
        cells,
        macro((c) => fBeta(c)),
        [0, 1],
      ),
      'a class is not there',
    ),
    metric('precision_macro', countsInterval(cells, macro(precision), [0, 1]), 'a class is never called'),
    metric('recall_macro', countsInterval(cells, macro(recall), [0, 1]), 'a class is not there'),
    metric(
      'cohenKappa',
      countsInterval(cells, (shares) => cohenKappa(square(shares)), [-1, 1]),
    ),
  ];
}

/** Counts of rows, true class by row, most probable class by column; ties to the lower index. */
export function confusionTable(targets: Float64Array, probabilities: Float32Array, classes: number): number[][] {
  const table = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < targets.length; row++) {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if ((probabilities[row * classes + c] ?? 0) > (probabilities[row * classes + best] ?? 0)) best = c;
    const counts = table[targets[row] ?? 0];
    if (counts) counts[best] = (counts[best] ?? 0) + 1;
  }
  return table;
}

function oneAgainstRest(table: readonly (readonly number[])[]): BinaryCounts[] {
  const total = table.flat().reduce((sum, count) => sum + count, 0);
  return table.map((row, k) => {
    const truePositives = row[k] ?? 0;
    const actual = row.reduce((sum, count) => sum + count, 0);
    const called = table.reduce((sum, other) => sum + (other[k] ?? 0), 0);
    return {
      truePositives,
      falseNegatives: actual - truePositives,
      falsePositives: called - truePositives,
      trueNegatives: total - actual - called + truePositives,
    };
  });
}

export function regressionMetrics(targets: Float64Array, predictions: Float64Array | Float32Array): MetricValue[] {
  const n = targets.length;
  const errors = targets.map((target, i) => target - (predictions[i] ?? 0));
  const sizes = errors.map(Math.abs);
  const mse = meanInterval(
    errors.map((error) => error * error),
    [0, Number.POSITIVE_INFINITY],
  );
  const root = (value: number | null) => (value === null ? null : Math.sqrt(value));
  const isPositive = targets.every((target) => target !== 0);
  const sorted = sizes.toSorted();
  return [
    metric('rmse', { value: root(mse.value), lower: root(mse.lower), upper: root(mse.upper) }),
    metric('mae', meanInterval(sizes, [0, Number.POSITIVE_INFINITY])),
    metric('r2', rSquared(targets, errors), 'the truth is constant'),
    metric('medianAbsoluteError', {
      ...noAnswer,
      value: n === 0 ? null : ((sorted[Math.floor((n - 1) / 2)] ?? 0) + (sorted[Math.floor(n / 2)] ?? 0)) / 2,
    }),
    metric(
      'mape',
      isPositive
        ? meanInterval(
            sizes.map((size, i) => size / Math.abs(targets[i] ?? 1)),
            [0, Number.POSITIVE_INFINITY],
          )
        : noAnswer,
      'a true value is zero',
    ),
    metric('maxError', { ...noAnswer, value: n === 0 ? null : (sorted[n - 1] ?? null) }),
  ];
}

/** 1 - mean squared error / variance; the interval by the delta method on the means of e^2, y and y^2. */
function rSquared(targets: Float64Array, errors: Float64Array): Estimate {
  const n = targets.length;
  if (n < 2) return noAnswer;
  let [sum, residual] = [0, 0];
  for (let i = 0; i < n; i++) {
    sum += targets[i] ?? 0;
    residual += (errors[i] ?? 0) ** 2;
  }
  const mean = sum / n;
  let total = 0;
  for (const target of targets) total += (target - mean) ** 2;
  if (total === 0) return noAnswer;
  const [meanError, variance] = [residual / n, total / n];
  let square = 0;
  for (let i = 0; i < n; i++) {
    const influence =
      -((errors[i] ?? 0) ** 2 - meanError) / variance +
      (meanError / variance ** 2) * (((targets[i] ?? 0) - mean) ** 2 - variance);
    square += influence * influence;
  }
  return normalInterval(1 - residual / total, Math.sqrt(square / n / n), [Number.NEGATIVE_INFINITY, 1]);
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

/** All metrics of a task. */
export function metricsOf(rows: ScoredRows, threshold: number): MetricValue[] {
  if (rows.task === 'regression')
    return regressionMetrics(
      rows.targets,
      rows.scores.kind === 'numbers' ? rows.scores.predictions : new Float32Array(),
    );
  if (rows.task === 'multiclass') return multiclassMetrics(rows, rows.classes ?? []);
  return binaryMetrics(rows.targets, classProbability(rows.scores, 1), threshold);
}
