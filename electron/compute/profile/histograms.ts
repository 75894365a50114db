import type { Histogram } from '../../../shared/contract/datasets.ts';
import type { DuckDb } from '../frame/duckdb.ts';
import { type AskedColumn, measureSql } from './column-sql.ts';
import type { CountedValue } from './counted-column.ts';

const HISTOGRAM_BINS = 30;
/** The bin of what is missing or infinite. */
const NO_BIN = 255;

/** A column with its smallest and largest finite value on the number line. */
export interface Range {
  readonly column: AskedColumn;
  readonly low: number;
  readonly high: number;
}

/** Edges of 30 bins of equal width; one bin around the value of a constant column. */
export function histogramEdges(low: number, high: number): number[] {
  if (low === high) return [low - 0.5, low + 0.5];
  // Halved first: the width of a range over most of the doubles would overflow.
  const width = high / HISTOGRAM_BINS - low / HISTOGRAM_BINS;
  return Array.from({ length: HISTOGRAM_BINS + 1 }, (_, i) => (i === HISTOGRAM_BINS ? high : low + width * i));
}

/** How values between two ends fall into bins. */
export interface Binning {
  readonly low: number;
  readonly width: number;
  readonly last: number;
  /** The range itself is past the largest double. */
  readonly isWide: boolean;
}

export function binningOf(low: number, high: number): Binning {
  const isWide = !Number.isFinite(high - low);
  const width = isWide ? high / HISTOGRAM_BINS - low / HISTOGRAM_BINS : (high - low) / HISTOGRAM_BINS;
  return low === high ? { low, width: 1, last: 0, isWide } : { low, width, last: HISTOGRAM_BINS - 1, isWide };
}

/** The bin of a finite value between the ends: [a, b), the last [a, b]. */
export function binOf(value: number, { low, width, last, isWide }: Binning): number {
  const place = isWide ? value / width - low / width : (value - low) / width;
  return place >= last ? last : place > 0 ? Math.floor(place) : 0;
}

/** The histogram of a column given as its distinct finite values with their counts. */
export function countedHistogram(values: readonly CountedValue[], low: number, high: number): Histogram {
  const edges = histogramEdges(low, high);
  const counts = new Array<number>(edges.length - 1).fill(0);
  const binning = binningOf(low, high);
  for (const { measure, count } of values) {
    if (measure === null) continue;
    const bin = binOf(measure, binning);
    counts[bin] = (counts[bin] ?? 0) + count;
  }
  return { edges, counts };
}

/** Digits without quotes would be read as a decimal and lose the last bit. */
export const doubleSql = (value: number): string => `'${value}'::DOUBLE`;

function binSql({ column, low, high }: Range): string {
  const value = measureSql(column);
  if (low === high) return `CASE WHEN ${value} IS NULL THEN ${NO_BIN} ELSE 0 END::UTINYINT`;
  const { width, isWide } = binningOf(low, high);
  const place = isWide
    ? `greatest(0, ${value} / ${doubleSql(width)} - ${doubleSql(low)} / ${doubleSql(width)})`
    : `(${value} - ${doubleSql(low)}) / ${doubleSql(width)}`;
  // The largest value alone falls past the last bin, and NULL stays NULL.
  return `coalesce(floor(${place})::UTINYINT, ${NO_BIN})`;
}

/** Histograms of columns in one scan, in the order of the ranges. Counts are exact; bins are [a, b), the last [a, b]. */
export async function histogramsOf(database: DuckDb, relation: string, ranges: readonly Range[]): Promise<Histogram[]> {
  const found = ranges.map(({ low, high }): Histogram => {
    const edges = histogramEdges(low, high);
    return { edges, counts: new Array<number>(edges.length - 1).fill(0) };
  });
  if (ranges.length === 0) return found;
  const bins = ranges.map((range, index) => `${binSql(range)} AS b${index}`);
  const names = ranges.map((_, index) => `b${index}`);
  const rows = await database.rows(
    `SELECT ${names.join(', ')}, count(*) FROM (SELECT ${bins.join(', ')} FROM ${relation}) GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')})`,
  );
  for (const row of rows) {
    const index = row.findIndex((bin) => bin !== null);
    const bin = Number(row[index]);
    const counts = found[index]?.counts;
    if (!counts || bin === NO_BIN) continue;
    const last = Math.min(bin, counts.length - 1);
    counts[last] = (counts[last] ?? 0) + Number(row.at(-1));
  }
  return found;
}
