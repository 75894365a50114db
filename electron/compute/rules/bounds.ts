/** "between a and b", "at least a", "at most b"; "anything" where both are open. */
export function boundsText(minimum: number | string | null, maximum: number | string | null): string {
  if (minimum !== null && maximum !== null) return `between ${minimum} and ${maximum}`;
  if (minimum !== null) return `at least ${minimum}`;
  if (maximum !== null) return `at most ${maximum}`;
  return 'anything';
}

interface Bounds {
  readonly minimum: number | string | null;
  readonly maximum: number | string | null;
}

/** Refines parameters with bounds: a rule without any would check nothing and seem to pass. */
export const hasBound = ({ minimum, maximum }: Bounds): boolean => minimum !== null || maximum !== null;
export const NO_BOUND = 'need a minimum or a maximum';

/** True when `value` lies in [minimum, maximum]; null bounds are open. A missing value is never inside. */
export const isWithin = (value: number | null, minimum: number | null, maximum: number | null): boolean =>
  value !== null && (minimum === null || value >= minimum) && (maximum === null || value <= maximum);
