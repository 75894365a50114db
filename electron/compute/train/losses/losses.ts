import { huber } from './huber.ts';
import { labelCrossEntropy } from './label-cross-entropy.ts';
import { logCosh } from './log-cosh.ts';
import type { Loss } from './loss.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { poisson } from './poisson.ts';
import { quantile } from './quantile.ts';
import { sigmoidCrossEntropy } from './sigmoid-cross-entropy.ts';
import { sigmoidFocal } from './sigmoid-focal.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';

/** Every loss. A new one is a record beside this list and a line in it. */
export const LOSSES: readonly Loss[] = [
  huber,
  labelCrossEntropy,
  logCosh,
  meanAbsoluteError,
  meanSquaredError,
  poisson,
  quantile,
  sigmoidCrossEntropy,
  sigmoidFocal,
  softmaxCrossEntropy,
];
