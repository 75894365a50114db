import { AppError } from '../../../shared/errors.ts';
import type { Estimator } from './estimator.ts';
import { boosting } from './estimators/boosting.ts';
import { linear } from './estimators/linear.ts';
import { network } from './estimators/network.ts';

/** Every algorithm. A new one is a record in estimators/ and a line here. */
export const ESTIMATORS: readonly Estimator[] = [linear, network, boosting];

/** The algorithm of that name; an unknown one is an INVALID_ARGUMENT that lists those there are. */
export function estimatorOf(algorithm: string): Estimator {
  const found = ESTIMATORS.find((estimator) => estimator.algorithm === algorithm);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no algorithm "${algorithm}".`,
    remedy: `Algorithms: auto, ${ESTIMATORS.map((estimator) => estimator.algorithm).join(', ')}.`,
  });
}
