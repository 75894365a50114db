/** Integers of a feature's record in the feature table. */
export const FEATURE_RECORD = 4;
/** Bins of values: thresholds part them in order, or they are the codes of categories. One more bin holds missing values. */
export const VALUE_BINS = 0;
/** 1: never falls as the feature grows; -1: never rises; 0: free. */
export const MONOTONE = 1;
/** 1 where the feature may split the leaves that are searched next. */
export const IS_USED = 2;
export const IS_CATEGORICAL = 3;

/** Bytes of a histogram's cell: sums of gradients and of hessians. */
export const CELL_BYTES = 16;
/** Floats of a feature's table of bounds, filled up with infinity. */
export const BOUNDS_LENGTH = 256;
