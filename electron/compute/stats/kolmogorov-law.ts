import { logChoose } from './gamma.ts';

/** P(K >= t) of Kolmogorov's limit law: the alternating series, or the theta function's other form where t is small. */
export function kolmogorovLimit(t: number): number {
  if (t < 0.04) return 1;
  let sum = 0;
  if (t < 1) {
    for (let k = 1; k <= 20; k++) sum += Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * t * t));
    return 1 - (Math.sqrt(2 * Math.PI) / t) * sum;
  }
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * t * t);
  return Math.min(1, Math.max(0, 2 * sum));
}

/**
 * P(D >= d) for one sample of n against a known continuous law, the two-sided statistic. Exact by twice the one-sided law
 * where both sides cannot be left at once or almost never are, by the matrix of Marsaglia, Tsang and Wang (2003) for small
 * n and small d; the expansion of Pelz and Good (1976), error about 1e-9, between. The choice follows Simard and L'Ecuyer (2011).
 */
export function kolmogorovTail(n: number, d: number): number {
  if (!(n >= 1)) return Number.NaN;
  if (d >= 1) return 0;
  const t = n * d;
  if (t <= 0.5) return 1;
  if (t <= 1) {
    let product = 1;
    for (let k = 1; k <= n && product > 0; k++) product *= (k / n) * (2 * t - 1);
    return 1 - product;
  }
  if (t >= n - 1) return 2 * (1 - d) ** n;
  const scaled = t * d;
  if (scaled >= 370) return 0;
  if (d >= 0.5 || scaled >= (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * oneSidedTail(n, d));
  const isSmall = n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4);
  return Math.min(1, Math.max(0, 1 - (isSmall ? byMatrix(n, d) : byExpansion(n, d))));
}

/** P(D+ >= d), exact (Birnbaum and Tingey 1951): a sum of positive terms. */
export function oneSidedTail(n: number, d: number): number {
  if (d <= 0) return 1;
  if (d >= 1) return 0;
  let sum = 0;
  for (let j = 0; j <= Math.floor(n * (1 - d)); j++) {
    const up = d + j / n;
    if (up >= 1) break;
    sum += Math.exp(logChoose(n, j) + (j - 1) * Math.log(up) + (n - j) * Math.log1p(-up));
  }
  return Math.min(1, d * sum);
}

/** n! / n^n times the middle element of the n-th power of a band matrix; powers of 1e140 are kept aside. */
function byMatrix(n: number, d: number): number {
  const k = Math.floor(n * d) + 1;
  const size = 2 * k - 1;
  const h = k - n * d;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix[i * size + j] = i - j + 1 < 0 ? 0 : 1;
  for (let i = 0; i < size; i++) {
    matrix[i * size] = (matrix[i * size] ?? 0) - h ** (i + 1);
    matrix[(size - 1) * size + i] = (matrix[(size - 1) * size + i] ?? 0) - h ** (size - i);
  }
  const corner = (size - 1) * size;
  matrix[corner] = (matrix[corner] ?? 0) + (2 * h - 1 > 0 ? (2 * h - 1) ** size : 0);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let g = 1; g <= i - j + 1; g++) matrix[i * size + j] = (matrix[i * size + j] ?? 0) / g;
    }
  }
  const power = raise(matrix, size, n);
  let value = power.values[(k - 1) * size + k - 1] ?? 0;
  let tens = power.tens;
  for (let i = 1; i <= n; i++) {
    value = (value * i) / n;
    if (value < 1e-140) {
      value *= 1e140;
      tens -= 140;
    }
  }
  return value * 10 ** tens;
}

interface Scaled {
  readonly values: Float64Array;
  readonly tens: number;
}

function raise(matrix: Float64Array, size: number, exponent: number): Scaled {
  if (exponent === 1) return { values: matrix, tens: 0 };
  const half = raise(matrix, size, Math.floor(exponent / 2));
  let values = multiply(half.values, half.values, size);
  if (exponent % 2 === 1) values = multiply(matrix, values, size);
  const tens = 2 * half.tens;
  const middle = values[Math.floor(size / 2) * size + Math.floor(size / 2)] ?? 0;
  return middle > 1e140 ? { values: values.map((value) => value * 1e-140), tens: tens + 140 } : { values, tens };
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j < size; j++)
        product[i * size + j] = (product[i * size + j] ?? 0) + factor * (b[k * size + j] ?? 0);
    }
  }
  return product;
}

/** Kolmogorov's limit with its corrections of order n^-1/2, n^-1 and n^-3/2, in the form that converges for small arguments. */
function byExpansion(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  const [z2, pi2] = [z * z, Math.PI ** 2];
  const [z4, z6] = [z2 * z2, z2 * z2 * z2];
  const terms = Math.ceil((16 * z) / Math.PI);
  let [zero, first, second, third] = [0, 0, 0, 0];
  for (let k = terms; k >= 1; k--) {
    const odd = (2 * k - 1) ** 2;
    const weight = Math.exp((-pi2 / 8 / z2) * odd);
    zero += weight;
    first += weight * (-z2 + (pi2 / 4) * odd);
    second +=
      weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * (pi2 / 4) * odd + (pi2 ** 2 * (1 - 2 * z2) * odd ** 2) / 16);
    third +=
      weight *
      (-30 * z6 -
        90 * z4 * z4 +
        ((pi2 * (135 * z4 - 96 * z6)) / 4) * odd +
        ((pi2 ** 2 * (-60 * z2 + 212 * z4)) / 16) * odd ** 2 +
        ((pi2 ** 3 * (5 - 30 * z2)) / 64) * odd ** 3);
  }
  let [secondEven, thirdEven] = [0, 0];
  for (let k = terms; k >= 1; k--) {
    const weight = k * k * Math.exp((-pi2 / 2 / z2) * k * k);
    secondEven += weight;
    thirdEven += weight * (3 * z2 - pi2 * k * k);
  }
  const root = Math.sqrt(2 * Math.PI);
  return (
    root *
    (zero / z +
      first / (6 * z4) / Math.sqrt(n) +
      (second / (72 * z ** 7) - (pi2 * secondEven) / (36 * z * z2)) / n +
      (third / (6480 * z ** 10) + (pi2 * thirdEven) / (216 * z6)) / n ** 1.5)
  );
}
