/** Scores that were not learnt from, with what was right. */
export interface CalibrationRows {
  /** A probability or a logit, as the method says. */
  readonly score: ArrayLike<number>;
  /** 0 or 1. */
  readonly label: ArrayLike<number>;
  /** How much each row counts; left out or null: once. */
  readonly weight?: ArrayLike<number> | null | undefined;
}

/** The same for several classes. */
export interface MulticlassRows {
  /** One row of logits a row. */
  readonly logits: readonly ArrayLike<number>[];
  /** Index of the class. */
  readonly label: ArrayLike<number>;
  readonly weight?: ArrayLike<number> | null | undefined;
}
