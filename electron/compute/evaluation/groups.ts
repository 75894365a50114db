import type { GroupGap, GroupMetrics } from '../../../shared/contract/evaluation.ts';
import type { MetricValue } from '../../../shared/contract/models.ts';
import type { Frame, FrameColumn } from '../frame/frame.ts';
import { countsAt } from '../stats/confusion.ts';
import { delongInterval } from '../stats/delong.ts';
import { type Estimate, noAnswer } from '../stats/interval.ts';
import { normalQuantile } from '../stats/normal.ts';
import { wilsonInterval } from '../stats/proportion-intervals.ts';
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

const shown = (value: number): string => String(Number(value.toPrecision(6)));

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
    return `${shown(edges[range] ?? 0)} to ${shown(edges[range + 1] ?? 0)}`;
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
  const metrics =
    all.task === 'binary'
      ? binaryRates(take(all.targets, rows), take(classProbability(all.scores, 1), rows), threshold)
      : metricsOf(subset(all, rows), threshold);
  return { group, rows: rows.length, isEnough: rows.length >= ENOUGH_ROWS, metrics };
}

function subset(all: ScoredRows, rows: Uint32Array): ScoredRows {
  const { scores } = all;
  if (scores.kind === 'numbers')
    return {
      ...all,
      targets: take(all.targets, rows),
      scores: { kind: 'numbers', predictions: Float32Array.from(rows, (row) => scores.predictions[row] ?? 0) },
    };
  const { classes } = scores;
  const probabilities = new Float32Array(rows.length * classes);
  for (const [index, row] of rows.entries())
    for (let k = 0; k < classes; k++) probabilities[index * classes + k] = scores.probabilities[row * classes + k] ?? 0;
  return { ...all, targets: take(all.targets, rows), scores: { kind: 'classes', classes, probabilities, labels: [] } };
}

function binaryRates(labels: Float64Array, probabilities: Float64Array, threshold: number): MetricValue[] {
  const {
    truePositives: tp,
    falsePositives: fp,
    trueNegatives: tn,
    falseNegatives: fn,
  } = countsAt(labels, probabilities, threshold);
  const of = (name: string, estimate: Estimate, isHigherBetter: boolean, reason: string): MetricValue => ({
    name,
    value: estimate.value,
    lower: estimate.lower,
    upper: estimate.upper,
    isHigherBetter,
    reason: estimate.value === null ? reason : null,
  });
  return [
    of('selectionRate', wilsonInterval(tp + fp, labels.length), true, 'no rows'),
    of('truePositiveRate', wilsonInterval(tp, tp + fn), true, 'no positive row in this group'),
    of('falsePositiveRate', wilsonInterval(fp, fp + tn), false, 'no negative row in this group'),
    of('falseNegativeRate', wilsonInterval(fn, tp + fn), false, 'no positive row in this group'),
    of('accuracy', wilsonInterval(tp + tn, labels.length), true, 'no rows'),
    of('precision', wilsonInterval(tp, tp + fp), true, 'no row is called positive'),
    of(
      'rocAuc',
      labels.length === 0 ? noAnswer : delongInterval(labels, probabilities),
      true,
      'both classes are needed',
    ),
  ];
}

/** A fairness measure: the largest difference of these metrics between groups of one column (Fairlearn's definitions). */
const GAPS = [
  { name: 'demographicParityDifference', metrics: ['selectionRate'], words: 'is selected' },
  { name: 'equalOpportunityDifference', metrics: ['truePositiveRate'], words: 'is found when positive' },
  { name: 'equalizedOddsDifference', metrics: ['truePositiveRate', 'falsePositiveRate'], words: 'differs in errors' },
  { name: 'accuracyDifference', metrics: ['accuracy'], words: 'is judged right' },
] as const;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Gaps of each column's groups, and of intersections, largest first. Groups too small or without an answer stay out. */
export function gapsOf(groups: readonly GroupMetrics[], task: ScoredRows['task']): GroupGap[] {
  const byColumns = new Map<string, GroupMetrics[]>();
  for (const group of groups) {
    const key = JSON.stringify(group.group.map(({ column }) => column));
    byColumns.set(key, [...(byColumns.get(key) ?? []), group]);
  }
  const measures =
    task === 'binary'
      ? GAPS
      : task === 'multiclass'
        ? GAPS.slice(3)
        : [{ name: 'maeDifference', metrics: ['mae'], words: 'is missed by' } as const];
  const gaps: GroupGap[] = [];
  for (const members of byColumns.values()) {
    for (const measure of measures) {
      const candidates = measure.metrics.map((metric) => gapOf(members, measure.name, metric, measure.words, task));
      const largest = candidates.toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1))[0];
      if (largest) gaps.push(largest);
    }
  }
  return gaps.toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1));
}

function gapOf(
  members: readonly GroupMetrics[],
  name: string,
  metric: string,
  words: string,
  task: ScoredRows['task'],
): GroupGap {
  const columns = members[0]?.group.map(({ column }) => column) ?? [];
  const answered = members
    .filter(({ isEnough }) => isEnough)
    .flatMap((group) => {
      const found = group.metrics.find((one) => one.name === metric);
      return found?.value === null || found === undefined
        ? []
        : [{ label: group.group.map(({ value }) => value).join(' + '), found, value: found.value }];
    })
    .sort((a, b) => b.value - a.value);
  const [top, bottom] = [answered[0], answered.at(-1)];
  if (!top || !bottom || top === bottom) {
    return {
      columns,
      name,
      metric,
      value: null,
      lower: null,
      upper: null,
      highest: null,
      lowest: null,
      sentence: `${columns.join(' and ')}: fewer than two groups have an answer.`,
    };
  }
  const value = top.value - bottom.value;
  const half = (one: MetricValue) =>
    one.upper === null || one.lower === null ? Number.NaN : (one.upper - one.lower) / 2 / normalQuantile(0.975);
  // Newcombe's idea in its plain form: the two groups' standard errors add up.
  const error = Math.hypot(half(top.found), half(bottom.found)) * normalQuantile(0.975);
  const show = (number: number) => (task === 'regression' ? shown(number) : percent(number));
  return {
    columns,
    name,
    metric,
    value,
    lower: Number.isFinite(error) ? value - error : null,
    upper: Number.isFinite(error) ? value + error : null,
    highest: top.label,
    lowest: bottom.label,
    sentence: `${columns.join(' and ')}: ${top.label} ${words} ${show(top.value)}, ${bottom.label} ${show(bottom.value)}.`,
  };
}
