import type { Estimator } from '../train/estimator.ts';
import { convolutional } from './estimators/conv-network.ts';
import { pixelLinear } from './estimators/pixel-linear.ts';
import { transfer } from './estimators/transfer.ts';

/** Every algorithm for images. A new one is a record in estimators/ and a place in this list. */
export const IMAGE_RECORDS: readonly Estimator[] = [pixelLinear, convolutional, transfer];
