import {
  accuracy,
  type BinaryCounts,
  countsAt,
  negativePredictiveValue,
  precision,
  recall,
  specificity,
} from './confusion.ts';
import { type Weights, weightAt } from './weights.ts';

/** Rates of a group of rows; null where the group has no row they speak of. */
export interface GroupRates {
  readonly selectionRate: number | null;
  readonly truePositiveRate: number | null;
  readonly falsePositiveRate: number | null;
  readonly falseNegativeRate: number | null;
  readonly trueNegativeRate: number | null;
  readonly accuracy: number | null;
  readonly precision: number | null;
  readonly negativePredictiveValue: number | null;
  /** Mean of the calls, 0 or 1: the selection rate by its other name. */
  readonly meanPrediction: number | null;
  /** Share of rows that are positive. */
  readonly baseRate: number | null;
  /** Rows, each counted once. */
  readonly count: number;
}

export type RateName = Exclude<keyof GroupRates, 'count'>;

/** Rows with their group; calls are made at a threshold. */
export interface GroupedRows {
  readonly labels: Float64Array;
  readonly probabilities: Float64Array;
  readonly groups: readonly string[];
  readonly weights: Weights;
}

const complement = (share: number | null): number | null => (share === null ? null : 1 - share);

export function ratesOf(counts: BinaryCounts, count: number): GroupRates {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = counts;
  const total = tp + fp + tn + fn;
  const of = (part: number): number | null => (total > 0 ? part / total : null);
  return {
    selectionRate: of(tp + fp),
    truePositiveRate: recall(counts),
    falsePositiveRate: complement(specificity(counts)),
    falseNegativeRate: complement(recall(counts)),
    trueNegativeRate: specificity(counts),
    accuracy: accuracy(counts),
    precision: precision(counts),
    negativePredictiveValue: negativePredictiveValue(counts),
    meanPrediction: of(tp + fp),
    baseRate: of(tp + fn),
    count,
  };
}

/** Rates of each group, by its name, and of all rows. */
export function groupRates(
  { labels, probabilities, groups, weights }: GroupedRows,
  threshold: number,
): { readonly overall: GroupRates; readonly byGroup: ReadonlyMap<string, GroupRates> } {
  const members = new Map<string, number[]>();
  for (const [row, group] of groups.entries()) {
    const rows = members.get(group);
    if (rows) rows.push(row);
    else members.set(group, [row]);
  }
  const take = (values: Float64Array, rows: readonly number[]): Float64Array =>
    Float64Array.from(rows, (row) => values[row] ?? 0);
  const byGroup = new Map(
    [...members].map(([name, rows]) => {
      const own = weights === null ? null : Float64Array.from(rows, (row) => weightAt(weights, row));
      return [name, ratesOf(countsAt(take(labels, rows), take(probabilities, rows), threshold, own), rows.length)];
    }),
  );
  return { overall: ratesOf(countsAt(labels, probabilities, threshold, weights), labels.length), byGroup };
}

/** How far groups are apart in one rate. Groups without an answer stay out; null where none has one. */
export interface Spread {
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly difference: number | null;
  /** Smallest over largest. */
  readonly ratio: number | null;
  /** Largest distance of a group from all rows, and the smallest ratio, turned so that it is at most 1. */
  readonly differenceToOverall: number | null;
  readonly ratioToOverall: number | null;
}

export function spreadOf(values: readonly (number | null)[], overall: number | null): Spread {
  const known = values.filter((value) => value !== null);
  if (known.length === 0)
    return {
      minimum: null,
      maximum: null,
      difference: null,
      ratio: null,
      differenceToOverall: null,
      ratioToOverall: null,
    };
  const [minimum, maximum] = [Math.min(...known), Math.max(...known)];
  const ratios = known.map((value) => (overall === null || overall === 0 ? null : value / overall));
  const isKnown = overall !== null && ratios.every((ratio) => ratio !== null);
  return {
    minimum,
    maximum,
    difference: maximum - minimum,
    ratio: maximum === 0 ? null : minimum / maximum,
    differenceToOverall: overall === null ? null : Math.max(...known.map((value) => Math.abs(value - overall))),
    ratioToOverall: isKnown ? Math.min(...ratios.map((ratio) => Math.min(ratio ?? 1, 1 / (ratio ?? 1)))) : null,
  };
}

/** Named gaps between groups (Hardt 2016; Agarwal 2018), from the spreads of their rates. */
export function parityMeasures(byGroup: Iterable<GroupRates>): Readonly<Record<string, number | null>> {
  const groups = [...byGroup];
  const spread = (name: RateName): Spread =>
    spreadOf(
      groups.map((rates) => rates[name]),
      null,
    );
  const [selection, hits, alarms] = [spread('selectionRate'), spread('truePositiveRate'), spread('falsePositiveRate')];
  const both = (a: number | null, b: number | null, join: (a: number, b: number) => number): number | null =>
    a === null || b === null ? null : join(a, b);
  return {
    demographicParityDifference: selection.difference,
    demographicParityRatio: selection.ratio,
    equalizedOddsDifference: both(hits.difference, alarms.difference, Math.max),
    equalizedOddsRatio: both(hits.ratio, alarms.ratio, Math.min),
    equalizedOddsDifferenceMean: both(hits.difference, alarms.difference, (a, b) => (a + b) / 2),
    equalOpportunityDifference: hits.difference,
    equalOpportunityRatio: hits.ratio,
    predictiveParityDifference: spread('precision').difference,
    falsePositiveRateDifference: alarms.difference,
    accuracyDifference: spread('accuracy').difference,
  };
}

/** The unprivileged rows, all others, less the privileged ones (signed), or over them. Null where either has no answer. */
export function againstPrivileged(
  rows: GroupedRows,
  { threshold, privileged }: { threshold: number; privileged: string },
): Readonly<Record<string, number | null>> {
  const groups = rows.groups.map((group) => (group === privileged ? 'privileged' : 'others'));
  const { byGroup } = groupRates({ ...rows, groups }, threshold);
  const [others, own] = [byGroup.get('others'), byGroup.get('privileged')];
  const of = (name: RateName, join: (a: number, b: number) => number): number | null => {
    const [a, b] = [others?.[name] ?? null, own?.[name] ?? null];
    return a === null || b === null ? null : join(a, b);
  };
  const less = (name: RateName): number | null => of(name, (a, b) => a - b);
  const over = (name: RateName): number | null => of(name, (a, b) => (b === 0 ? Number.NaN : a / b));
  const [hits, alarms] = [less('truePositiveRate'), less('falsePositiveRate')];
  const isOdds = hits !== null && alarms !== null;
  return {
    'label.meanDifference': less('baseRate'),
    'label.disparateImpact': over('baseRate'),
    statisticalParityDifference: less('selectionRate'),
    disparateImpact: over('selectionRate'),
    averageOddsDifference: isOdds ? (hits + alarms) / 2 : null,
    averageAbsOddsDifference: isOdds ? (Math.abs(hits) + Math.abs(alarms)) / 2 : null,
    equalOpportunityDifferenceSigned: hits,
    falsePositiveRateDifference: alarms,
    predictiveParityDifference: less('precision'),
    errorRateRatio: of('accuracy', (a, b) => (b === 1 ? Number.NaN : (1 - a) / (1 - b))),
    accuracyDifference: less('accuracy'),
  };
}
