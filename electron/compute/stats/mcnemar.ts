import { logChoose } from './gamma.ts';
import { chiSquareTail } from './tails.ts';

export interface McNemarOutcome {
  /** Two-sided exact binomial test. */
  readonly exactPValue: number;
  readonly midPValue: number;
  readonly statistic: number;
  readonly pValue: number;
  /** With continuity correction. */
  readonly correctedStatistic: number;
  readonly correctedPValue: number;
}

/**
 * McNemar's test (1947) of two models on the same rows: `b` rows only the first got right, `c` only the second. Null when
 * they never differ.
 */
export function mcNemar(b: number, c: number): McNemarOutcome | null {
  const n = b + c;
  if (n === 0) return null;
  const chance = (k: number): number => Math.exp(logChoose(n, k) - n * Math.LN2);
  let below = 0;
  for (let k = 0; k <= Math.min(b, c); k++) below += chance(k);
  const exactPValue = Math.min(1, 2 * below);
  const [statistic, correctedStatistic] = [(b - c) ** 2 / n, (Math.abs(b - c) - 1) ** 2 / n];
  return {
    exactPValue,
    midPValue: b === c ? 1 - chance(b) : exactPValue - chance(Math.min(b, c)),
    statistic,
    pValue: chiSquareTail(statistic, 1),
    correctedStatistic,
    correctedPValue: chiSquareTail(correctedStatistic, 1),
  };
}
