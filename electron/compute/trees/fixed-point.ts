/** Bits of a row's integer at most, and of a sum over all rows: below 2^51 a sum becomes a double without loss. */
const [ROW_BITS, SUM_BITS] = [30, 50];

/**
 * The power of two that makes integers of numbers up to `largest` in size, so that their sum over `rows` rows is exact. Floats
 * have 24 bits: next to nothing of them is rounded away for up to a million rows. 1 where all are zero.
 */
export function integerScale(largest: number, rows: number): number {
  if (!(largest > 0)) return 1;
  const bits = Math.min(ROW_BITS, SUM_BITS - Math.ceil(Math.log2(rows + 1)));
  const exponent = bits - 1 - Math.floor(Math.log2(largest));
  return 2 ** Math.min(Math.max(exponent, -100), 100);
}
