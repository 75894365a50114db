import type { MetricValue } from '../../../shared/contract/models.ts';
import { calibrationError } from '../stats/calibration.ts';
import {
  accuracy,
  type BinaryCounts,
  balancedAccuracy,
  cellsOf,
  cohenKappa,
  countsAt,
  countsOf,
  fBeta,
  jaccard,
  matthews,
  negativePredictiveValue,
  precision,
  recall,
  specificity,
  zeroOneLoss,
} from '../stats/confusion.ts';
import { type DelongEstimate, delongInterval } from '../stats/delong.ts';
import { countsInterval, type Estimate, meanInterval } from '../stats/interval.ts';
import { brier, brierSkill, d2LogLoss, logLoss, surprise } from '../stats/probability-losses.ts';
import { wilsonInterval } from '../stats/proportion-intervals.ts';
import {
  averagePrecision,
  averagePrecisionOf,
  byScore,
  type Cuts,
  cutsOf,
  ksStatistic,
  partialAuc,
  prAucTrapezoid,
  rocAuc,
} from '../stats/ranking.ts';
import { takeFrom, type Weights } from '../stats/weights.ts';
import { lazy, type Measured, type MeasureOptions, type Metric, measure } from './metric.ts';

interface BinaryView {
  readonly labels: Float64Array;
  readonly probabilities: Float64Array;
  readonly weights: Weights;
  counts(): BinaryCounts;
  cuts(): Cuts;
  delong(): DelongEstimate;
}

type BinaryMetric = Metric<BinaryView>;
type OfCounts = (counts: BinaryCounts) => number | null;

const BOTH = 'both classes are needed';
const NO_POSITIVE = 'there is no positive row';
const NO_NEGATIVE = 'there is no negative row';
const NONE_CALLED = 'no row is called positive';
const NO_ROWS = 'there are no rows';
const UNUSED = 'a class is never there or never called';

/** A share of rows: successes and trials among the counts, with Wilson's interval. */
const share = (
  name: string,
  of: OfCounts,
  parts: (c: BinaryCounts) => readonly [number, number],
  words: { reason: string; isHigherBetter?: boolean },
): BinaryMetric => ({
  name,
  isHigherBetter: words.isHigherBetter ?? true,
  reason: words.reason,
  value: (view) => of(view.counts()),
  estimate: (view) => wilsonInterval(...parts(view.counts())),
});

/** A smooth function of the four counts, with the interval of the delta method. */
const ofTable = (
  name: string,
  of: OfCounts,
  reason: string,
  bounds: readonly [number, number] = [0, 1],
): BinaryMetric => ({
  name,
  isHigherBetter: true,
  reason,
  value: (view) => of(view.counts()),
  estimate: (view) => countsInterval(cellsOf(view.counts()), (shares) => of(countsOf(shares)), bounds),
});

const ofCuts = (name: string, of: (cuts: Cuts) => number | null, reason: string): BinaryMetric => ({
  name,
  isHigherBetter: true,
  reason,
  value: (view) => of(view.cuts()),
});

const rows = (c: BinaryCounts): number => c.truePositives + c.falsePositives + c.trueNegatives + c.falseNegatives;
const doubled = (value: number | null): number | null => (value === null ? null : 2 * value - 1);

