/** "between a and b", "at least a", "at most b"; "anything" where both are open. */
export function boundsText(minimum: number | string | null, maximum: number | string | null): string {
  if (minimum !== null && maximum !== null) return `between ${minimum} and ${maximum}`;
  if (minimum !== null) return `at least ${minimum}`;
  if (maximum !== null) return `at most ${maximum}`;
  return 'anything';
}

/** True when `value` lies in [minimum, maximum]; null bounds are open. A missing value is never inside. */
export const isWithin = (value: number | null, minimum: number | null, maximum: number | null): boolean =>
  value !== null && (minimum === null || value >= minimum) && (maximum === null || value <= maximum);
