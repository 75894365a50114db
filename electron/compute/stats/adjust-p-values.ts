/** How p values of several tests are raised so that they can be read as one family. */
export type Adjustment =
  | 'bonferroni'
  | 'holm'
  | 'hochberg'
  | 'sidak'
  | 'holmSidak'
  | 'benjaminiHochberg'
  | 'benjaminiYekutieli';

/** `k` of `m` p values is at most as large, itself counted; 1 - (1 - p)^n without losing small p. */
const sidak = (p: number, n: number): number => -Math.expm1(n * Math.log1p(-p));

/** From the smallest p up: each at least as large as the one before. */
const FROM_BELOW: Readonly<Partial<Record<Adjustment, (p: number, rank: number, m: number) => number>>> = {
  bonferroni: (p, _, m) => p * m,
  sidak: (p, _, m) => sidak(p, m),
  holm: (p, rank, m) => p * (m - rank + 1),
  holmSidak: (p, rank, m) => sidak(p, m - rank + 1),
};

/** From the largest p down: each at most as large as the one after. */
const FROM_ABOVE: Readonly<Partial<Record<Adjustment, (p: number, rank: number, m: number) => number>>> = {
  hochberg: (p, rank, m) => p * (m - rank + 1),
  benjaminiHochberg: (p, rank, m) => (p * m) / rank,
  benjaminiYekutieli: (p, rank, m) => {
    let harmonic = 0;
    for (let k = 1; k <= m; k++) harmonic += 1 / k;
    return (p * m * harmonic) / rank;
  },
};

/**
 * Adjusted p values in the order given: against any false alarm (Bonferroni, Holm 1979, Hochberg 1988, Šidák), or against the
 * share of false ones among the alarms (Benjamini and Hochberg 1995; Yekutieli 2001 for any dependence).
 */
export function adjustPValues(pValues: readonly number[], adjustment: Adjustment): number[] {
  const m = pValues.length;
  const order = [...pValues.keys()].sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = new Array<number>(m).fill(1);
  const [up, down] = [FROM_BELOW[adjustment], FROM_ABOVE[adjustment]];
  let bound = up === undefined ? 1 : 0;
  for (let step = 0; step < m; step++) {
    const rank = up === undefined ? m - step : step + 1;
    const index = order[rank - 1] ?? 0;
    const p = pValues[index] ?? 1;
    bound = up === undefined ? Math.min(bound, down?.(p, rank, m) ?? 1) : Math.max(bound, up(p, rank, m));
    adjusted[index] = Math.min(1, bound);
  }
  return adjusted;
}
