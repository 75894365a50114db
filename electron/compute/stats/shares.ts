/** Distances of two tables of counts over the same cells; null when one of them is empty. */

export type Counts = ArrayLike<number>;

export const totalOf = (counts: Counts): number => {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i] ?? 0;
  return sum;
};

/** Sums what a cell adds, given the shares of reference and current in it. */
function overCells(reference: Counts, current: Counts, term: (p: number, q: number) => number): number | null {
  const [a, b] = [totalOf(reference), totalOf(current)];
  if (a === 0 || b === 0) return null;
  let sum = 0;
  for (let i = 0; i < reference.length; i++) sum += term((reference[i] ?? 0) / a, (current[i] ?? 0) / b);
  return sum;
}

/** Smallest share where a logarithm of shares is taken: below it a share is raised to it. */
const SMALLEST_SHARE = 1e-4;
const raised = (share: number): number => Math.max(share, SMALLEST_SHARE);

/**
 * Population stability index: sum of (q - p) ln(q / p) over cells, shares raised to 0.0001 and not renormalised. 0.1 is
 * commonly called a change, 0.2 a large one.
 */
export const populationStabilityIndex = (reference: Counts, current: Counts): number | null =>
  overCells(reference, current, (p, q) => (raised(q) - raised(p)) * Math.log(raised(q) / raised(p)));

/** Jensen-Shannon distance: the root of the divergence; in base 2 (default) from 0 to 1, in nats to 0.83. */
export function jensenShannonDistance(reference: Counts, current: Counts, base: 2 | 'e' = 2): number | null {
  const divergence = overCells(reference, current, (p, q) => {
    const middle = (p + q) / 2;
    return ((p > 0 ? p * Math.log(p / middle) : 0) + (q > 0 ? q * Math.log(q / middle) : 0)) / 2;
  });
  return divergence === null ? null : Math.sqrt(Math.max(0, base === 2 ? divergence / Math.LN2 : divergence));
}

/**
 * Kullback-Leibler divergence of the second table from the first, sum of q ln(q / p) in nats; shares are raised to 0.0001 and
 * then brought back to a sum of one, since an empty cell would make it infinite.
 */
export function kullbackLeibler(reference: Counts, current: Counts): number | null {
  const sumP = overCells(reference, current, raised);
  const sumQ = overCells(reference, current, (_, q) => raised(q));
  return sumP === null || sumQ === null
    ? null
    : overCells(reference, current, (p, q) => {
        const [below, above] = [raised(p) / sumP, raised(q) / sumQ];
        return above * Math.log(above / below) - above + below;
      });
}

/** Hellinger distance, from 0 to 1. */
export function hellingerDistance(reference: Counts, current: Counts): number | null {
  const sum = overCells(reference, current, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2);
  return sum === null ? null : Math.sqrt(sum / 2);
}

/** Half the sum of differences of shares. */
export function totalVariation(reference: Counts, current: Counts): number | null {
  const sum = overCells(reference, current, (p, q) => Math.abs(p - q));
  return sum === null ? null : sum / 2;
}

/** Largest difference of a single cell's share. */
export function lInfinity(reference: Counts, current: Counts): number | null {
  let largest = 0;
  const sum = overCells(reference, current, (p, q) => {
    largest = Math.max(largest, Math.abs(p - q));
    return 0;
  });
  return sum === null ? null : largest;
}
