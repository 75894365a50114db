import { describe, expect, it } from 'vitest';
import { benefitInequality } from '../../electron/compute/stats/benefit-inequality.ts';
import { delongInterval } from '../../electron/compute/stats/delong.ts';
import {
  againstPrivileged,
  type GroupedRows,
  type GroupRates,
  groupRates,
  parityMeasures,
  type Spread,
  spreadOf,
} from '../../electron/compute/stats/group-fairness.ts';
import { wilsonInterval } from '../../electron/compute/stats/proportion-intervals.ts';
import { reweighing } from '../../electron/compute/stats/reweighing.ts';
import { thresholdOptimizer } from '../../electron/compute/stats/threshold-optimizer.ts';
import { twoProportionTest } from '../../electron/compute/stats/two-proportions.ts';
import {
  type Arguments,
  expectAgreement,
  expectCase,
  flatCases,
  folderCases,
  type GoldenCase,
  vectorOf,
} from './golden-cases.ts';

const FOLDER = new URL('./data/fairness/', import.meta.url);
type Params = GoldenCase['params'];
type Answer = Readonly<Record<string, unknown>>;

/** One column of groups, or several joined to intersections. */
function groupsOf({ group }: Arguments): string[] {
  if (!Array.isArray(group)) return [];
  const columns: readonly unknown[][] = Array.isArray(group[0]) ? group : [group];
  return (columns[0] ?? []).map((_, row) => columns.map((column) => String(column[row])).join('|'));
}

const rowsOf = (input: Arguments): GroupedRows => ({
  labels: vectorOf(input['label']),
  probabilities: vectorOf(input['probability']),
  groups: groupsOf(input),
  weights: input['weight'] === undefined ? null : vectorOf(input['weight']),
});

const RATES = [
  'selectionRate',
  'truePositiveRate',
  'falsePositiveRate',
  'falseNegativeRate',
  'trueNegativeRate',
  'accuracy',
  'precision',
  'meanPrediction',
] as const;

function groupMetrics(input: Arguments, { threshold }: Params): Answer {
  const rows = rowsOf(input);
  const { overall, byGroup } = groupRates(rows, Number(threshold));
  const groups = [...byGroup.values()];
  const spreads = (part: keyof Spread) =>
    Object.fromEntries(
      RATES.map((name) => [
        name,
        spreadOf(
          groups.map((group) => group[name]),
          overall[name],
        )[part],
      ]),
    );
  const areas = Object.fromEntries(
    [...byGroup.keys()].map((name) => {
      const own = [...rows.groups.keys()].filter((row) => rows.groups[row] === name);
      const take = (values: Float64Array) => Float64Array.from(own, (row) => values[row] ?? 0);
      return [name, delongInterval(take(rows.labels), take(rows.probabilities)).value];
    }),
  );
  return {
    overall,
    byGroup: Object.fromEntries(byGroup),
    ...Object.fromEntries(
      (['difference', 'ratio', 'minimum', 'maximum', 'differenceToOverall', 'ratioToOverall'] as const).map((part) => [
        part,
        spreads(part),
      ]),
    ),
    ...parityMeasures(groups),
    rocAucByGroup: areas,
    aucByGroup: areas,
    rocAucDifference: spreadOf(Object.values(areas), null).difference,
  };
}

function privileged(input: Arguments, { threshold, privileged: name }: Params): Answer {
  const rows = rowsOf(input);
  const groups = rows.groups.map((group) => String(group === name));
  const calls = rows.probabilities.map((p) => Number(p >= Number(threshold)));
  const inequality = benefitInequality(rows.labels, calls, groups);
  return {
    ...againstPrivileged(rows, { threshold: Number(threshold), privileged: String(name) }),
    ...inequality,
    betweenAllGroupsTheil: inequality?.betweenGroupTheil,
  };
}

