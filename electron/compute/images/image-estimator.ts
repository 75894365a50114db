import type { EstimatorInfo } from '../../../shared/contract/training.ts';
import type { FitContext, Fitted } from '../train/estimator.ts';
import type { Pixels } from './decode-image.ts';

/** Images of one part of the split. */
export interface ImageRows {
  readonly rows: number;
  /** 0 or 1 for two classes, the class's index for several. */
  readonly targets: Float64Array;
  /** One a row, positive; null: all equal. */
  readonly weights: Float64Array | null;
  /** Pixels of every image in order, decoded anew at each call. */
  pixels(): AsyncIterable<Pixels>;
}

export interface ImageTrainingData {
  readonly task: 'binary' | 'multiclass';
  readonly classes: readonly string[];
  readonly train: ImageRows;
  /** For early stopping; may be empty. */
  readonly validation: ImageRows;
  /** Median of the longer side of the training images, in pixels. */
  readonly typicalSide: number;
}

export interface ImageFitContext extends FitContext {
  /** The ONNX model whose features are learnt from, and what it is called. */
  readonly backbone: { readonly path: string; readonly name: string };
  /** How many images were prepared, before the first epoch. */
  prepared(done: number, total: number): void;
}

/**
 * An algorithm for images: a record in image-estimators.ts. What it fits is one graph from pixels `image` [N, h, w, 3] of any
 * size to `label` [N] and `probabilities` [N, C].
 */
export interface ImageEstimator extends EstimatorInfo {
  readonly rank: number;
  fit(data: ImageTrainingData, params: Readonly<Record<string, unknown>>, context: ImageFitContext): Promise<Fitted>;
}
