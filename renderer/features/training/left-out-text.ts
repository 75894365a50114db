import type { ColumnAdvice, TrainingWarningCode } from '../../../shared/contract/training.ts';
import { formatCount } from '../../lib/format.ts';
import { trainingMessages as m } from './messages.ts';

/** What kinds of columns are left out, how many of each: the worst first. Null when no warning led to it. */
export function leftOutText(columns: readonly ColumnAdvice[]): string | null {
  const counts = new Map<TrainingWarningCode, number>();
  for (const { warning, isExcluded } of columns)
    if (warning !== null && isExcluded) counts.set(warning, (counts.get(warning) ?? 0) + 1);
  if (counts.size === 0) return null;
  const order = Object.keys(m.leftOutReasons);
  const parts = [...counts]
    .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([warning, count]) => m.leftOutPart(formatCount(count), m.leftOutReasons[warning]));
  return m.leftOutBecause(parts.join(', '));
}
