import type { Histogram } from '../../../shared/contract/datasets.ts';
import { quantileSorted } from '../stats/sorted-sample.ts';
import type { SharedMemory } from '../trees/shared-memory.ts';
import { scaleOf } from './column-sql.ts';
import { type CountedValue, countedFigures } from './counted-column.ts';
import { DistinctSketch, REGISTERS } from './distinct-sketch.ts';
import { binningOf, countedHistogram, histogramEdges } from './histograms.ts';
import type { ScanKernel, ScanRoom } from './scan-kernel.ts';

/** A column with at most this many distinct values is counted value by value: all its figures are exact. */
export const MOST_COUNTED = 3000;
const SLOT_BITS = 13;
/** Missing and finite values, the sum and that of the squares. */
const SUMS = 4;
const SLOTS = 1 << SLOT_BITS;
/** The kernel takes rows by fours; values have room for so many more. */
export const SPARE_ROWS = 4;
/** Counters of the kernel hold 32 bits. */
const MOST_UNREAD = 2 ** 31;

/** The upper half of a negative zero, which is the same value as zero. */
const NEGATIVE_ZERO = -0x80000000;

const withoutSign = (low: number, high: number): number => (high === NEGATIVE_ZERO && low === 0 ? 0 : high);

/** What one pass finds of a column. `isExact` where distinct values and quantiles are those of all rows. */
export interface ScannedNumbers {
  readonly missing: number;
  readonly distinct: number;
  readonly isExact: boolean;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly quantiles: readonly number[] | null;
  readonly histogram: Histogram | null;
}

/** The figures of a column given as its distinct values with their counts. */
export function countedNumbers(
  values: readonly CountedValue[],
  missing: number,
  probabilities: readonly number[],
): ScannedNumbers {
  const figures = countedFigures(values, probabilities);
  return {
    missing,
    distinct: values.length,
    isExact: true,
    mean: figures?.mean ?? null,
    deviation: figures?.deviation ?? null,
    quantiles: figures?.quantiles ?? null,
    histogram: figures && countedHistogram(values, figures.low, figures.high),
  };
}

/**
 * Gathers the figures of one column from chunks of its values, in one pass. NaN is missing; infinite values count as
 * values, but have no place on the number line. `range` holds the smallest and largest finite value, or null where there
 * is none; `microseconds` tells that values are divided by 1000 and cut off to get to the number line.
 *
 * Distinct values are counted one by one while they are few. Once they are too many, those so far go into a sketch, and
 * from then on values are counted into bins, summed, and sampled for the quantiles.
 */
