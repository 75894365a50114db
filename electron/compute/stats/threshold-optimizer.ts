import { cutsOf } from './ranking.ts';

/** Which rate is to be the same in every group. */
export type ParityConstraint =
  | 'demographic_parity'
  | 'equalized_odds'
  | 'true_positive_rate_parity'
  | 'false_positive_rate_parity';
export type ParityObjective = 'accuracy_score' | 'balanced_accuracy_score';

/** Of the rows of a group, `share` are called at the threshold `first`, the others at `second`; `mixed` of all calls are replaced by a coin of `coin`. */
export interface GroupRule {
  readonly group: string;
  readonly first: number;
  readonly second: number;
  readonly share: number;
  readonly mixed: number;
  readonly coin: number;
  readonly truePositiveRate: number;
  readonly falsePositiveRate: number;
  readonly selectionRate: number;
}

export interface OptimizedThresholds {
  readonly rules: readonly GroupRule[];
  /** Expected over the rule's coin tosses, on the rows given. */
  readonly expectedAccuracy: number;
  readonly expectedBalancedAccuracy: number;
}

const STEPS = 1000;

interface Corner {
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

interface Group {
  readonly name: string;
  readonly rows: number;
  readonly baseRate: number;
  /** Upper convex hull of the ROC curve, from (0, 0) to (1, 1). */
  readonly hull: readonly Corner[];
}

/**
 * Thresholds by group under a parity constraint that keep the objective as large as possible (Hardt, Price and Srebro 2016):
 * a search over a grid of 1,000 values of the constrained rate, along the convex hulls of the groups' ROC curves; between
 * corners calls are tossed. Null when a group lacks a class.
 */
export function thresholdOptimizer(
  labels: Float64Array,
  probabilities: Float64Array,
  {
    groups,
    constraint,
    objective,
  }: { groups: readonly string[]; constraint: ParityConstraint; objective: ParityObjective },
): OptimizedThresholds | null {
  const parts = groupsOf(labels, probabilities, groups);
  if (parts === null) return null;
  let best: { readonly value: number; readonly rules: readonly GroupRule[] } | null = null;
  for (let step = 0; step <= STEPS; step++) {
    const rules =
      constraint === 'equalized_odds' ? oddsRules(parts, step / STEPS) : rateRules(parts, step / STEPS, constraint);
    const value = judged(parts, rules, objective);
    if (best === null || value > best.value) best = { value, rules };
  }
  if (best === null) return null;
  return {
    rules: best.rules,
    expectedAccuracy: overall(parts, best.rules).accuracy,
    expectedBalancedAccuracy: overall(parts, best.rules).balanced,
  };
}

function groupsOf(labels: Float64Array, probabilities: Float64Array, groups: readonly string[]): Group[] | null {
  const names = [...new Set(groups)].sort();
  const parts = names.map((name) => {
    const rows = [...groups.keys()].filter((row) => groups[row] === name);
    const own = Float64Array.from(rows, (row) => labels[row] ?? 0);
    const cuts = cutsOf(
      own,
      Float64Array.from(rows, (row) => probabilities[row] ?? 0),
    );
    const corners: Corner[] = [{ threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 }];
    for (let i = 0; i < cuts.thresholds.length; i++) {
      const corner = {
        threshold: cuts.thresholds[i] ?? 0,
        falsePositiveRate: (cuts.falsePositives[i] ?? 0) / cuts.negatives,
        truePositiveRate: (cuts.truePositives[i] ?? 0) / cuts.positives,
      };
      while (corners.length > 1 && isBelow(corners.at(-2), corners.at(-1), corner)) corners.pop();
      corners.push(corner);
    }
    return { name, rows: rows.length, baseRate: cuts.positives / rows.length, hull: corners };
  });
  return parts.some(({ baseRate }) => baseRate === 0 || baseRate === 1) ? null : parts;
}

/** Is the middle corner on or under the line between the other two? */
function isBelow(a: Corner | undefined, b: Corner | undefined, c: Corner): boolean {
  if (!a || !b) return false;
  return (
    (b.truePositiveRate - a.truePositiveRate) * (c.falsePositiveRate - a.falsePositiveRate) <=
    (c.truePositiveRate - a.truePositiveRate) * (b.falsePositiveRate - a.falsePositiveRate)
  );
}

const selectionOf = (group: Group, corner: Pick<Corner, 'falsePositiveRate' | 'truePositiveRate'>): number =>
  corner.truePositiveRate * group.baseRate + corner.falsePositiveRate * (1 - group.baseRate);

/** The point of a group's hull at which a rate, which rises along the hull, has a value. */
function pointAt(group: Group, wanted: number, rate: (corner: Corner) => number): GroupRule {
  const { hull } = group;
  let at = 1;
  while (at < hull.length - 1 && rate(hull[at] ?? START) < wanted) at += 1;
  const [before, after] = [hull[at - 1] ?? START, hull[at] ?? START];
  const width = rate(after) - rate(before);
  const share = width > 0 ? Math.min(1, Math.max(0, (wanted - rate(before)) / width)) : 1;
  const between = (a: number, b: number): number => a + share * (b - a);
  const rates = {
    truePositiveRate: between(before.truePositiveRate, after.truePositiveRate),
    falsePositiveRate: between(before.falsePositiveRate, after.falsePositiveRate),
  };
  return {
    group: group.name,
    first: after.threshold,
    second: before.threshold,
    share,
    mixed: 0,
    coin: 0,
    ...rates,
    selectionRate: selectionOf(group, rates),
  };
}

const START: Corner = { threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 };

function rateRules(parts: readonly Group[], value: number, constraint: ParityConstraint): GroupRule[] {
  return parts.map((group) =>
    pointAt(group, value, (corner) =>
      constraint === 'demographic_parity'
        ? selectionOf(group, corner)
        : constraint === 'true_positive_rate_parity'
          ? corner.truePositiveRate
          : corner.falsePositiveRate,
    ),
  );
}

/** Every group at the lowest of the hulls: the better ones replace calls by a coin until they are no better. */
function oddsRules(parts: readonly Group[], falsePositiveRate: number): GroupRule[] {
  const own = parts.map((group) => pointAt(group, falsePositiveRate, (corner) => corner.falsePositiveRate));
  const reached = Math.min(...own.map((rule) => rule.truePositiveRate));
  return own.map((rule, index) => {
    const room = rule.truePositiveRate - falsePositiveRate;
    const mixed = room > 0 ? (rule.truePositiveRate - reached) / room : 0;
    const rates = { truePositiveRate: reached, falsePositiveRate };
    const group = parts[index];
    return {
      ...rule,
      ...rates,
      mixed,
      coin: falsePositiveRate,
      selectionRate: group ? selectionOf(group, rates) : rule.selectionRate,
    };
  });
}

/** The objective of each group, weighted by its rows. */
function judged(parts: readonly Group[], rules: readonly GroupRule[], objective: ParityObjective): number {
  const rows = parts.reduce((sum, group) => sum + group.rows, 0);
  return parts.reduce((sum, group, index) => {
    const [hits, alarms] = [rules[index]?.truePositiveRate ?? 0, rules[index]?.falsePositiveRate ?? 0];
    const value =
      objective === 'accuracy_score'
        ? group.baseRate * hits + (1 - group.baseRate) * (1 - alarms)
        : (hits + 1 - alarms) / 2;
    return sum + (group.rows / rows) * value;
  }, 0);
}

/** Rates of all rows together. */
function overall(parts: readonly Group[], rules: readonly GroupRule[]): { accuracy: number; balanced: number } {
  let [positives, negatives, hits, alarms] = [0, 0, 0, 0];
  for (const [index, { rows, baseRate }] of parts.entries()) {
    const rule = rules[index];
    positives += rows * baseRate;
    negatives += rows * (1 - baseRate);
    hits += rows * baseRate * (rule?.truePositiveRate ?? 0);
    alarms += rows * (1 - baseRate) * (rule?.falsePositiveRate ?? 0);
  }
  return {
    accuracy: (hits + negatives - alarms) / (positives + negatives),
    balanced: (hits / positives + 1 - alarms / negatives) / 2,
  };
}
