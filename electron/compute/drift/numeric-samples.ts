import { type BinCounts, binCounts } from '../stats/binning.ts';
import { type SortedSample, sortedWithoutMissing, withoutMissing } from '../stats/sorted-sample.ts';
import { type UnsortedPair, unsortedPair, unsortedQuantileBins } from '../stats/unsorted-samples.ts';

/** Two samples of numbers, prepared as far as a test asks for it; NaN is passed over. */
export class NumericSamples {
  readonly kind = 'numeric';
  /** What can be told without sorting; null where sorting is as fast. */
  readonly unsorted: UnsortedPair | null;
  readonly #sources: readonly [() => SortedSample, () => SortedSample];
  #reference: SortedSample | undefined;
  #current: SortedSample | undefined;
  readonly #bins = new Map<number, BinCounts | null>();

  private constructor(sources: readonly [() => SortedSample, () => SortedSample], unsorted: UnsortedPair | null) {
    this.#sources = sources;
    this.unsorted = unsorted;
  }

  static of(reference: Float64Array, current: Float64Array): NumericSamples {
    return new NumericSamples(
      [() => sortedWithoutMissing(reference), () => sortedWithoutMissing(current)],
      unsortedPair(reference, current),
    );
  }

  /** The same reference beside another sample. */
  beside(current: Float64Array): NumericSamples {
    return new NumericSamples([() => this.reference, () => sortedWithoutMissing(current)], null);
  }

  /** Sorted when first asked for. */
  get reference(): SortedSample {
    this.#reference ??= this.#sources[0]();
    return this.#reference;
  }

  get current(): SortedSample {
    this.#current ??= this.#sources[1]();
    return this.#current;
  }

  /** In any order. */
  get referenceValues(): Float64Array {
    return this.unsorted ? withoutMissing(this.unsorted.x.values) : this.reference;
  }

  get referenceCount(): number {
    return this.unsorted?.x.count ?? this.reference.length;
  }

  get currentCount(): number {
    return this.unsorted?.y.count ?? this.current.length;
  }

  /** Counts in bins of equal frequency of the reference; null where one of the samples is empty. */
  quantileBins(bins: number): BinCounts | null {
    const known = this.#bins.get(bins);
    if (known !== undefined) return known;
    const counts = this.unsorted
      ? unsortedQuantileBins(this.unsorted, bins)
      : binCounts(this.reference, this.current, { bins });
    this.#bins.set(bins, counts);
    return counts;
  }
}
