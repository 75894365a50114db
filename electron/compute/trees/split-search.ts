import { CELL_BYTES, FEATURE_RECORD, IS_CATEGORICAL, IS_USED, VALUE_BINS } from './feature-table.ts';
import type { BinnedRows, GrowParams, Sums } from './grow-params.ts';
import type { Hands } from './hands.ts';
import { leafGain, leafValue } from './leaf-gain.ts';
import { PLAN, PLAN_LENGTH } from './plan.ts';
import { bestRandomCut } from './random-cut.ts';
import { categoriesAt } from './search-share.ts';
import type { SharedMemory } from './shared-memory.ts';
import type { Split } from './tree-builder.ts';

/** A leaf's value may be any number. */
export const FREE: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** Picks a leaf's split of what the threads found in its histogram. */
export class SplitSearch {
  /** By which gradients and hessians were multiplied to become integers, for the tree that grows. */
  scales = { gradient: 1, hessian: 1 };
  readonly #memory: SharedMemory;
  readonly #crew: Hands;
  readonly #data: BinnedRows;
  readonly #params: GrowParams;
  readonly #plan: number;

  constructor(
    memory: SharedMemory,
    crew: Hands,
    of: { readonly data: BinnedRows; readonly params: GrowParams; readonly plan: number },
  ) {
    this.#memory = memory;
    this.#crew = crew;
    this.#data = of.data;
    this.#params = of.params;
    this.#plan = of.plan;
  }

  #planView(): Float64Array {
    return this.#memory.float64(this.#plan, PLAN_LENGTH);
  }
  #table(): Int32Array {
    return this.#memory.int32(this.#data.table, this.#data.features * FEATURE_RECORD);
  }

  /** The best split of a leaf that was searched, ties to the lowest feature; null when it gains too little. */
  found(slot: number, histogram: number, sums: Sums, bounds: readonly [number, number]): Split | null {
    const unit = this.scales.hessian / this.scales.gradient ** 2;
    let best: Split | null = null;
    for (let member = 0; member < this.#crew.size; member++) {
      const result = this.#crew.result(member);
      const feature = result[slot] ?? -1;
      const gain = (result[slot + 1] ?? 0) * unit;
      if (feature < 0 || (best && gain <= best.gain)) continue;
      const bin = result[slot + 2] ?? 0;
      const isCategorical = this.#table()[feature * FEATURE_RECORD + IS_CATEGORICAL] === 1;
      best = {
        feature,
        gain,
        bin,
        gradient: (result[slot + 3] ?? 0) / this.scales.gradient,
        hessian: (result[slot + 4] ?? 0) / this.scales.hessian,
        missingLeft: result[slot + 5] === 1,
        categories: isCategorical ? this.#memory.bytes(categoriesAt(this.#crew, member, slot), 256).slice() : null,
      };
    }
    if (this.#params.randomCuts) best = this.#betterCut(best, histogram, sums, this.#params.randomCuts);
    if (!best) return null;
    const gain =
      best.gain -
      leafGain(sums.gradient, sums.hessian, this.#params, leafValue(sums.gradient, sums.hessian, this.#params, bounds));
    // Missing rows of a feature that had none in this leaf follow the heavier side; categories leave them right.
    const missingLeft =
      best.categories || this.#hasMissing(histogram, best.feature)
        ? best.missingLeft
        : best.hessian >= sums.hessian / 2;
    return gain > Math.max(this.#params.minGain, 1e-12) ? { ...best, gain, missingLeft } : null;
  }

  #offsetOf(feature: number): number {
    return this.#memory.uint32(this.#planView()[PLAN.offsets] ?? 0, feature + 1)[feature] ?? 0;
  }

  #hasMissing(histogram: number, feature: number): boolean {
    const valueBins = this.#table()[feature * FEATURE_RECORD + VALUE_BINS] ?? 0;
    const cell = histogram + this.#offsetOf(feature) + valueBins * CELL_BYTES;
    return this.#memory.uint32(cell, 4).some((word, index) => index >= 2 && word !== 0);
  }

  /** A random cut of some feature where it gains more than the split given. */
  #betterCut(best: Split | null, histogram: number, sums: Sums, random: () => number): Split | null {
    const table = this.#table();
    const scratch = this.#planView()[PLAN.scratch] ?? 0;
    const { minRows, minHessian } = this.#params;
    const fewest = Math.max(minHessian, sums.rows > 0 ? (minRows * sums.hessian) / sums.rows : 0);
    let found = best;
    for (let feature = 0; feature < this.#data.features; feature++) {
      const record = feature * FEATURE_RECORD;
      const valueBins = table[record + VALUE_BINS] ?? 0;
      if (valueBins < 2 || table[record + IS_USED] !== 1 || table[record + IS_CATEGORICAL] === 1) continue;
      this.#crew.kernel.readCells(histogram + this.#offsetOf(feature), valueBins + 1, scratch);
      const cut = bestRandomCut({
        cells: this.#memory.float64(scratch, (valueBins + 1) * 2),
        bounds: this.#data.bounds[feature] ?? new Float32Array(),
        gradientScale: this.scales.gradient,
        hessianScale: this.scales.hessian,
        sums,
        fewest,
        gain: (gradient, hessian) =>
          leafGain(gradient, hessian, this.#params, leafValue(gradient, hessian, this.#params, FREE)),
        random,
      });
      if (cut && (!found || cut.gain > found.gain)) found = { feature, ...cut, categories: null };
    }
    return found;
  }
}
