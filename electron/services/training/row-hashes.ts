import { type Frame, frameColumn } from '../../compute/frame/frame.ts';

/** A whole number below 2^53 a row, equal for rows with equal values; two different rows share one by chance once in 2^53. */
export function rowHashes(frame: Frame, names: readonly string[]): Float64Array {
  const high = new Uint32Array(frame.rows).fill(0x811c9dc5);
  const low = new Uint32Array(frame.rows).fill(0x9747b28c);
  const add = (row: number, value: number): void => {
    high[row] = Math.imul((high[row] ?? 0) ^ value, 0x01000193);
    const mixed = Math.imul((low[row] ?? 0) ^ value, 0x5bd1e995);
    low[row] = mixed ^ (mixed >>> 15);
  };
  for (const name of names) {
    const pictures = frame.images?.get(name);
    if (pictures) {
      for (const [row, number] of pictures.numbers.entries()) {
        const hash = pictures.hashes?.[number] ?? Number.NaN;
        add(row, hash % 2 ** 32);
        add(row, Math.floor(hash / 2 ** 32));
      }
      continue;
    }
    const column = frameColumn(frame, name);
    if (column.kind === 'text') {
      // Codes are a dictionary's own; two frames agree only on the words.
      const words = column.dictionary.map(hashOfText);
      for (let row = 0; row < frame.rows; row++) {
        const [a, b] = words[column.codes[row] ?? -1] ?? [0, 1];
        add(row, a);
        add(row, b);
      }
    } else {
      const value = new Float64Array(1);
      const halves = new Uint32Array(value.buffer);
      for (let row = 0; row < frame.rows; row++) {
        const given = column.values[row] ?? Number.NaN;
        value[0] = Number.isNaN(given) ? Number.NaN : given + 0;
        add(row, halves[0] ?? 0);
        add(row, halves[1] ?? 0);
      }
    }
  }
  return Float64Array.from(high, (part, row) => (part >>> 0) * 2 ** 21 + ((low[row] ?? 0) >>> 11));
}

/** How many are equal to one before them. */
export function repeatedHashes(hashes: Float64Array): number {
  const sorted = hashes.slice().sort();
  let repeated = 0;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) repeated += 1;
  return repeated;
}

/** Rows whose first hash others share but whose second is not the one most of those have. */
export function minorityRows(first: Float64Array, second: Float64Array): number {
  const order = Uint32Array.from(first.keys()).sort(
    (a, b) => (first[a] ?? 0) - (first[b] ?? 0) || (second[a] ?? 0) - (second[b] ?? 0),
  );
  let [minority, size, run, longest] = [0, 0, 0, 0];
  for (const [place, row] of order.entries()) {
    const before = order[place - 1] ?? 0;
    const isSame = place > 0 && first[row] === first[before];
    if (!isSame) {
      minority += size - longest;
      size = 0;
      longest = 0;
    }
    run = isSame && second[row] === second[before] ? run + 1 : 1;
    size += 1;
    longest = Math.max(longest, run);
  }
  return minority + size - longest;
}

/** How many of the first are among the second. */
export function sharedHashes(hashes: Float64Array, among: Float64Array): number {
  const sorted = among.slice().sort();
  let shared = 0;
  for (const hash of hashes) {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle] ?? 0) < hash) from = middle + 1;
      else to = middle;
    }
    if (sorted[from] === hash) shared += 1;
  }
  return shared;
}

function hashOfText(text: string): readonly [number, number] {
  let [a, b] = [0x811c9dc5, text.length];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b);
    b ^= b >>> 13;
  }
  return [a >>> 0, b >>> 0];
}
