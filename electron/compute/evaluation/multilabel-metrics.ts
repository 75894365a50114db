import type { LabelMetrics } from '../../../shared/contract/evaluation.ts';
import type { MetricValue } from '../../../shared/contract/models.ts';
import { type BinaryCounts, countsAt, fBeta, precision, recall } from '../stats/confusion.ts';
import { delongInterval } from '../stats/delong.ts';
import { meanInterval, noAnswer, normalInterval } from '../stats/interval.ts';
import { surprise } from '../stats/probability-losses.ts';
import { wilsonInterval } from '../stats/proportion-intervals.ts';
import { averagePrecisionOf, byScore, type Cuts, cutsOf, rocAuc } from '../stats/ranking.ts';
import { takeFrom, type Weights, weightedMean } from '../stats/weights.ts';
import { labelAt } from '../train/label-sets.ts';
import { binaryMetrics } from './binary-metrics.ts';
import { lazy, type Measured, type MeasureOptions, type Metric, measure } from './metric.ts';

/** Rows with several labels: what was right (`packLabels`), and the probability of each label, row after row. */
export interface LabelScores {
  readonly targets: Float64Array;
  readonly labels: number;
  readonly probabilities: ArrayLike<number>;
  readonly weights: Weights;
  /** A label is called from this probability on. */
  readonly threshold: number;
}

/** Some cells of the rows by labels table: one label's known ones, or all. */
interface Cells {
  readonly rows: Uint32Array;
  readonly truth: Float64Array;
  readonly probabilities: Float64Array;
  order(): Uint32Array;
}

interface LabelView {
  readonly scores: LabelScores;
  readonly labels: readonly Cells[];
  /** Of each label, and of all cells as one. */
  counts(): readonly BinaryCounts[];
  allCounts(): BinaryCounts;
  cuts(): readonly Cuts[];
  allCuts(): Cuts;
}

type LabelMetric = Metric<LabelView>;

const NOT_BOTH = 'a label is always or never there';
const NO_ROWS = 'there are no rows';
const NONE = 'no label is there and none is called';

/** The mean of what a measure says of each label; null where it has no answer for one. */
function meanOf<T>(parts: readonly T[], of: (part: T) => number | null): number | null {
  let sum = 0;
  for (const part of parts) {
    const value = of(part);
    if (value === null) return null;
    sum += value;
  }
  return parts.length === 0 ? null : sum / parts.length;
}

type RowLabels = Pick<LabelScores, 'targets' | 'labels' | 'probabilities'>;

/** What a row's known labels cost on average; a row knows at least one. */
function rowMean({ targets, labels, probabilities }: RowLabels, row: number, cost: (y: number, p: number) => number) {
  let [sum, known] = [0, 0];
  for (let k = 0; k < labels; k++) {
    const truth = labelAt(targets[row] ?? Number.NaN, k);
    if (Number.isNaN(truth)) continue;
    sum += cost(truth, probabilities[row * labels + k] ?? 0);
    known += 1;
  }
  return sum / known;
}

/** A mean over rows of the mean cost of the row's known labels, with the normal interval of a mean. */
const ofRows = (
  name: string,
  cost: (scores: LabelScores) => (y: number, p: number) => number,
  most: number,
): LabelMetric => ({
  name,
  isHigherBetter: false,
  reason: NO_ROWS,
  value: ({ scores }) =>
    weightedMean(scores.targets.length, scores.weights, (row) => rowMean(scores, row, cost(scores))),
  estimate: ({ scores }) =>
    meanInterval(
      scores.targets.map((_, row) => rowMean(scores, row, cost(scores))),
      [0, most],
    ),
});

const missed =
  ({ threshold }: LabelScores) =>
  (y: number, p: number): number =>
    Number((p >= threshold ? 1 : 0) !== y);

/** The mean log loss of a row's known labels. */
export const rowLogLoss = (scores: RowLabels, row: number): number => rowMean(scores, row, surprise);

/** The share of a row's known labels that are called wrong. */
export const missedShare = (scores: LabelScores, row: number): number => rowMean(scores, row, missed(scores));

const plain = (name: string, reason: string, value: LabelMetric['value']): LabelMetric => ({
  name,
  isHigherBetter: true,
  reason,
  value,
});

/**
 * Metrics of several labels. `_macro` is the mean over labels, `_micro` takes all cells of the rows by labels table as one
 * question; log loss and Hamming loss are means over rows of the row's known labels, subset accuracy the share of rows with
 * every known label right.
 */
