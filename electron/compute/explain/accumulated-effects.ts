import { type Frame, frameColumn, takeRows, withColumn } from '../frame/frame.ts';
import { countBelow } from '../stats/sorted-sample.ts';
import type { EffectOptions } from './partial-dependence.ts';

/** What moving a column a little does to the rows that are near, added up from its least value to its greatest. */
export interface AccumulatedEffects {
  /** Bounds of the bins, rising: one more than bins. */
  readonly edges: Float64Array;
  /** At each edge, centred so that their mean over the rows is 0: [edges * outputs]. */
  readonly effects: Float64Array;
  /** Rows of each bin. */
  readonly counts: Int32Array;
}

/**
 * Accumulated local effects of a column of numbers (Apley and Zhu 2020): unlike partial dependence it asks the model for no row
 * that is far from every real one. Bins of equal frequency, (lower, upper] but for the first, which holds its lower edge too; rows
 * without a finite number are left out. A constant column has one edge and no effect, an empty one no edge.
 */
export async function accumulatedEffects(
  frame: Frame,
  { column, bins, outputs, score, signal }: EffectOptions & { readonly bins: number },
): Promise<AccumulatedEffects> {
  const cells = frameColumn(frame, column);
  if (cells.kind !== 'number') throw new RangeError(`Column "${column}" holds words: they are in no order.`);
  const kept = Array.from(cells.values.keys()).filter((row) => Number.isFinite(cells.values[row]));
  const rows = takeRows(frame, kept);
  const values = Float64Array.from(kept, (row) => cells.values[row] ?? 0);
  const edges = equalFrequencyEdges(values, bins);
  const count = Math.max(0, edges.length - 1);
  const counts = new Int32Array(count);
  const effects = new Float64Array(edges.length * outputs);
  if (count === 0) return { edges, effects, counts };
  // The first bin holds its lower edge too.
  const binOf = Int32Array.from(values, (value) => Math.max(0, countBelow(edges, value) - 1));
  const moved = async (to: 0 | 1): Promise<Float64Array> => {
    signal?.throwIfAborted();
    const ends = Float64Array.from(binOf, (bin) => edges[bin + to] ?? 0);
    return score(withColumn(rows, column, { kind: 'number', values: ends }));
  };
  const [lower, upper] = [await moved(0), await moved(1)];
  for (const bin of binOf) counts[bin] = (counts[bin] ?? 0) + 1;
  for (let output = 0; output < outputs; output++) {
    const steps = new Float64Array(count);
    for (const [row, bin] of binOf.entries()) {
      const change = (upper[row * outputs + output] ?? 0) - (lower[row * outputs + output] ?? 0);
      steps[bin] = (steps[bin] ?? 0) + change / (counts[bin] ?? 1);
    }
    let [sum, centre] = [0, 0];
    for (const [bin, step] of steps.entries()) {
      centre += ((sum + step / 2) * (counts[bin] ?? 0)) / values.length;
      sum += step;
      effects[(bin + 1) * outputs + output] = sum;
    }
    for (let at = output; at < effects.length; at += outputs) effects[at] = (effects[at] ?? 0) - centre;
  }
  return { edges, effects, counts };
}

/** The different values at which a share k/bins of the sample is reached (its inverted distribution function). */
function equalFrequencyEdges(values: Float64Array, bins: number): Float64Array {
  const sorted = values.toSorted();
  if (sorted.length === 0) return sorted;
  const at = (k: number): number => sorted[Math.max(0, Math.ceil((sorted.length * k) / bins) - 1)] ?? 0;
  return Float64Array.from(new Set(Array.from({ length: bins + 1 }, (_, k) => at(k))));
}
