import { AppError } from '../../../shared/errors.ts';
import { withBalance } from './balanced-classes.ts';
import { requireFitData } from './check-data.ts';
import type { Estimator } from './estimator.ts';
import { boosting } from './estimators/boosting.ts';
import { extraTrees, forest } from './estimators/forest.ts';
import { linear } from './estimators/linear.ts';
import { network } from './estimators/network.ts';

const RECORDS: readonly Estimator[] = [linear, network, boosting, forest, extraTrees];

/** Every algorithm, each behind the same look at its rows. A new one is a record in estimators/ and a place in the list. */
export const ESTIMATORS: readonly Estimator[] = RECORDS.map(withBalance).map((estimator) => ({
  ...estimator,
  async fit(data, params, context) {
    requireFitData(data);
    return estimator.fit(data, params, context);
  },
}));

/** The algorithm of that name; an unknown one is an INVALID_ARGUMENT that lists those there are. */
export function estimatorOf(algorithm: string): Estimator {
  const found = ESTIMATORS.find((estimator) => estimator.algorithm === algorithm);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no algorithm "${algorithm}".`,
    remedy: `Algorithms: auto, ${ESTIMATORS.map((estimator) => estimator.algorithm).join(', ')}.`,
  });
}
