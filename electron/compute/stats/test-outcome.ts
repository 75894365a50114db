/** What a test or distance answers. Distances have no p value; a p value of NaN never leaves a test. */
export interface TestOutcome {
  readonly statistic: number;
  readonly pValue: number | null;
}

/** Which difference a test looks for: any, or the first sample's distribution function above or below the second's. */
export type Alternative = 'two-sided' | 'greater' | 'less';

/** P(|Z|) and the like, cut to [0, 1]; null where it is not a number. */
export const asPValue = (p: number): number | null => (Number.isNaN(p) ? null : Math.min(1, Math.max(0, p)));
