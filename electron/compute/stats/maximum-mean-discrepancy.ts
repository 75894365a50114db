import { seededRandom } from '../train/seeded-random.ts';
import { combinations } from './permutation-test.ts';
import { type Points, squaredDistance } from './point-clouds.ts';
import { medianSorted } from './sorted-sample.ts';

export interface DiscrepancyParams {
  /** With the pairs of a point with itself left out (Gretton 2012, eq. 3), else with them (eq. 5). */
  readonly unbiased?: boolean;
  /** s2 in exp(-|x - y|^2 / s2); left out, the median squared distance of all pooled pairs. */
  readonly squaredBandwidth?: number | undefined;
}

interface Kernel {
  readonly values: Float64Array;
  readonly size: number;
  readonly squaredBandwidth: number;
}

/** Squared maximum mean discrepancy with a Gaussian kernel. Null below two points in a cloud, and when all points are equal. */
export function maximumMeanDiscrepancy(
  x: Points,
  y: Points,
  { unbiased = true, squaredBandwidth }: DiscrepancyParams = {},
): { readonly statistic: number; readonly squaredBandwidth: number } | null {
  if (x.length < 2 || y.length < 2) return null;
  const kernel = kernelOf([...x, ...y], squaredBandwidth);
  if (kernel === null) return null;
  const statistic = discrepancy(kernel, marksOf(x.length, kernel.size), unbiased);
  return { statistic, squaredBandwidth: kernel.squaredBandwidth };
}

/**
 * Its permutation test: the kernel is kept, labels are exchanged. `exact` looks at every relabelling and answers the share at
 * least as large; `random` at `permutations` ones with a fixed seed, the observed one counted in.
 */
export function maximumMeanDiscrepancyTest(
  x: Points,
  y: Points,
  {
    unbiased = true,
    squaredBandwidth,
    enumeration = 'random',
    permutations = 999,
    seed = 1,
  }: DiscrepancyParams & { enumeration?: 'exact' | 'random'; permutations?: number; seed?: number } = {},
): { readonly statistic: number; readonly pValue: number; readonly permutations: number } | null {
  if (x.length < 2 || y.length < 2) return null;
  const kernel = kernelOf([...x, ...y], squaredBandwidth);
  if (kernel === null) return null;
  const marks = marksOf(x.length, kernel.size);
  const statistic = discrepancy(kernel, marks, unbiased);
  let [reached, looked] = [0, 0];
  const look = (relabelled: Uint8Array): void => {
    looked += 1;
    if (discrepancy(kernel, relabelled, unbiased) >= statistic - 1e-12) reached += 1;
  };
  if (enumeration === 'exact') {
    for (const relabelled of combinations(kernel.size, x.length)) look(relabelled);
    return { statistic, pValue: reached / looked, permutations: looked };
  }
  const random = seededRandom(seed);
  for (let k = 0; k < permutations; k++) {
    for (let i = kernel.size - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [marks[i], marks[j]] = [marks[j] ?? 0, marks[i] ?? 0];
    }
    look(marks);
  }
  return { statistic, pValue: (1 + reached) / (1 + permutations), permutations };
}

const marksOf = (ones: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => Number(i < ones));

function kernelOf(points: Points, given: number | undefined): Kernel | null {
  const size = points.length;
  const values = new Float64Array(size * size);
  const pairs = new Float64Array((size * (size - 1)) / 2);
  let at = 0;
  for (const [i, a] of points.entries()) {
    for (let j = i + 1; j < size; j++) {
      const distance = squaredDistance(a, points[j] ?? []);
      values[i * size + j] = distance;
      values[j * size + i] = distance;
      pairs[at++] = distance;
    }
  }
  pairs.sort();
  const squaredBandwidth = given ?? medianSorted(pairs);
  if (!(squaredBandwidth > 0)) return null;
  return { values: values.map((distance) => Math.exp(-distance / squaredBandwidth)), size, squaredBandwidth };
}

/** From the sums of the kernel within and between the marked and the other points. */
function discrepancy({ values, size }: Kernel, marks: Uint8Array, unbiased: boolean): number {
  let [withinX, withinY, between, n] = [0, 0, 0, 0];
  for (let i = 0; i < size; i++) {
    const isX = marks[i] === 1;
    if (isX) n += 1;
    let [toX, toY] = [0, 0];
    for (let j = i + 1; j < size; j++) {
      if (marks[j] === 1) toX += values[i * size + j] ?? 0;
      else toY += values[i * size + j] ?? 0;
    }
    if (isX) {
      withinX += toX;
      between += toY;
    } else {
      withinY += toY;
      between += toX;
    }
  }
  const m = size - n;
  const cross = (2 * between) / n / m;
  return unbiased
    ? (2 * withinX) / n / (n - 1) + (2 * withinY) / m / (m - 1) - cross
    : (2 * withinX + n) / n / n + (2 * withinY + m) / m / m - cross;
}
