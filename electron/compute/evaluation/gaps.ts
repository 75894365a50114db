import type { GroupGap, GroupMetrics } from '../../../shared/contract/evaluation.ts';
import type { MetricValue } from '../../../shared/contract/models.ts';
import { newcombeOf } from '../stats/two-proportions.ts';
import { shownNumber } from './groups.ts';
import type { ScoredRows } from './scored-rows.ts';

/** A fairness measure: the largest difference of these metrics between groups of one column (Fairlearn's definitions). */
const GAPS = [
  { name: 'demographicParityDifference', metrics: ['selectionRate'], words: 'is selected' },
  { name: 'equalOpportunityDifference', metrics: ['truePositiveRate'], words: 'is found when positive' },
  { name: 'equalizedOddsDifference', metrics: ['truePositiveRate', 'falsePositiveRate'], words: 'differs in errors' },
  { name: 'accuracyDifference', metrics: ['accuracy'], words: 'is judged right' },
  { name: 'predictiveParityDifference', metrics: ['precision'], words: 'is rightly selected' },
  { name: 'falsePositiveRateDifference', metrics: ['falsePositiveRate'], words: 'is wrongly selected' },
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
        ? GAPS.slice(3, 4)
        : task === 'multilabel'
          ? [{ name: 'hammingLossDifference', metrics: ['hammingLoss'], words: 'has wrong labels in' } as const]
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
  const interval = reach(bottom.found, bottom.value, top.found, top.value);
  const show = (number: number) => (task === 'regression' ? shownNumber(number) : percent(number));
  return {
    columns,
    name,
    metric,
    value,
    lower: interval?.low ?? null,
    upper: interval?.high ?? null,
    highest: top.label,
    lowest: bottom.label,
    sentence: `${columns.join(' and ')}: ${top.label} ${words} ${show(top.value)}, ${bottom.label} ${show(bottom.value)}.`,
  };
}

/** Newcombe's interval of the difference of two estimates: for shares with Wilson's intervals his method 10. */
function reach(a: MetricValue, ofA: number, b: MetricValue, ofB: number): { low: number; high: number } | null {
  return a.lower === null || a.upper === null || b.lower === null || b.upper === null
    ? null
    : newcombeOf({ value: ofA, lower: a.lower, upper: a.upper }, { value: ofB, lower: b.lower, upper: b.upper });
}