const LABEL_METRICS: readonly LabelMetric[] = [
  {
    ...plain('rocAuc_macro', NOT_BOTH, (view) => meanOf(view.cuts(), rocAuc)),
    estimate: (view) => {
      const value = meanOf(view.cuts(), rocAuc);
      if (value === null) return noAnswer;
      // The labels' areas share their rows; the root of the mean variance bounds that of their mean.
      const variance = meanOf(
        view.labels,
        ({ truth, probabilities }) => delongInterval(truth, probabilities).variance ?? null,
      );
      return normalInterval(value, Math.sqrt(variance ?? Number.NaN), [0, 1]);
    },
  },
  plain('rocAuc_micro', NOT_BOTH, (view) => rocAuc(view.allCuts())),
  ofRows('logLoss', () => surprise, Number.POSITIVE_INFINITY),
  plain('f1_macro', NONE, (view) => meanOf(view.counts(), (counts) => fBeta(counts))),
  plain('f1_micro', NONE, (view) => fBeta(view.allCounts())),
  ofRows('hammingLoss', missed, 1),
  {
    ...plain('subsetAccuracy', NO_ROWS, ({ scores }) =>
      weightedMean(scores.targets.length, scores.weights, (row) => Number(missedShare(scores, row) === 0)),
    ),
    estimate: ({ scores }) => {
      const right = scores.targets.reduce((sum, _, row) => sum + Number(missedShare(scores, row) === 0), 0);
      return wilsonInterval(right, scores.targets.length);
    },
  },
  plain('averagePrecision_macro', NOT_BOTH, (view) => meanOf(view.cuts(), averagePrecisionOf)),
  plain('precision_micro', 'no label is called', (view) => precision(view.allCounts())),
  plain('recall_micro', 'no label is there', (view) => recall(view.allCounts())),
];

/** The known cells of one label, or of all. */
function cellsOf({ targets, labels, probabilities }: LabelScores, only: readonly number[]): Cells {
  const rows: number[] = [];
  const truth: number[] = [];
  const said: number[] = [];
  for (let row = 0; row < targets.length; row++)
    for (const k of only) {
      const known = labelAt(targets[row] ?? Number.NaN, k);
      if (Number.isNaN(known)) continue;
      rows.push(row);
      truth.push(known);
      said.push(probabilities[row * labels + k] ?? 0);
    }
  const own = Float64Array.from(said);
  return {
    rows: Uint32Array.from(rows),
    truth: Float64Array.from(truth),
    probabilities: own,
    order: lazy(() => byScore(own)),
  };
}

function measured(scores: LabelScores): Measured<LabelView> {
  const numbers = Array.from({ length: scores.labels }, (_, k) => k);
  const each = numbers.map((k) => cellsOf(scores, [k]));
  const all = lazy(() => cellsOf(scores, numbers));
  const weightsOf = ({ rows }: Cells, weights: Weights): Weights => (weights === null ? null : takeFrom(weights, rows));
  return {
    rows: scores.targets.length,
    weights: scores.weights,
    viewOf: (weights) => {
      const countsIn = (cells: Cells): BinaryCounts =>
        countsAt(cells.truth, cells.probabilities, scores.threshold, weightsOf(cells, weights));
      const cutsIn = (cells: Cells): Cuts =>
        cutsOf(cells.truth, cells.probabilities, weightsOf(cells, weights), cells.order());
      return {
        scores: { ...scores, weights },
        labels: each,
        counts: lazy(() => each.map(countsIn)),
        allCounts: lazy(() => countsIn(all())),
        cuts: lazy(() => each.map(cutsIn)),
        allCuts: lazy(() => cutsIn(all())),
      };
    },
    part: (rows) => {
      const { labels, probabilities, weights } = scores;
      const cells = Uint32Array.from(
        { length: rows.length * labels },
        (_, i) => (rows[Math.floor(i / labels)] ?? 0) * labels + (i % labels),
      );
      return measured({
        ...scores,
        targets: takeFrom(scores.targets, rows),
        probabilities: takeFrom(probabilities, cells),
        weights: weights === null ? null : takeFrom(weights, rows),
      });
    },
  };
}

/** All of them. Labels that are not known count nowhere. */
export const multilabelMetrics = (scores: LabelScores, options: Partial<MeasureOptions> = {}): MetricValue[] =>
  measure(LABEL_METRICS, measured(scores), options);

/** What is told of each label. */
const OF_ONE_LABEL = ['rocAuc', 'averagePrecision', 'logLoss', 'accuracy', 'precision', 'recall', 'f1', 'matthews'];

/** Each label by itself, on the rows where it is known. */
export function labelTable(scores: LabelScores, names: readonly string[]): LabelMetrics[] {
  return names.map((label, k) => {
    const { rows, truth, probabilities } = cellsOf(scores, [k]);
    return {
      label,
      rows: rows.length,
      positives: truth.reduce((sum, one) => sum + one, 0),
      metrics: binaryMetrics(truth, probabilities, {
        threshold: scores.threshold,
        weights: scores.weights === null ? null : takeFrom(scores.weights, rows),
        bootstrap: true,
        only: ({ name }) => OF_ONE_LABEL.includes(name),
      }),
    };
  });
}
