/** A count, as it is written, with its noun in the right number: "1 row", "1,234 rows". */
export const counted = (count: string | number, one: string, many = `${one}s`): string =>
  `${count} ${String(count) === '1' ? one : many}`;
