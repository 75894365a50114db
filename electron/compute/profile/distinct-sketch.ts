const INDEX_BITS = 14;
export const REGISTERS = 1 << INDEX_BITS;
/** A register holds at most this: one more than the bits of the half that ranks are read from. */
const MOST_RANK = 33;
/** 1 / (2 ln 2). */
const ALPHA = 0.5 / Math.LN2;

/**
 * Counts distinct 64-bit keys in 16 kB: HyperLogLog of 16,384 registers (Flajolet and others 2007) with the estimator of
 * Ertl 2017 (arXiv 1702.01284, algorithm 6), which needs no table of corrections. The standard error is 0.8 %.
 */
export class DistinctSketch {
  readonly #registers: Uint8Array;

  /** Takes zeroed registers, REGISTERS of them, into which kernel/kernel.ts may add keys as well. */
  constructor(registers: Uint8Array = new Uint8Array(REGISTERS)) {
    this.#registers = registers;
  }

  /** Adds a key given as its two halves. */
  add(low: number, high: number): void {
    // Three rounds of a Feistel network: keys that differ stay different, and every bit depends on every other.
    const a = low ^ stir(high, 0x85ebca6b);
    const b = high ^ stir(a, 0xc2b2ae35);
    const c = a ^ stir(b, 0x27d4eb2f);
    const index = c >>> (32 - INDEX_BITS);
    const rank = Math.clz32(b) + 1;
    if (rank > (this.#registers[index] ?? 0)) this.#registers[index] = rank;
  }

  /** How many different keys were added, about. */
  get estimate(): number {
    const counts = new Array<number>(MOST_RANK + 1).fill(0);
    for (const rank of this.#registers) counts[rank] = (counts[rank] ?? 0) + 1;
    let sum = REGISTERS * tau(1 - (counts[MOST_RANK] ?? 0) / REGISTERS);
    for (let rank = MOST_RANK - 1; rank >= 1; rank--) sum = 0.5 * (sum + (counts[rank] ?? 0));
    sum += REGISTERS * sigma((counts[0] ?? 0) / REGISTERS);
    return Math.round((ALPHA * REGISTERS * REGISTERS) / sum);
  }
}

function stir(half: number, factor: number): number {
  const mixed = Math.imul(half ^ (half >>> 16), factor);
  return Math.imul(mixed ^ (mixed >>> 15), 0x9e3779b1);
}

/** x + the sum of 2^(k-1) x^(2^k) over k from 1; infinite at 1. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let weight = 1;
  let sum = share;
  for (;;) {
    power *= power;
    const next = sum + power * weight;
    if (next === sum) return sum;
    sum = next;
    weight += weight;
  }
}

/** (1 - x - the sum of (1 - x^(2^-k))^2 2^-k over k from 1) / 3. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let weight = 1;
  let sum = 1 - share;
  for (;;) {
    root = Math.sqrt(root);
    weight *= 0.5;
    const next = sum - (1 - root) ** 2 * weight;
    if (next === sum) return sum / 3;
    sum = next;
  }
}
