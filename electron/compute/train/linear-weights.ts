/** A fitted linear model on the encoded columns, its scores on the scale of the (standardised) answers. */
export interface LinearWeights {
  /** One list an output. */
  readonly weights: readonly Float64Array[];
  readonly intercepts: Float64Array;
  /** The intercept first, NaN where none is determined; null: `reason` says why. */
  readonly errors: readonly Float64Array[] | null;
  /** Rows less weights, for Student's law; null: the normal law holds. */
  readonly freedom: number | null;
  readonly reason: string | null;
  readonly solver: 'exact' | 'iterative';
  readonly stoppedBecause: string;
  /** Passes over the rows. */
  readonly passes: number;
}