export class NumberScan {
  readonly #range: { readonly low: number; readonly high: number } | null;
  readonly #isMicroseconds: boolean;
  readonly #edges: number[];
  readonly #counts: number[];
  readonly #sample: Float64Array;
  #sampled = 0;
  #missing = 0;
  #finite = 0;
  /** One over what values are divided by while they are summed, as their squares may leave the range of doubles. */
  readonly #inverse: number;
  #mean = 0;
  #squares = 0;
  #sketch: DistinctSketch | null = null;
  readonly #memory: SharedMemory;
  readonly #kernel: ScanKernel;
  readonly #registers: number;
  readonly #bins: number;
  readonly #sums: number;
  /** Rows whose bins the kernel has counted since they were last added to the counts. */
  #unread = 0;
  /** The table of few values: keys by their halves, the value, in how many rows. */
  #slots: { low: Int32Array; high: Int32Array; values: Float64Array; counts: Float64Array } | null = {
    low: new Int32Array(SLOTS),
    high: new Int32Array(SLOTS),
    values: new Float64Array(SLOTS),
    counts: new Float64Array(SLOTS),
  };
  #used = 0;

  constructor(
    range: { readonly low: number; readonly high: number } | null,
    sampleRows: number,
    isMicroseconds: boolean,
    { memory, kernel }: ScanRoom,
  ) {
    this.#memory = memory;
    this.#kernel = kernel;
    this.#registers = memory.allocate(REGISTERS);
    this.#sums = memory.allocate(SUMS * Float64Array.BYTES_PER_ELEMENT);
    this.#range = range;
    this.#isMicroseconds = isMicroseconds;
    this.#inverse = range ? 1 / scaleOf(range.low, range.high) : 1;
    this.#edges = range ? histogramEdges(range.low, range.high) : [];
    this.#counts = new Array<number>(Math.max(0, this.#edges.length - 1)).fill(0);
    this.#bins = memory.allocate(this.#counts.length * Uint32Array.BYTES_PER_ELEMENT);
    this.#sample = new Float64Array(sampleRows);
  }

  /**
   * Takes the next values, from the kernel's memory, where SPARE_ROWS more have room. `keys` holds two halves of 64 bits a
   * value, equal where values are; `sampled` the places in the chunk of the rows of the sample.
   */
  take(values: Float64Array, keys: Int32Array, rows: number, sampled: readonly number[]): void {
    for (const row of sampled) {
      const value = this.#measure(values[row] ?? Number.NaN);
      if (Number.isFinite(value)) this.#sample[this.#sampled++] = value;
    }
    const from = this.#slots ? this.#count(values, keys, rows) : 0;
    if (from < rows) this.#spread(values, keys, from, rows);
  }

  #measure(value: number): number {
    return this.#isMicroseconds ? Math.trunc(value / 1000) : value;
  }

  /** Counts values one by one; answers the row from which on there are too many. */
  #count(values: Float64Array, keys: Int32Array, rows: number): number {
    const slots = this.#slots;
    if (!slots) return 0;
    const { low, high, counts } = slots;
    for (let row = 0; row < rows; row++) {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) {
        this.#missing++;
        continue;
      }
      const keyLow = keys[2 * row] ?? 0;
      const keyHigh = withoutSign(keyLow, keys[2 * row + 1] ?? 0);
      let slot = Math.imul(keyLow ^ Math.imul(keyHigh, 0x85ebca6b), 0x9e3779b1) >>> (32 - SLOT_BITS);
      while (counts[slot] !== 0 && (low[slot] !== keyLow || high[slot] !== keyHigh)) slot = (slot + 1) & (SLOTS - 1);
      if (counts[slot] === 0) {
        if (this.#used === MOST_COUNTED) {
          this.#giveUpCounting();
          return row;
        }
        this.#used++;
        low[slot] = keyLow;
        high[slot] = keyHigh;
        slots.values[slot] = value;
      }
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    return rows;
  }

  #counted(): CountedValue[] {
    const found: CountedValue[] = [];
    for (const [slot, count] of this.#slots?.counts.entries() ?? []) {
      const measure = this.#measure(this.#slots?.values[slot] ?? Number.NaN);
      if (count > 0) found.push({ measure: Number.isFinite(measure) ? measure : null, count });
    }
    return found;
  }

  /** Turns what was counted value by value into sums, bins and a sketch. */
  #giveUpCounting(): void {
    const slots = this.#slots;
    if (!slots) return;
    const values = this.#counted();
    const figures = countedFigures(values, []);
    if (figures && this.#range) {
      this.#finite = values.reduce((sum, { measure, count }) => (measure === null ? sum : sum + count), 0);
      this.#mean = figures.mean * this.#inverse;
      this.#squares = ((figures.deviation ?? 0) * this.#inverse) ** 2 * (this.#finite - 1);
      const { counts } = countedHistogram(values, this.#range.low, this.#range.high);
      for (const [bin, count] of counts.entries()) this.#counts[bin] = count;
    }
    this.#sketch = new DistinctSketch(this.#memory.bytes(this.#registers, REGISTERS));
    for (const [slot, count] of slots.counts.entries())
      if (count > 0) this.#sketch.add(slots.low[slot] ?? 0, slots.high[slot] ?? 0);
    this.#slots = null;
  }

  /** Sums, bins and sketches rows [from, rows). */
  #spread(values: Float64Array, keys: Int32Array, from: number, rows: number): void {
    const range = this.#range;
    if (!range) return;
    const taken = Math.ceil((rows - from) / SPARE_ROWS) * SPARE_ROWS;
    values.fill(Number.NaN, rows, from + taken);
    const first = values.byteOffset + from * Float64Array.BYTES_PER_ELEMENT;
    this.#kernel.addKeys(first, keys.byteOffset + from * Float64Array.BYTES_PER_ELEMENT, taken, this.#registers);
    const { low, width, last, isWide } = binningOf(range.low, range.high);
    // Near the mean, so that the squares keep their digits.
    const inverse = this.#inverse;
    const near = this.#finite > 0 ? this.#mean : range.low * inverse;
    this.#unread += taken;
    this.#kernel.spread(
      first,
      taken,
      this.#isMicroseconds,
      low,
      width,
      last,
      isWide,
      inverse,
      near,
      this.#bins,
      this.#sums,
    );
    if (this.#unread > MOST_UNREAD) this.#readBins();
    const [missing = 0, finite = 0, sum = 0, squares = 0] = this.#memory.float64(this.#sums, SUMS);
    this.#missing += missing - (taken - (rows - from));
    if (finite === 0) return;
    const shift = near + sum / finite - this.#mean;
    const total = this.#finite + finite;
    this.#squares += squares - (sum * sum) / finite + (shift * shift * this.#finite * finite) / total;
    this.#mean += (shift * finite) / total;
    this.#finite = total;
  }

  #readBins(): void {
    const bins = this.#memory.uint32(this.#bins, this.#counts.length);
    for (const [bin, count] of bins.entries()) this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
    bins.fill(0);
    this.#unread = 0;
  }

  /** The figures, with quantiles at `probabilities`. To be asked once, after the last chunk. */
  figures(probabilities: readonly number[]): ScannedNumbers {
    if (this.#sketch === null) return countedNumbers(this.#counted(), this.#missing, probabilities);
    this.#readBins();
    const sample = this.#sample.subarray(0, this.#sampled).sort();
    return {
      missing: this.#missing,
      distinct: this.#sketch.estimate,
      isExact: false,
      mean: this.#finite > 0 ? this.#mean / this.#inverse : null,
      deviation: this.#finite > 1 ? Math.sqrt(this.#squares / (this.#finite - 1)) / this.#inverse : null,
      quantiles: sample.length > 0 ? probabilities.map((p) => quantileSorted(sample, p)) : null,
      histogram: this.#range && { edges: this.#edges, counts: this.#counts },
    };
  }
}
