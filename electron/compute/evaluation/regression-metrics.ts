import type { MetricValue } from '../../../shared/contract/models.ts';
import { type Estimate, meanInterval, noAnswer, normalInterval } from '../stats/interval.ts';
import {
  absoluteError,
  d2Pinball,
  d2Poisson,
  errorSizes,
  explainedVariance,
  gammaDeviance,
  maxError,
  meanLoss,
  medianAbsoluteError,
  type NumberScores,
  percentageError,
  pinball,
  poissonDeviance,
  rSquared,
  squaredError,
  squaredLogError,
  symmetricPercentageError,
  tweedieDeviance,
  weightedPercentageError,
} from '../stats/regression-metrics.ts';
import { ascending, takeFrom, type Weights } from '../stats/weights.ts';
import { lazy, type Measured, type MeasureOptions, type Metric, measure } from './metric.ts';

interface NumberView {
  readonly scores: NumberScores;
  /** Is every row's truth and prediction in the range where logarithms and deviances are defined? */
  readonly range: {
    readonly isNonZero: boolean;
    readonly isCount: boolean;
    readonly isDeviant: boolean;
    readonly isPositive: boolean;
  };
}

type NumberMetric = Metric<NumberView>;
type RowLoss = typeof squaredError;

const ROOM: readonly [number, number] = [0, Number.POSITIVE_INFINITY];
const NO_ROWS = 'there are no rows';
const CONSTANT = 'the truth is constant';

/** A mean over rows, with the interval of its standard error; only where `fits`. */
const meanOf = (
  name: string,
  loss: RowLoss,
  {
    fits = () => true,
    reason = NO_ROWS,
    bounds = ROOM,
  }: { fits?: (range: NumberView['range']) => boolean; reason?: string; bounds?: readonly [number, number] } = {},
): NumberMetric => ({
  name,
  isHigherBetter: false,
  reason,
  value: ({ scores, range }) => (fits(range) ? meanLoss(scores, loss) : null),
  estimate: ({ scores, range }) =>
    fits(range)
      ? meanInterval(
          scores.truth.map((y, i) => loss(y, scores.predicted[i] ?? 0)),
          bounds,
        )
      : noAnswer,
});

const root = (value: number | null): number | null => (value === null ? null : Math.sqrt(value));

/** The root of another metric, interval and all. */
const rootOf = (name: string, metric: NumberMetric): NumberMetric => ({
  ...metric,
  name,
  value: (view) => root(metric.value(view)),
  estimate: (view) => {
    const { value, lower, upper } = metric.estimate?.(view) ?? noAnswer;
    return { value: root(value), lower: root(lower), upper: root(upper) };
  },
});

/** A share explained of what a constant leaves. */
const explained = (name: string, value: (scores: NumberScores) => number | null): NumberMetric => ({
  name,
  isHigherBetter: true,
  reason: CONSTANT,
  value: ({ scores }) => value(scores),
});

const mse = meanOf('mse', squaredError);
const msle = meanOf('msle', squaredLogError, {
  fits: ({ isCount }) => isCount,
  reason: 'a truth or a prediction is negative',
});
const deviance = (name: string, loss: RowLoss): NumberMetric =>
  meanOf(name, loss, {
    fits: ({ isDeviant }) => isDeviant,
    reason: 'a truth is negative, or a prediction not positive',
  });

/** Metrics of numbers. */
const NUMBER_METRICS: readonly NumberMetric[] = [
  rootOf('rmse', mse),
  meanOf('mae', absoluteError),
  { ...explained('r2', rSquared), estimate: ({ scores }) => rSquaredInterval(scores) },
  {
    name: 'medianAbsoluteError',
    isHigherBetter: false,
    reason: NO_ROWS,
    value: ({ scores }) => medianAbsoluteError(scores),
  },
  meanOf('mape', percentageError, { fits: ({ isNonZero }) => isNonZero, reason: 'a true value is zero' }),
  { name: 'maxError', isHigherBetter: false, reason: NO_ROWS, value: ({ scores }) => maxError(scores) },
  mse,
  explained('explainedVariance', explainedVariance),
  meanOf('meanError', (y, q) => q - y, { bounds: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] }),
  meanOf('smape', symmetricPercentageError),
  {
    name: 'wape',
    isHigherBetter: false,
    reason: 'every true value is zero',
    value: ({ scores }) => weightedPercentageError(scores),
  },
  explained('d2Absolute', (scores) => d2Pinball(scores, 0.5)),
  ...[0.1, 0.5, 0.9].flatMap((alpha) => [
    meanOf(`pinball${alpha}`, pinball(alpha)),
    explained(`d2Pinball${alpha}`, (scores) => d2Pinball(scores, alpha)),
  ]),
  msle,
  rootOf('rmsle', msle),
  deviance('poissonDeviance', poissonDeviance),
  deviance('tweedie1.5', tweedieDeviance(1.5)),
  {
    ...explained('d2Tweedie1', d2Poisson),
    reason: 'the truth is constant or negative, or a prediction not positive',
    value: ({ scores, range }) => (range.isDeviant ? d2Poisson(scores) : null),
  },
  meanOf('gammaDeviance', gammaDeviance, {
    fits: ({ isPositive }) => isPositive,
    reason: 'a truth or a prediction is not positive',
  }),
];

/** 1 - mean squared error / variance; the interval by the delta method on the means of e^2, y and y^2. */
function rSquaredInterval(scores: NumberScores): Estimate {
  const value = rSquared(scores);
  const { truth, predicted } = scores;
  const n = truth.length;
  if (value === null || n < 2) return noAnswer;
  const mean = truth.reduce((sum, y) => sum + y, 0) / n;
  const variance = truth.reduce((sum, y) => sum + (y - mean) ** 2, 0) / n;
  const meanSquare = (1 - value) * variance;
  let square = 0;
  for (let i = 0; i < n; i++) {
    const [y, error] = [truth[i] ?? 0, (truth[i] ?? 0) - (predicted[i] ?? 0)];
    const influence =
      -(error ** 2 - meanSquare) / variance + (meanSquare / variance ** 2) * ((y - mean) ** 2 - variance);
    square += influence * influence;
  }
  return normalInterval(value, Math.sqrt(square / n / n), [Number.NEGATIVE_INFINITY, 1]);
}

function measured({ truth, predicted, weights }: NumberScores): Measured<NumberView> {
  const all = (holds: (y: number, q: number) => boolean): boolean => truth.every((y, i) => holds(y, predicted[i] ?? 0));
  const range: NumberView['range'] = {
    isNonZero: all((y) => y !== 0),
    isCount: all((y, q) => y >= 0 && q >= 0),
    isDeviant: all((y, q) => y >= 0 && q > 0),
    isPositive: all((y, q) => y > 0 && q > 0),
  };
  const byError = lazy(() => ascending(errorSizes(truth, predicted)));
  const byTruth = lazy(() => ascending(truth));
  return {
    rows: truth.length,
    weights,
    viewOf: (own) => ({ scores: { truth, predicted, weights: own, byError, byTruth }, range }),
    part: (rows) =>
      measured({
        truth: takeFrom(truth, rows),
        predicted: takeFrom(predicted, rows),
        weights: weights === null ? null : takeFrom(weights, rows),
      }),
  };
}

/** All of them. */
export const regressionMetrics = (
  truth: Float64Array,
  predicted: ArrayLike<number>,
  { weights = null, ...options }: { weights?: Weights } & Partial<MeasureOptions> = {},
): MetricValue[] => measure(NUMBER_METRICS, measured({ truth, predicted, weights }), options);