/** Metrics of two classes; those of calls are at a threshold. */
const BINARY_METRICS: readonly BinaryMetric[] = [
  {
    name: 'rocAuc',
    isHigherBetter: true,
    reason: BOTH,
    value: (view) => rocAuc(view.cuts()),
    estimate: (view) => view.delong(),
  },
  {
    name: 'averagePrecision',
    isHigherBetter: true,
    reason: NO_POSITIVE,
    value: (view) => averagePrecisionOf(view.cuts()),
    estimate: (view) => averagePrecision(view.cuts()),
  },
  {
    name: 'logLoss',
    isHigherBetter: false,
    reason: NO_ROWS,
    value: ({ labels, probabilities, weights }) => logLoss(labels, probabilities, weights),
    estimate: ({ labels, probabilities }) =>
      meanInterval(
        labels.map((label, i) => surprise(label, probabilities[i] ?? 0)),
        [0, Number.POSITIVE_INFINITY],
      ),
  },
  {
    name: 'brier',
    isHigherBetter: false,
    reason: NO_ROWS,
    value: ({ labels, probabilities, weights }) => brier(labels, probabilities, weights),
    estimate: ({ labels, probabilities }) =>
      meanInterval(
        labels.map((label, i) => ((probabilities[i] ?? 0) - label) ** 2),
        [0, 1],
      ),
  },
  share('accuracy', accuracy, (c) => [c.truePositives + c.trueNegatives, rows(c)], { reason: NO_ROWS }),
  ofTable('balancedAccuracy', balancedAccuracy, BOTH),
  share('precision', precision, (c) => [c.truePositives, c.truePositives + c.falsePositives], { reason: NONE_CALLED }),
  share('recall', recall, (c) => [c.truePositives, c.truePositives + c.falseNegatives], { reason: NO_POSITIVE }),
  share('specificity', specificity, (c) => [c.trueNegatives, c.trueNegatives + c.falsePositives], {
    reason: NO_NEGATIVE,
  }),
  ofTable('f1', (c) => fBeta(c), 'there is no positive row and none is called positive'),
  ofTable('matthews', matthews, UNUSED, [-1, 1]),
  ofTable(
    'cohenKappa',
    (c) =>
      cohenKappa([
        [c.truePositives, c.falseNegatives],
        [c.falsePositives, c.trueNegatives],
      ]),
    'only one class is there and called',
    [-1, 1],
  ),
  {
    name: 'expectedCalibrationError',
    isHigherBetter: false,
    reason: NO_ROWS,
    value: ({ labels, probabilities, weights }) => calibrationError(labels, probabilities, { weights })?.ece ?? null,
  },
  {
    name: 'maximumCalibrationError',
    isHigherBetter: false,
    reason: NO_ROWS,
    value: ({ labels, probabilities, weights }) => calibrationError(labels, probabilities, { weights })?.mce ?? null,
  },
  ofTable('f2', (c) => fBeta(c, 2), 'there is no positive row and none is called positive'),
  ofTable('fHalf', (c) => fBeta(c, 0.5), 'there is no positive row and none is called positive'),
  share(
    'negativePredictiveValue',
    negativePredictiveValue,
    (c) => [c.trueNegatives, c.trueNegatives + c.falseNegatives],
    {
      reason: 'no row is called negative',
    },
  ),
  share('jaccard', jaccard, (c) => [c.truePositives, c.truePositives + c.falsePositives + c.falseNegatives], {
    reason: 'there is no positive row and none is called positive',
  }),
  share('zeroOneLoss', zeroOneLoss, (c) => [c.falsePositives + c.falseNegatives, rows(c)], {
    reason: NO_ROWS,
    isHigherBetter: false,
  }),
  {
    name: 'brierSkill',
    isHigherBetter: true,
    reason: BOTH,
    value: ({ labels, probabilities, weights }) => brierSkill(labels, probabilities, weights),
  },
  {
    name: 'd2LogLoss',
    isHigherBetter: true,
    reason: BOTH,
    value: ({ labels, probabilities, weights }) => d2LogLoss(labels, probabilities, weights),
  },
  ofCuts('ksStatistic', ksStatistic, BOTH),
  {
    name: 'gini',
    isHigherBetter: true,
    reason: BOTH,
    value: (view) => doubled(rocAuc(view.cuts())),
    estimate: (view): Estimate => {
      const { value, lower, upper } = view.delong();
      return { value: doubled(value), lower: doubled(lower), upper: doubled(upper) };
    },
  },
  ofCuts('partialAuc01', (cuts) => partialAuc(cuts, 0.1), BOTH),
  ofCuts('prAucTrapezoid', prAucTrapezoid, NO_POSITIVE),
];

function measured(
  rows: Pick<BinaryView, 'labels' | 'probabilities' | 'weights'>,
  threshold: number,
): Measured<BinaryView> {
  const { labels, probabilities, weights } = rows;
  const order = lazy(() => byScore(probabilities));
  return {
    rows: labels.length,
    weights,
    viewOf: (own) => ({
      labels,
      probabilities,
      weights: own,
      counts: lazy(() => countsAt(labels, probabilities, threshold, own)),
      cuts: lazy(() => cutsOf(labels, probabilities, own, order())),
      delong: lazy(() => delongInterval(labels, probabilities)),
    }),
    part: (some) =>
      measured(
        {
          labels: takeFrom(labels, some),
          probabilities: takeFrom(probabilities, some),
          weights: weights === null ? null : takeFrom(weights, some),
        },
        threshold,
      ),
  };
}

/** All of them, for labels 0 or 1 and probabilities of 1. */
export const binaryMetrics = (
  labels: Float64Array,
  probabilities: Float64Array,
  {
    threshold = 0.5,
    weights = null,
    ...options
  }: { threshold?: number; weights?: Weights } & Partial<MeasureOptions> = {},
): MetricValue[] => measure(BINARY_METRICS, measured({ labels, probabilities, weights }, threshold), options);
