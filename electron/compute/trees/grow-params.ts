export interface GrowParams {
  readonly leaves: number;
  /** 0: no limit. */
  readonly maxDepth: number;
  readonly minRows: number;
  readonly minHessian: number;
  readonly l1: number;
  readonly l2: number;
  readonly minGain: number;
  /** True where every leaf that can be split will be: then the order does not matter, and the newest goes first. */
  readonly isDepthFirst?: boolean;
  /** Bytes of histograms kept at most, so that a split looks at the rows of one child only. */
  readonly poolBytes?: number;
  /** Called before the leaves of each new pair are searched: may draw other features. */
  readonly beforeSearch?: () => void;
  /** True where few features are drawn for each pair: only their histograms are summed, over both leaves' rows. */
  readonly isDrawnOnly?: boolean;
  /** Numbers in [0, 1): when given, each feature is cut at a random place instead of the best one (extremely randomised trees). */
  readonly randomCuts?: () => number;
}

/** Binned training data in the shared memory. */
export interface BinnedRows {
  /** Row after row, `stride` bytes each, for histograms; and column after column, for parting rows (0: not kept). */
  readonly bins: number;
  readonly byColumn: number;
  readonly stride: number;
  readonly rows: number;
  /** Rows before this one may learn; the others are passed down the trees and scored. */
  readonly learnRows: number;
  readonly features: number;
  /** FEATURE_RECORD integers a feature. */
  readonly table: number;
  /** Upper bounds by feature; for a categorical feature empty. */
  readonly bounds: readonly Float32Array[];
}

/** How a grown tree's values are found and where they go. */
export interface GrowOptions {
  /** Rows to learn from; all that may when null. */
  readonly sample?: Uint32Array | null;
  /** Rows whose scores the tree's values are added to: those it learnt from, the others, or all. */
  readonly scored?: 'sampled' | 'others' | 'all';
  /** A leaf's value, before the rate, of the rows that learnt in it; left out: of its gradients. */
  readonly valueOfRows?: (rows: Uint32Array) => number;
}

/** What the rows of a leaf sum up to. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}
