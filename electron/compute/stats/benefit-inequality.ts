/**
 * How unequally a model's benefits fall (Speicher 2018): a row's benefit is its call less its label plus one, so 2 for one
 * wrongly called positive, 0 for one wrongly called negative. Indices of the generalised entropy family, 0 when all are equal.
 */
export interface BenefitInequality {
  readonly theilIndex: number;
  readonly generalizedEntropyIndex2: number;
  readonly coefficientOfVariation: number;
  /** Of the groups' mean benefits alone. */
  readonly betweenGroupTheil: number;
  readonly betweenGroupGeneralizedEntropy2: number;
}

/** `calls` and `labels` are 0 or 1. Null without rows, or when every benefit is zero. */
export function benefitInequality(
  labels: ArrayLike<number>,
  calls: ArrayLike<number>,
  groups: readonly string[],
): BenefitInequality | null {
  const benefits = Float64Array.from({ length: labels.length }, (_, i) => (calls[i] ?? 0) - (labels[i] ?? 0) + 1);
  const sums = new Map<string, { sum: number; rows: number }>();
  for (const [i, benefit] of benefits.entries()) {
    const group = sums.get(groups[i] ?? '') ?? { sum: 0, rows: 0 };
    sums.set(groups[i] ?? '', { sum: group.sum + benefit, rows: group.rows + 1 });
  }
  const between = benefits.map((_, i) => {
    const group = sums.get(groups[i] ?? '');
    return group ? group.sum / group.rows : 0;
  });
  const [all, ofGroups] = [entropies(benefits), entropies(between)];
  return all === null || ofGroups === null
    ? null
    : {
        theilIndex: all.theil,
        generalizedEntropyIndex2: all.second,
        coefficientOfVariation: Math.sqrt(2 * all.second),
        betweenGroupTheil: ofGroups.theil,
        betweenGroupGeneralizedEntropy2: ofGroups.second,
      };
}

function entropies(benefits: Float64Array): { theil: number; second: number } | null {
  const n = benefits.length;
  const mean = benefits.reduce((sum, benefit) => sum + benefit, 0) / n;
  if (!(mean > 0)) return null;
  let [theil, second] = [0, 0];
  for (const benefit of benefits) {
    const share = benefit / mean;
    if (share > 0) theil += share * Math.log(share);
    second += share * share - 1;
  }
  return { theil: theil / n, second: second / n / 2 };
}
