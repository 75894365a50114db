import { byFrequency } from '../frame/count-words.ts';
import { type Frame, type FrameColumn, frameColumn, withColumn } from '../frame/frame.ts';
import { quantileAt } from '../stats/sorted-sample.ts';

export interface EffectOptions {
  readonly column: string;
  /** Answers a row. */
  readonly outputs: number;
  /** The model's answers, [rows * outputs]. */
  score(frame: Frame): Promise<Float64Array>;
  readonly signal?: AbortSignal | undefined;
}

export interface GridOptions {
  /** Values of the grid at most. */
  readonly resolution: number;
  /** Between which quantiles of many different numbers the grid lies. */
  readonly percentiles: readonly [number, number];
}

/** What a model answers when a column holds one value after the other and the rest of each row stays. */
export interface PartialDependence {
  /** Numbers rising, or words, the most frequent first. */
  readonly grid: readonly number[] | readonly string[];
  /** Mean answers, [grid * outputs]. */
  readonly average: Float64Array;
  /** Answers of each row (individual conditional expectation), [grid * rows * outputs]. */
  readonly individual: Float64Array;
}

/**
 * Partial dependence (Friedman 2001) by asking the model for every row at every value of the grid, and the rows' own curves
 * (Goldstein et al. 2015). A column of nothing but missing or infinite cells has an empty grid.
 */
export async function partialDependence(
  frame: Frame,
  { resolution, percentiles, ...options }: EffectOptions & GridOptions,
): Promise<PartialDependence> {
  const { column, outputs, signal } = options;
  const cells = frameColumn(frame, column);
  const grid =
    cells.kind === 'number' ? numberGrid(cells.values, resolution, percentiles) : wordGrid(cells, resolution);
  const average = new Float64Array(grid.length * outputs);
  const individual = new Float64Array(grid.length * frame.rows * outputs);
  for (let step = 0; step < grid.length; step++) {
    signal?.throwIfAborted();
    const answers = await options.score(withColumn(frame, column, constant(cells, grid[step] ?? 0, frame.rows)));
    individual.set(answers, step * answers.length);
    for (let at = 0; at < answers.length; at++) {
      const place = step * outputs + (at % outputs);
      average[place] = (average[place] ?? 0) + (answers[at] ?? 0) / frame.rows;
    }
  }
  return { grid, average, individual };
}

function constant(like: FrameColumn, value: number | string, rows: number): FrameColumn {
  if (like.kind === 'number') return { kind: 'number', values: new Float64Array(rows).fill(Number(value)) };
  const { dictionary } = like;
  return { kind: 'text', codes: new Int32Array(rows).fill(dictionary.indexOf(String(value))), dictionary };
}

/** All different values where they are fewer than the grid may have, else evenly spaced numbers between two quantiles. */
function numberGrid(values: Float64Array, resolution: number, [low, high]: GridOptions['percentiles']): number[] {
  const sorted = values.filter(Number.isFinite).sort();
  const distinct = [...new Set(sorted)];
  if (distinct.length < resolution) return distinct;
  const [from, to] = [unbiasedQuantile(sorted, low), unbiasedQuantile(sorted, high)];
  if (from === to) return [from];
  const last = resolution - 1;
  return Array.from({ length: resolution }, (_, step) => quantileAt(step / last, 2, (at) => (at === 0 ? from : to)));
}

/** Quantile by approximately unbiased plotting positions (Cunnane 1978), which is where scikit-learn begins and ends a grid. */
function unbiasedQuantile(sorted: Float64Array, probability: number): number {
  const rank = sorted.length * probability + 0.4 + 0.2 * probability - 1;
  return quantileAt(Math.max(0, Math.min(rank, sorted.length - 1)), sorted.length, (at) => sorted[at] ?? Number.NaN);
}

function wordGrid({ codes, dictionary }: Extract<FrameColumn, { kind: 'text' }>, resolution: number): string[] {
  const counts = new Float64Array(dictionary.length);
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
  return byFrequency(dictionary, counts)
    .slice(0, resolution)
    .map(({ word }) => word);
}
