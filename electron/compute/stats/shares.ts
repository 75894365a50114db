/** Distances of two tables of counts over the same cells; null when one of them is empty. */

const total = (counts: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i] ?? 0;
  return sum;
};

type Counts = ArrayLike<number>;

function shares(p: Counts, q: Counts): readonly [Float64Array, Float64Array] | null {
  const [a, b] = [total(p), total(q)];
  if (a === 0 || b === 0) return null;
  return [Float64Array.from(p, (count) => count / a), Float64Array.from(q, (count) => count / b)];
}

/** Smallest share in a population stability index: below it a share is raised to it, without renormalising. */
const SMALLEST_SHARE = 1e-4;

/** Population stability index: sum of (q - p) ln(q / p) over cells. 0.1 is commonly called a change, 0.2 a large one. */
export function populationStabilityIndex(reference: Counts, current: Counts): number | null {
  const both = shares(reference, current);
  if (!both) return null;
  let sum = 0;
  for (let i = 0; i < both[0].length; i++) {
    const p = Math.max(both[0][i] ?? 0, SMALLEST_SHARE);
    const q = Math.max(both[1][i] ?? 0, SMALLEST_SHARE);
    sum += (q - p) * Math.log(q / p);
  }
  return sum;
}

/** Jensen-Shannon distance in base 2: the root of the divergence, from 0 to 1. */
export function jensenShannonDistance(reference: Counts, current: Counts): number | null {
  const both = shares(reference, current);
  if (!both) return null;
  let sum = 0;
  for (let i = 0; i < both[0].length; i++) {
    const [p, q] = [both[0][i] ?? 0, both[1][i] ?? 0];
    const middle = (p + q) / 2;
    if (p > 0) sum += (p * Math.log2(p / middle)) / 2;
    if (q > 0) sum += (q * Math.log2(q / middle)) / 2;
  }
  return Math.sqrt(Math.max(0, sum));
}

/** Largest difference of a single cell's share. */
export function lInfinity(reference: Counts, current: Counts): number | null {
  const both = shares(reference, current);
  if (!both) return null;
  let largest = 0;
  for (let i = 0; i < both[0].length; i++) largest = Math.max(largest, Math.abs((both[0][i] ?? 0) - (both[1][i] ?? 0)));
  return largest;
}

/** Half the sum of differences of shares. */
export function totalVariation(reference: Counts, current: Counts): number | null {
  const both = shares(reference, current);
  if (!both) return null;
  let sum = 0;
  for (let i = 0; i < both[0].length; i++) sum += Math.abs((both[0][i] ?? 0) - (both[1][i] ?? 0));
  return sum / 2;
}

/**
 * Pearson's chi-square of the two-row table of counts: both samples are random, neither is taken as exact. Cells empty in
 * both are left out; with one cell left statistic 0 and p 1.
 */
export function chiSquare(
  reference: Counts,
  current: Counts,
): { statistic: number; pValue: number; degreesOfFreedom: number } | null {
  const [a, b] = [total(reference), total(current)];
  if (a === 0 || b === 0) return null;
  let [statistic, cells] = [0, 0];
  for (let i = 0; i < reference.length; i++) {
    const [p, q] = [reference[i] ?? 0, current[i] ?? 0];
    if (p + q === 0) continue;
    cells += 1;
    const [expectedP, expectedQ] = [((p + q) * a) / (a + b), ((p + q) * b) / (a + b)];
    statistic += (p - expectedP) ** 2 / expectedP + (q - expectedQ) ** 2 / expectedQ;
  }
  const degreesOfFreedom = cells - 1;
  return {
    statistic,
    pValue: degreesOfFreedom === 0 ? 1 : gammaQ(degreesOfFreedom / 2, statistic / 2),
    degreesOfFreedom,
  };
}

/** Upper regularised incomplete gamma function Q(a, x): series below a + 1, Lentz's continued fraction above. */
export function gammaQ(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - sum * front;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 10_000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b || 1e-300);
    c = b + an / c || 1e-300;
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return front * h;
}

/** ln of the gamma function (Lanczos, g = 7, n = 9). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const g = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const y = x - 1;
  let sum = g[0] ?? 0;
  for (let i = 1; i < 9; i++) sum += (g[i] ?? 0) / (y + i);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}
