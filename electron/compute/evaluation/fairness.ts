import type { FairnessSummary } from '../../../shared/contract/evaluation.ts';
import { benefitInequality } from '../stats/benefit-inequality.ts';
import { againstPrivileged, groupRates, parityMeasures } from '../stats/group-fairness.ts';
import { ENOUGH_ROWS, type RowGroup } from './groups.ts';
import { classProbability, type ScoredRows } from './scored-rows.ts';

/**
 * The fairness measures of each sensitive column, and of each pair: gaps and ratios between groups, the other groups against
 * the largest one, and how unequally benefits fall. Two classes only. Groups of fewer than 30 rows stay out.
 */
export function fairnessOf(scored: ScoredRows, members: readonly RowGroup[], threshold: number): FairnessSummary[] {
  if (scored.task !== 'binary') return [];
  const byColumns = Map.groupBy(members, ({ group }) => JSON.stringify(group.map(({ column }) => column)));
  return [...byColumns.values()].flatMap((groups) => {
    const named = groups
      .filter(({ rows }) => rows.length >= ENOUGH_ROWS)
      .map(({ group, rows }) => ({ name: group.map(({ value }) => value).join(' + '), rows }));
    const largest = named.toSorted((a, b) => b.rows.length - a.rows.length)[0];
    if (named.length < 2 || largest === undefined) return [];
    const order = named.flatMap(({ name, rows }) => Array.from(rows, (row) => ({ name, row })));
    const probabilities = classProbability(scored.scores, 1);
    const { weights } = scored;
    const rows = {
      labels: Float64Array.from(order, ({ row }) => scored.targets[row] ?? 0),
      probabilities: Float64Array.from(order, ({ row }) => probabilities[row] ?? 0),
      groups: order.map(({ name }) => name),
      weights: weights ? Float64Array.from(order, ({ row }) => weights[row] ?? 0) : null,
    };
    const measures = {
      ...parityMeasures(groupRates(rows, threshold).byGroup.values()),
      ...prefixed('privileged', againstPrivileged(rows, { threshold, privileged: largest.name })),
      ...benefitInequality(
        rows.labels,
        rows.probabilities.map((p) => Number(p >= threshold)),
        rows.groups,
      ),
    };
    return [
      {
        columns: groups[0]?.group.map(({ column }) => column) ?? [],
        privileged: largest.name,
        measures: Object.fromEntries(
          Object.entries(measures).map(([name, value]) => [
            name,
            value !== null && Number.isFinite(value) ? value : null,
          ]),
        ),
      },
    ];
  });
}

/** Signed measures against one group share names with gaps between all of them. */
const prefixed = (prefix: string, measures: Readonly<Record<string, number | null>>): Record<string, number | null> =>
  Object.fromEntries(Object.entries(measures).map(([name, value]) => [`${prefix}.${name}`, value]));