/** Keys as both sets write them: `a0` and `a|0`, or the four cells of privileged and favourable. */
function weights(input: Arguments, { privileged: name }: Params): Answer {
  const groups = groupsOf(input);
  const cells = reweighing(
    vectorOf(input['label']),
    name === undefined ? groups : groups.map((group) => (group === name ? 'privileged' : 'unprivileged')),
  );
  return {
    weights: Object.fromEntries(
      cells.flatMap(({ group, label, weight }) => [
        [`${group}${label}`, weight],
        [`${group}|${label}`, weight],
      ]),
    ),
    ...Object.fromEntries(
      cells.map(({ group, label, weight }) => [`${group}${label === 1 ? 'Favourable' : 'Unfavourable'}`, weight]),
    ),
  };
}

function optimized(input: Arguments, { constraint, objective }: Params): Answer {
  const rows = rowsOf(input);
  const answer = thresholdOptimizer(rows.labels, rows.probabilities, {
    groups: rows.groups,
    constraint:
      constraint === 'equalized_odds' ||
      constraint === 'true_positive_rate_parity' ||
      constraint === 'false_positive_rate_parity'
        ? constraint
        : 'demographic_parity',
    objective: objective === 'accuracy_score' ? 'accuracy_score' : 'balanced_accuracy_score',
  });
  const by = (rate: 'selectionRate' | 'truePositiveRate' | 'falsePositiveRate') =>
    Object.fromEntries(answer?.rules.map((rule) => [rule.group, rule[rate]]) ?? []);
  return {
    ...answer,
    selectionRate: by('selectionRate'),
    truePositiveRate: by('truePositiveRate'),
    falsePositiveRate: by('falsePositiveRate'),
  };
}

function parityGap(input: Arguments, { threshold, first, last }: Params): Answer {
  const { byGroup } = groupRates(rowsOf(input), Number(threshold));
  const selected = ({ selectionRate, count }: GroupRates) => [Math.round((selectionRate ?? 0) * count), count] as const;
  const of = (name: unknown) => {
    const rates = byGroup.get(String(name));
    return rates ? selected(rates) : ([0, 0] as const);
  };
  const intervals = [...byGroup].map(([name, rates]) => [name, wilsonInterval(...selected(rates))] as const);
  return {
    ...twoProportionTest(of(last), of(first)),
    low: Object.fromEntries(intervals.map(([name, { lower }]) => [name, lower])),
    high: Object.fromEntries(intervals.map(([name, { upper }]) => [name, upper])),
  };
}

const FUNCTIONS: Readonly<Record<string, (input: Arguments, params: Params) => Answer>> = {
  groupMetrics,
  fairness: (input, params) => {
    const rows = rowsOf(input);
    const calls = rows.probabilities.map((p) => Number(p >= Number(params['threshold'])));
    return {
      ...groupMetrics(input, params),
      theilIndex: benefitInequality(rows.labels, calls, rows.groups)?.theilIndex,
    };
  },
  fairnessAgainstPrivileged: privileged,
  reweighing: weights,
  thresholdOptimizer: optimized,
  parityGapTest: parityGap,
};

/** Fairlearn answers 0 for the rates of a group without a row they speak of, and takes that into gaps. */
function hasEmptyGroup(golden: GoldenCase, answer: Answer | undefined): boolean {
  const groups = answer?.['byGroup'];
  return (
    golden.function === 'groupMetrics' &&
    typeof groups === 'object' &&
    groups !== null &&
    Object.values(groups).some(
      ({ truePositiveRate, falsePositiveRate }) => truePositiveRate === null || falsePositiveRate === null,
    )
  );
}

function check(golden: GoldenCase, input: Arguments): void {
  const answer = FUNCTIONS[golden.function]?.(input, golden.params);
  expect(answer, `a function for ${golden.function}`).toBeDefined();
  if (!hasEmptyGroup(golden, answer)) {
    expectCase(golden, answer ?? null);
    return;
  }
  for (const key of ['demographicParityDifference', 'demographicParityRatio', 'overall'])
    expect(expectAgreement(answer?.[key], golden.expected[key], golden.tolerance, key)).toBeGreaterThan(0);
}

describe('rates of groups, gaps and reweighing equal Fairlearn on the first set', () => {
  const cases = flatCases(FOLDER, 'flat.json');
  it.each(cases.map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => check(golden, input));
});

describe('rates, gaps, intersections, inequality and thresholds equal Fairlearn and AIF360 on the second set', () => {
  const cases = folderCases(FOLDER);
  it.each(cases.map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => check(golden, input()));
});
