import type { DriftReport } from './contract/monitoring.ts';

/** Below this many rows a distribution is mostly chance. */
const FEWEST_ROWS = 30;
/** A period with less than this share of the largest one's rows is a sliver: the end of a file, not a period. */
const SLIVER = 0.1;

/**
 * For each period whether it has too few rows to be judged: fewer than 30, or fewer than a tenth of the largest period's.
 * Its figures are kept, but they raise no alarm and make no headline.
 */
export function thinPeriods(periods: readonly Pick<DriftReport['chunks'][number], 'rows'>[]): readonly boolean[] {
  const largest = periods.reduce((most, { rows }) => Math.max(most, rows), 0);
  return periods.map(({ rows }) => rows < FEWEST_ROWS || rows < largest * SLIVER);
}
