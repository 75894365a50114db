import { normalQuantile, normalTwoSided } from './normal.ts';
import { wilsonInterval } from './proportion-intervals.ts';

/** Successes and trials. */
export type Proportion = readonly [successes: number, trials: number];

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface TwoProportionOutcome {
  /** Second share less the first. */
  readonly difference: number;
  /** Pooled; 0 where all or no trials succeed. */
  readonly z: number;
  readonly pValue: number;
  readonly wald: Interval;
  readonly newcombe: Interval;
  /** Miettinen and Nurminen (1985). */
  readonly score: Interval;
}

const shareOf = ([successes, trials]: Proportion): number => successes / trials;

/** Difference of two independent proportions: the pooled z test and three intervals. Null without trials. */
export function twoProportionTest(a: Proportion, b: Proportion, confidence = 0.95): TwoProportionOutcome | null {
  if (!(a[1] > 0 && b[1] > 0)) return null;
  const [first, second] = [shareOf(a), shareOf(b)];
  const difference = second - first;
  const pooled = (a[0] + b[0]) / (a[1] + b[1]);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a[1] + 1 / b[1]));
  const z = error === 0 ? 0 : difference / error;
  const half =
    normalQuantile(0.5 + confidence / 2) * Math.sqrt((first * (1 - first)) / a[1] + (second * (1 - second)) / b[1]);
  return {
    difference,
    z,
    pValue: normalTwoSided(z),
    wald: { low: difference - half, high: difference + half },
    newcombe: newcombeInterval(a, b, confidence),
    score: scoreInterval(a, b, confidence),
  };
}

/**
 * Newcombe's interval (1998, method 10) of the second proportion less the first: how far each share's Wilson interval reaches
 * towards the other, squared and added. Not symmetric, and never beyond -1 and 1. Both must have trials.
 */
export function newcombeInterval(a: Proportion, b: Proportion, confidence = 0.95): Interval {
  const [first, second] = [wilsonInterval(a[0], a[1], confidence), wilsonInterval(b[0], b[1], confidence)];
  return newcombeOf(
    { value: shareOf(a), lower: first.lower ?? 0, upper: first.upper ?? 1 },
    { value: shareOf(b), lower: second.lower ?? 0, upper: second.upper ?? 1 },
  );
}

interface Reach {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** The same from any two estimates with intervals: Newcombe's way to add distances that differ to both sides. */
export function newcombeOf(a: Reach, b: Reach): Interval {
  const difference = b.value - a.value;
  return {
    low: difference - Math.hypot(b.value - b.lower, a.upper - a.value),
    high: difference + Math.hypot(b.upper - b.value, a.value - a.lower),
  };
}

/** Differences that a score test with variance times N / (N - 1) does not reject, by bisection to both sides. */
function scoreInterval(a: Proportion, b: Proportion, confidence: number): Interval {
  const limit = normalQuantile(0.5 + confidence / 2);
  const observed = shareOf(b) - shareOf(a);
  const find = (end: number): number => {
    let [inside, outside] = [observed, end];
    for (let step = 0; step < 100; step++) {
      const middle = (inside + outside) / 2;
      if (Math.abs(scoreZ(a, b, middle)) <= limit) inside = middle;
      else outside = middle;
    }
    return inside;
  };
  return { low: find(-1), high: find(1) };
}

/** z of the hypothesis that the second share is the first plus `difference`; the cubic's root by Farrington and Manning (1990). */
function scoreZ([x0, n0]: Proportion, [x1, n1]: Proportion, difference: number): number {
  const n = n0 + n1;
  const [l3, l2] = [n, (n1 + 2 * n0) * difference - n - x0 - x1];
  const l1 = (x0 * difference - n - 2 * x0) * difference + x0 + x1;
  const l0 = x0 * difference * (1 - difference);
  const q = (l2 / (3 * l3)) ** 3 - (l1 * l2) / (6 * l3 * l3) + l0 / (2 * l3);
  const p = (q >= 0 ? 1 : -1) * Math.sqrt(Math.max(0, (l2 / (3 * l3)) ** 2 - l1 / (3 * l3)));
  const angle = p === 0 ? 0 : (Math.PI + Math.acos(Math.min(1, Math.max(-1, q / p ** 3)))) / 3;
  const p0 = Math.min(1, Math.max(0, 2 * p * Math.cos(angle) - l2 / (3 * l3)));
  const p1 = Math.min(1, Math.max(0, p0 + difference));
  const variance = (((p1 * (1 - p1)) / n1 + (p0 * (1 - p0)) / n0) * n) / (n - 1);
  const gap = x1 / n1 - x0 / n0 - difference;
  return gap === 0 ? 0 : gap / Math.sqrt(Math.max(variance, 1e-300));
}
