import { quantileAt } from '../stats/sorted-sample.ts';
import { scaleOf } from './column-sql.ts';

/** A distinct value of a column: on the number line (null when infinite), and in how many rows. */
export interface CountedValue {
  readonly measure: number | null;
  readonly count: number;
}

/**
 * Mean, sample standard deviation, quantiles (linear between order statistics, as `quantile_cont`) of a column given as
 * distinct values with counts. All are null where no value is finite; the deviation also of one row.
 */
export function countedFigures(values: readonly CountedValue[], probabilities: readonly number[]) {
  const finite = values
    .flatMap(({ measure, count }) => (measure === null ? [] : [{ measure, count }]))
    .sort((a, b) => a.measure - b.measure);
  const rows = finite.reduce((sum, { count }) => sum + count, 0);
  const low = finite[0]?.measure;
  const high = finite.at(-1)?.measure;
  if (low === undefined || high === undefined) return null;
  const mean = finite.reduce((sum, { measure, count }) => sum + measure * (count / rows), 0);
  const scale = scaleOf(low, high);
  const squares = finite.reduce((sum, { measure, count }) => sum + (measure / scale - mean / scale) ** 2 * count, 0);
  const ends: number[] = [];
  let end = 0;
  for (const { count } of finite) {
    end += count;
    ends.push(end);
  }
  const at = (row: number): number => finite[ends.findIndex((last) => row < last)]?.measure ?? high;
  const quantiles = probabilities.map((probability) => quantileAt(probability * (rows - 1), rows, at));
  return { low, high, mean, deviation: rows > 1 ? Math.sqrt(squares / (rows - 1)) * scale : null, quantiles };
}
