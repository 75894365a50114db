/** A leaf that may be split. */
export interface Candidate {
  readonly id: number;
  /** The highest goes first. */
  readonly rank: number;
}

/** Leaves by rank, highest first, ties by number: a binary heap. */
export class LeafQueue<T extends Candidate> {
  readonly #heap: T[] = [];

  push(leaf: T): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(leaf);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || !isBefore(leaf, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = leaf;
  }

  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      let below = heap[child];
      const other = heap[child + 1];
      if (other && below && isBefore(other, below)) {
        child += 1;
        below = other;
      }
      if (!below || !isBefore(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  /** The last in order among those that `is` true of; undefined when there is none. */
  last(is: (leaf: T) => boolean): T | undefined {
    let found: T | undefined;
    for (const leaf of this.#heap) if (is(leaf) && (!found || isBefore(found, leaf))) found = leaf;
    return found;
  }
}

const isBefore = (a: Candidate, b: Candidate): boolean => a.rank > b.rank || (a.rank === b.rank && a.id < b.id);
