/** Whole numbers separated by commas or spaces: "128, 64". Undefined for anything else; empty text is the empty list. */
export function parseIntegers(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const isList = parts.every((part) => /^\d{1,9}$/.test(part));
  return isList ? parts.map(Number) : undefined;
}
