/** A count in words for people: every digit, thousands separated. */
export const countText = (count: number): string => count.toLocaleString('en-US');
