import { AppError } from '../../../shared/errors.ts';
import { convolutional } from './estimators/conv-network.ts';
import { transfer } from './estimators/transfer.ts';
import type { ImageEstimator } from './image-estimator.ts';

/** Every algorithm for images. A new one is a record in estimators/ and a place in this list. */
export const IMAGE_ESTIMATORS: readonly ImageEstimator[] = [convolutional, transfer];

/** The algorithm of that name; an unknown one is an INVALID_ARGUMENT that lists those there are. */
export function imageEstimatorOf(algorithm: string): ImageEstimator {
  const found = IMAGE_ESTIMATORS.find((estimator) => estimator.algorithm === algorithm);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no algorithm "${algorithm}" for images.`,
    remedy: `Algorithms: auto, ${IMAGE_ESTIMATORS.map((estimator) => estimator.algorithm).join(', ')}.`,
  });
}
