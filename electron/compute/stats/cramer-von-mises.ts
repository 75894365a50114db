import { scaledBesselK } from './bessel.ts';
import { logGamma } from './gamma.ts';
import { forEachValue, type SortedSample } from './sorted-sample.ts';
import { asPValue, type TestOutcome } from './test-outcome.ts';

/** Cells of the exact law's table above which it is not computed. */
const EXACT_CELLS = 400_000_000;

/**
 * Cramér-von Mises for two samples (Anderson 1962), ties by midranks. `asymptotic`: the limit law at the statistic brought
 * to its mean and variance; `exact`: all relabellings counted (Xiao, Gordon and Yakovlev 2007), as if there were no ties;
 * `auto` is exact up to 20 values a sample. Null below two values in a sample; the p value is null where exact is too dear.
 */
export function cramerVonMises(
  x: SortedSample,
  y: SortedSample,
  method: 'auto' | 'exact' | 'asymptotic' = 'auto',
): TestOutcome | null {
  const [n, m] = [x.length, y.length];
  if (n < 2 || m < 2) return null;
  const [product, total] = [n * m, n + m];
  let [ofRanksX, ofRanksY] = [0, 0];
  forEachValue(x, y, (_, ofX, ofY, belowX, belowY) => {
    const rank = belowX + belowY + (ofX + ofY + 1) / 2;
    for (let k = 1; k <= ofX; k++) ofRanksX += (rank - (belowX + k)) ** 2;
    for (let k = 1; k <= ofY; k++) ofRanksY += (rank - (belowY + k)) ** 2;
  });
  const ranks = n * ofRanksX + m * ofRanksY;
  const statistic = ranks / (product * total) - (4 * product - 1) / (6 * total);
  const isExact = method === 'exact' || (method === 'auto' && Math.max(n, m) <= 20);
  return { statistic, pValue: isExact ? exactTail(ranks, n, m) : limitTail(statistic, n, m) };
}

/** The textbook form under ties: nm / (n + m)^2 times the squared gaps of the distribution functions, over all pooled observations. */
export function cramerVonMisesEcdf(x: SortedSample, y: SortedSample): number | null {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) return null;
  let sum = 0;
  forEachValue(x, y, (_, ofX, ofY, belowX, belowY) => {
    sum += (ofX + ofY) * ((belowX + ofX) / n - (belowY + ofY) / m) ** 2;
  });
  return ((n * m) / (n + m) ** 2) * sum;
}

function limitTail(statistic: number, n: number, m: number): number | null {
  const [product, total] = [n * m, n + m];
  const mean = (1 + 1 / total) / 6;
  const variance =
    ((total + 1) * (4 * product * total - 3 * (n * n + m * m) - 2 * product)) / (45 * total * total * 4 * product);
  const scaled = 1 / 6 + (statistic - mean) / Math.sqrt(45 * variance);
  return scaled < 0.003 ? 1 : asPValue(1 - limitLaw(scaled));
}

/**
 * The limit law (Anderson and Darling 1952, eq. 1.3). The series is left at its first term below 1e-7, as the tables in use
 * were: p values below that hold no digits.
 */
function limitLaw(x: number): number {
  let sum = 0;
  for (let k = 0; k < 10_000; k++) {
    const odd = 4 * k + 1;
    const q = (odd * odd) / (16 * x);
    const weight = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const term = weight * Math.sqrt(odd) * Math.exp(-2 * q) * scaledBesselK(0.25, q);
    sum += term;
    if (term < 1e-7) break;
  }
  return sum;
}

/** Share of relabellings with a rank sum at least as large: a table over the grid of paths, values cut at the one observed. */
function exactTail(ranks: number, n: number, m: number): number | null {
  const multiple = leastCommonMultiple(n, m);
  const [a, b] = [multiple / n, multiple / m];
  const product = n * m;
  const observed = Math.floor(
    (multiple * multiple * (n + m) * (6 * ranks - product * (4 * product - 1))) / (6 * product * product) + 1e-9,
  );
  if (observed <= 0) return 1;
  if (observed * product > EXACT_CELLS) return null;
  // below[v][z]: share of the relabellings of the first u + v values with a sum of z so far.
  let below: Float64Array[] = [];
  for (let u = 0; u <= m; u++) {
    const next: Float64Array[] = [];
    for (let v = 0; v <= n; v++) {
      const here = new Float64Array(observed);
      const step = (a * v - b * u) ** 2;
      if (u === 0 && v === 0) here[0] = 1;
      else {
        if (v > 0) addShifted(here, next[v - 1], step, v / (u + v));
        if (u > 0) addShifted(here, below[v], step, u / (u + v));
      }
      next.push(here);
    }
    below = next;
  }
  const share = (below[n] ?? new Float64Array()).reduce((sum, value) => sum + value, 0);
  return asPValue(1 - share);
}

function addShifted(into: Float64Array, from: Float64Array | undefined, shift: number, factor: number): void {
  if (from === undefined) return;
  for (let z = shift; z < into.length; z++) into[z] = (into[z] ?? 0) + factor * (from[z - shift] ?? 0);
}

function leastCommonMultiple(a: number, b: number): number {
  let [p, q] = [a, b];
  while (q !== 0) [p, q] = [q, p % q];
  return (a / p) * b;
}
