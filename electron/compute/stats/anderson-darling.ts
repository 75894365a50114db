import { countBelow, countUpTo, type SortedSample } from './sorted-sample.ts';

/** How ties enter: `midrank` (Scholz and Stephens 1987, eq. 7) or `right`, the distribution functions as they are (eq. 6). */
export type AndersonDarlingTies = 'midrank' | 'right';

export interface AndersonDarlingOutcome {
  /** (A2 - (k - 1)) / sigma, the standardised statistic. */
  readonly statistic: number;
  /** By interpolation of the table of critical values, so never outside 0.001 to 0.25. */
  readonly pValue: number;
  /** A2akN or A2kN itself. */
  readonly raw: number;
  /** At 25 %, 10 %, 5 %, 2.5 %, 1 %, 0.5 % and 0.1 %. */
  readonly criticalValues: readonly number[];
}

const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001] as const;
/** Table 2 of Scholz and Stephens: critical value at k samples is b0 + b1 / sqrt(k - 1) + b2 / (k - 1). */
const TABLE = [
  [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085],
  [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615],
  [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154],
] as const;

/**
 * Anderson-Darling for k samples: do they come from one law? Null below two samples, with an empty one, with three values or
 * fewer in all, or when all values are equal.
 */
export function andersonDarling(
  samples: readonly SortedSample[],
  ties: AndersonDarlingTies = 'midrank',
): AndersonDarlingOutcome | null {
  const total = samples.reduce((sum, sample) => sum + sample.length, 0);
  if (samples.length < 2 || total < 4 || samples.some((sample) => sample.length === 0)) return null;
  const pooled = new Float64Array(total);
  let at = 0;
  for (const sample of samples) {
    pooled.set(sample, at);
    at += sample.length;
  }
  pooled.sort();
  if (pooled[0] === pooled[total - 1]) return null;
  const raw = samples.reduce((sum, sample) => sum + shareOf(sample, pooled, ties), 0);
  const scaled = ties === 'midrank' ? (raw * (total - 1)) / total : raw;
  const freedom = samples.length - 1;
  const statistic = (scaled - freedom) / deviation(samples, total);
  const criticalValues = LEVELS.map((_, i) => {
    const [b0, b1, b2] = [TABLE[0][i] ?? 0, TABLE[1][i] ?? 0, TABLE[2][i] ?? 0];
    return b0 + b1 / Math.sqrt(freedom) + b2 / freedom;
  });
  return { statistic, pValue: interpolated(statistic, criticalValues), raw: scaled, criticalValues };
}

/** One sample's part of the sum over the distinct pooled values. */
function shareOf(sample: SortedSample, pooled: SortedSample, ties: AndersonDarlingTies): number {
  const [n, total] = [sample.length, pooled.length];
  let sum = 0;
  for (let from = 0; from < total; ) {
    const value = pooled[from] ?? 0;
    let to = from;
    while (to < total && pooled[to] === value) to++;
    const [below, upTo, count] = [countBelow(sample, value), countUpTo(sample, value), to - from];
    if (ties === 'midrank') {
      const [own, all] = [(below + upTo) / 2, from + count / 2];
      sum += ((count / total) * (total * own - all * n) ** 2) / (all * (total - all) - (total * count) / 4);
    } else if (to < total) {
      sum += ((count / total) * (total * upTo - to * n) ** 2) / (to * (total - to));
    }
    from = to;
  }
  return sum / n;
}

/** The statistic's standard deviation when all samples come from one continuous law (Scholz and Stephens, eq. 4). */
function deviation(samples: readonly SortedSample[], total: number): number {
  const k = samples.length;
  const inverses = samples.reduce((sum, sample) => sum + 1 / sample.length, 0);
  let [h, g] = [0, 0];
  for (let i = 1; i < total; i++) {
    h += 1 / (total - i);
    if (i < total - 1) g += h / (i + 1);
  }
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverses;
  const b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverses - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverses + 4 * h;
  const d = (2 * h + 6) * k * k - 4 * h * k;
  return Math.sqrt((a * total ** 3 + b * total ** 2 + c * total + d) / ((total - 1) * (total - 2) * (total - 3)));
}

/** A parabola through the table, in the logarithm of the level, by least squares. */
function interpolated(statistic: number, critical: readonly number[]): number {
  if (statistic < Math.min(...critical)) return Math.max(...LEVELS);
  if (statistic > Math.max(...critical)) return Math.min(...LEVELS);
  // Normal equations in orthogonal polynomials of the critical values: 1, x - mean, and what is left of x squared.
  const mean = critical.reduce((sum, x) => sum + x, 0) / critical.length;
  const logs = LEVELS.map(Math.log);
  const sum = (f: (x: number, i: number) => number): number => critical.reduce((total, x, i) => total + f(x, i), 0);
  const squares = sum((x) => (x - mean) ** 2);
  const skew = sum((x) => (x - mean) ** 3) / squares;
  const spread = squares / critical.length;
  const second = (x: number): number => (x - mean) ** 2 - skew * (x - mean) - spread;
  const weight = sum((x) => second(x) ** 2);
  const [c0, c1, c2] = [
    sum((_, i) => logs[i] ?? 0) / critical.length,
    sum((x, i) => (x - mean) * (logs[i] ?? 0)) / squares,
    sum((x, i) => second(x) * (logs[i] ?? 0)) / weight,
  ];
  return Math.exp(c0 + c1 * (statistic - mean) + c2 * second(statistic));
}
