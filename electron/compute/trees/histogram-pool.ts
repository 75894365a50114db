import { CELL_BYTES } from './feature-table.ts';
import type { Candidate, LeafQueue } from './leaf-queue.ts';
import type { SharedMemory } from './shared-memory.ts';

/** What keeps a histogram: 0 once it was given to another. */
export interface HistogramHolder {
  histogram: number;
}

/** Histograms of leaves, at most so many at a time, in the shared memory. */
export class HistogramPool {
  readonly #memory: SharedMemory;
  readonly #bytes: number;
  readonly #most: number;
  readonly #free: number[] = [];
  #made = 0;

  /** `cells` are those of one histogram; at least four are kept. */
  constructor(memory: SharedMemory, cells: number, limit: { readonly leaves: number; readonly bytes: number }) {
    this.#memory = memory;
    this.#bytes = cells * CELL_BYTES;
    this.#most = Math.max(4, Math.min(limit.leaves + 1, Math.floor(limit.bytes / this.#bytes)));
  }

  /** Room for a histogram: a free one, a new one, or the one of the leaf that is likely to be split last. */
  take<Leaf extends HistogramHolder & Candidate>(queue: LeafQueue<Leaf> | null): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made < this.#most) {
      this.#made += 1;
      return this.#memory.allocate(this.#bytes);
    }
    const last = queue?.last((leaf) => leaf.histogram !== 0);
    if (!last) throw new RangeError('no histogram is free');
    const { histogram } = last;
    last.histogram = 0;
    return histogram;
  }

  giveBack(leaf: HistogramHolder): void {
    if (leaf.histogram !== 0) this.#free.push(leaf.histogram);
    leaf.histogram = 0;
  }
}
