import type { GroupGap, GroupMetrics } from '../../../shared/contract/evaluation.ts';
import type { MetricValue } from '../../../shared/contract/models.ts';
import type { IntervalDot } from '../../components/charts/interval-dots-option.ts';

/** True when the interval of the gap leaves out zero: chance alone does not explain it. */
export function isGapCertain(gap: GroupGap): boolean {
  if (gap.value === null || gap.lower === null || gap.upper === null) return false;
  return gap.lower > 0 || gap.upper < 0;
}

/**
 * Gaps worst first: those that chance does not explain, then by size. Gaps without an answer come last;
 * equal ones keep their order.
 */
export function sortGaps(gaps: readonly GroupGap[]): readonly GroupGap[] {
  const rank = (gap: GroupGap): number => (gap.value === null ? 2 : isGapCertain(gap) ? 0 : 1);
  return gaps.toSorted((a, b) => rank(a) - rank(b) || Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0));
}

/** The name of a group as a person says it: "SEX Female · RAC1P Asian". */
export function groupLabel(group: GroupMetrics): string {
  return group.group.map((part) => `${part.column} ${part.value}`).join(' · ');
}

/** The columns of a group in their order: the key by which groups belong together. */
export function groupColumns(group: GroupMetrics): string {
  return group.group.map((part) => part.column).join(' × ');
}

/** Every combination of columns that there are groups for, single columns before intersections. */
export function groupings(groups: readonly GroupMetrics[]): readonly string[] {
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(groupColumns(group), group.group.length);
  return [...sizes].toSorted((a, b) => a[1] - b[1]).map(([name]) => name);
}

/** One row of the dot plot. */
export interface GroupDot extends IntervalDot {
  readonly reason: string | null;
}

const metricOf = (metrics: readonly MetricValue[], name: string): MetricValue | undefined =>
  metrics.find((metric) => metric.name === name);

/**
 * One metric of every group of a grouping, worst first: lowest where higher is better, else highest.
 * Groups without an answer or with too few rows follow.
 */
export function groupDots(
  groups: readonly GroupMetrics[],
  grouping: string | null,
  metric: string,
): readonly GroupDot[] {
  const isHigherBetter =
    groups.map((group) => metricOf(group.metrics, metric)).find((found) => found !== undefined)?.isHigherBetter ?? true;
  const direction = isHigherBetter ? 1 : -1;
  const rank = (dot: GroupDot): number => (dot.value === null ? 2 : dot.isEnough ? 0 : 1);
  return groups
    .filter((group) => grouping === null || groupColumns(group) === grouping)
    .map((group) => {
      const found = metricOf(group.metrics, metric);
      return {
        label: grouping === null ? groupLabel(group) : group.group.map((part) => part.value).join(' · '),
        rows: group.rows,
        isEnough: group.isEnough,
        value: found?.value ?? null,
        lower: found?.lower ?? null,
        upper: found?.upper ?? null,
        reason: found?.reason ?? null,
      };
    })
    .toSorted((a, b) => rank(a) - rank(b) || direction * ((a.value ?? 0) - (b.value ?? 0)));
}

/** Names of the metrics that at least one group has, in the order of the first group that has them. */
export function groupMetricNames(groups: readonly GroupMetrics[]): readonly string[] {
  return [...new Set(groups.flatMap((group) => group.metrics.map((metric) => metric.name)))];
}
