import type { GroupMetrics } from '../../../shared/contract/evaluation.ts';
import type { MetricValue } from '../../../shared/contract/models.ts';
import type { Frame, FrameColumn } from '../frame/frame.ts';
import { countsAt } from '../stats/confusion.ts';
import type { Estimate } from '../stats/interval.ts';
import { wilsonInterval } from '../stats/proportion-intervals.ts';
import { totalWeight, type Weights, weightAt } from '../stats/weights.ts';
import { binaryMetrics } from './binary-metrics.ts';
import { metricsOf } from './metrics.ts';
import { classProbability, type ScoredRows } from './scored-rows.ts';

/** Fewer rows than this say too little: shown greyed and left out of gaps. */
export const ENOUGH_ROWS = 30;
/** A column of numbers is cut into this many ranges of equal frequency. */
const RANGES = 4;
const MOST_GROUPS = 40;

export interface RowGroup {
  readonly group: { readonly column: string; readonly value: string }[];
  readonly rows: Uint32Array;
}

export const shownNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** Rows by the values of a column: words and few numbers as they are, many numbers in ranges; missing is a group. */
export function groupColumn(name: string, column: FrameColumn): RowGroup[] {
  const groups = new Map<string, number[]>();
  const labelOf =
    column.kind === 'text'
      ? (row: number) => column.dictionary[column.codes[row] ?? -1] ?? 'missing'
      : numberLabels(column.values);
  const rows = column.kind === 'text' ? column.codes.length : column.values.length;
  for (let row = 0; row < rows; row++) {
    const label = labelOf(row);
    const group = groups.get(label);
    if (group) group.push(row);
    else groups.set(label, [row]);
  }
  return [...groups]
    .map(([value, members]) => ({ group: [{ column: name, value }], rows: Uint32Array.from(members) }))
    .sort((a, b) => b.rows.length - a.rows.length)
    .slice(0, MOST_GROUPS);
}

function numberLabels(values: Float64Array): (row: number) => string {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = new Set(sorted);
  if (distinct.size <= 12) return (row) => (Number.isNaN(values[row] ?? Number.NaN) ? 'missing' : String(values[row]));
  const bounds = Array.from(
    { length: RANGES - 1 },
    (_, i) => sorted[Math.floor((sorted.length * (i + 1)) / RANGES)] ?? 0,
  );
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const edges = [low, ...bounds, high];
  return (row) => {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) return 'missing';
    const range = bounds.filter((bound) => value >= bound).length;
    return `${shownNumber(edges[range] ?? 0)} to ${shownNumber(edges[range + 1] ?? 0)}`;
  };
}

/** Groups of each column, and of each pair of columns where there are two or more. */
export function groupsOf(frame: Frame): RowGroup[] {
  const single = [...frame.columns].map(([name, column]) => groupColumn(name, column));
  const pairs: RowGroup[] = [];
  for (let a = 0; a < single.length; a++) {
    for (let b = a + 1; b < single.length; b++) {
      for (const one of single[a] ?? []) {
        const members = new Set(one.rows);
        for (const other of single[b] ?? []) {
          const rows = other.rows.filter((row) => members.has(row));
          if (rows.length >= ENOUGH_ROWS) pairs.push({ group: [...one.group, ...other.group], rows });
        }
      }
    }
  }
  return [...single.flat(), ...pairs];
}

const take = (values: Float64Array, rows: Uint32Array): Float64Array =>
  Float64Array.from(rows, (row) => values[row] ?? 0);

/** Fairness figures of one group: rates for two classes, accuracy for several, errors for numbers. */
export function groupMetrics({ group, rows }: RowGroup, all: ScoredRows, threshold: number): GroupMetrics {
  const weighted = all.weights !== undefined && all.weights !== null;
  const metrics =
    all.task === 'binary'
      ? binaryRates(
          take(all.targets, rows),
          take(classProbability(all.scores, 1), rows),
          all.weights ? take(all.weights, rows) : null,
          threshold,
        )
      : metricsOf(subset(all, rows), threshold, {
          bootstrap: weighted,
          only: ({ estimate }) => estimate !== undefined,
        });
  return { group, rows: rows.length, isEnough: rows.length >= ENOUGH_ROWS, metrics };
}

function subset(all: ScoredRows, rows: Uint32Array): ScoredRows {
  const { scores } = all;
  const weights = all.weights ? take(all.weights, rows) : null;
  if (scores.kind === 'numbers')
    return {
      ...all,
      weights,
      targets: take(all.targets, rows),
      scores: { kind: 'numbers', predictions: Float32Array.from(rows, (row) => scores.predictions[row] ?? 0) },
    };
  const { classes } = scores;
  const probabilities = new Float32Array(rows.length * classes);
  for (const [index, row] of rows.entries())
    for (let k = 0; k < classes; k++) probabilities[index * classes + k] = scores.probabilities[row * classes + k] ?? 0;
  return {
    ...all,
    weights,
    targets: take(all.targets, rows),
    scores: { kind: 'classes', classes, probabilities, labels: [] },
  };
}

function binaryRates(
  labels: Float64Array,
  probabilities: Float64Array,
  weights: Weights,
  threshold: number,
): MetricValue[] {
  const {
    truePositives: tp,
    falsePositives: fp,
    trueNegatives: tn,
    falseNegatives: fn,
  } = countsAt(labels, probabilities, threshold, weights);
  const of = (name: string, estimate: Estimate, isHigherBetter: boolean, reason: string): MetricValue => ({
    name,
    value: estimate.value,
    lower: estimate.lower,
    upper: estimate.upper,
    isHigherBetter,
    reason: estimate.value === null ? reason : null,
  });
  // Weighted rows know less than as many equal ones: Kish's effective number stands for the trials.
  const scale = effectiveRows(weights, labels.length) / totalWeight(weights, labels.length);
  const share = (part: number, whole: number): Estimate => wilsonInterval(part * scale, whole * scale);
  const all = tp + fp + tn + fn;
  const [noPositive, noNegative] = ['no positive row in this group', 'no negative row in this group'];
  const area = binaryMetrics(labels, probabilities, {
    weights,
    bootstrap: weights !== null,
    only: ({ name }) => name === 'rocAuc',
  });
  return [
    of('selectionRate', share(tp + fp, all), true, 'no rows'),
    of('truePositiveRate', share(tp, tp + fn), true, noPositive),
    of('falsePositiveRate', share(fp, fp + tn), false, noNegative),
    of('falseNegativeRate', share(fn, tp + fn), false, noPositive),
    of('accuracy', share(tp + tn, all), true, 'no rows'),
    of('precision', share(tp, tp + fp), true, 'no row is called positive'),
    ...area,
    of('trueNegativeRate', share(tn, fp + tn), true, noNegative),
    of('negativePredictiveValue', share(tn, tn + fn), true, 'no row is called negative'),
    of('prevalence', share(tp + fn, all), true, 'no rows'),
  ];
}

function effectiveRows(weights: Weights, rows: number): number {
  if (weights === null) return rows;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < rows; i++) {
    sum += weightAt(weights, i);
    squares += weightAt(weights, i) ** 2;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}
