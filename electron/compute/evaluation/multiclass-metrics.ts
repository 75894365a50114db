import type { MetricValue } from '../../../shared/contract/models.ts';
import { delongInterval } from '../stats/delong.ts';
import { countsInterval, meanInterval, noAnswer, normalInterval } from '../stats/interval.ts';
import {
  type ClassRanking,
  type ClassScores,
  classBrier,
  classLogLoss,
  classRankings,
  classSurprise,
  classTable,
  rankingMetrics,
  tableMetrics,
  topAccuracy,
} from '../stats/multiclass.ts';
import { wilsonInterval } from '../stats/proportion-intervals.ts';
import { takeFrom } from '../stats/weights.ts';
import { lazy, type Measured, type MeasureOptions, type Metric, measure } from './metric.ts';

interface ClassView {
  readonly scores: ClassScores;
  table(): readonly (readonly number[])[];
  ofTable(): Readonly<Record<string, number | null>>;
  ofRanking(): Readonly<Record<string, number | null>>;
  rankings(): readonly ClassRanking[];
}

type ClassMetric = Metric<ClassView>;

const NOT_THERE = 'a class is not there';

const ofTable = (name: string, reason: string, bounds: readonly [number, number] = [0, 1]): ClassMetric => ({
  name,
  isHigherBetter: true,
  reason,
  value: (view) => view.ofTable()[name] ?? null,
  estimate: (view) => {
    const table = view.table();
    const k = table.length;
    return countsInterval(
      table.flat(),
      (shares) => tableMetrics(table.map((_, row) => shares.slice(row * k, row * k + k)))[name] ?? null,
      bounds,
    );
  },
});

const ofRanking = (name: string): ClassMetric => ({
  name,
  isHigherBetter: true,
  reason: NOT_THERE,
  value: (view) => view.ofRanking()[name] ?? null,
});

/** Metrics of several classes. The row is called by its most probable class. */
const CLASS_METRICS: readonly ClassMetric[] = [
  {
    name: 'accuracy',
    isHigherBetter: true,
    reason: 'there are no rows',
    value: (view) => view.ofTable()['accuracy'] ?? null,
    estimate: (view) => {
      const right = view.table().reduce((sum, row, k) => sum + (row[k] ?? 0), 0);
      return wilsonInterval(right, view.scores.labels.length);
    },
  },
  {
    name: 'logLoss',
    isHigherBetter: false,
    reason: 'there are no rows',
    value: ({ scores }) => classLogLoss(scores),
    estimate: ({ scores }) =>
      meanInterval(
        Float64Array.from(scores.labels, (_, row) => classSurprise(scores, row)),
        [0, Number.POSITIVE_INFINITY],
      ),
  },
  {
    ...ofRanking('rocAucOvrMacro'),
    estimate: (view) => {
      const value = view.ofRanking()['rocAucOvrMacro'] ?? null;
      if (value === null) return noAnswer;
      // The classes' areas share their rows; the root of the mean variance bounds that of their mean.
      const variances = view
        .rankings()
        .map(({ labels, scores }) => delongInterval(labels, scores).variance ?? Number.NaN);
      const variance = variances.reduce((sum, one) => sum + one, 0) / variances.length;
      return normalInterval(value, Math.sqrt(variance), [0, 1]);
    },
  },
  ofTable('f1_macro', NOT_THERE),
  ofTable('precision_macro', 'a class is never called'),
  ofTable('recall_macro', NOT_THERE),
  ofTable('cohenKappa', 'only one class is there and called', [-1, 1]),
  ofTable('balancedAccuracy', NOT_THERE),
  ofTable('matthews', 'only one class is there or called', [-1, 1]),
  {
    name: 'brier',
    isHigherBetter: false,
    reason: 'there are no rows',
    value: ({ scores }) => classBrier(scores),
  },
  {
    name: 'top2Accuracy',
    isHigherBetter: true,
    reason: 'there are no rows',
    value: ({ scores }) => topAccuracy(scores, 2),
    estimate: ({ scores }) => {
      const share = topAccuracy(scores, 2);
      return share === null ? noAnswer : wilsonInterval(Math.round(share * scores.labels.length), scores.labels.length);
    },
  },
  ofTable('f1_weighted', NOT_THERE),
  ofTable('precision_weighted', 'a class is never called'),
  ofTable('recall_weighted', NOT_THERE),
  ofTable('f2_macro', NOT_THERE),
  ofTable('cohenKappaLinear', 'only one class is there and called', [-1, 1]),
  ofTable('cohenKappaQuadratic', 'only one class is there and called', [-1, 1]),
  ofRanking('rocAucOvrWeighted'),
  ofRanking('averagePrecisionMacro'),
];

function measured(scores: ClassScores): Measured<ClassView> {
  const rankings = lazy(() => classRankings(scores));
  return {
    rows: scores.labels.length,
    weights: scores.weights,
    viewOf: (weights) => {
      const own: ClassScores = { ...scores, weights };
      const table = lazy(() => classTable(own));
      return {
        scores: own,
        table,
        rankings,
        ofTable: lazy(() => tableMetrics(table())),
        ofRanking: lazy(() => rankingMetrics(own, rankings())),
      };
    },
    part: (rows) => {
      const { classes, probabilities, weights } = scores;
      const cells = Uint32Array.from(
        { length: rows.length * classes },
        (_, i) => (rows[Math.floor(i / classes)] ?? 0) * classes + (i % classes),
      );
      return measured({
        classes,
        labels: takeFrom(scores.labels, rows),
        probabilities: takeFrom(probabilities, cells),
        weights: weights === null ? null : takeFrom(weights, rows),
      });
    },
  };
}

/** All of them; labels are class indices. */
export const multiclassMetrics = (scores: ClassScores, options: Partial<MeasureOptions> = {}): MetricValue[] =>
  measure(CLASS_METRICS, measured(scores), options);
