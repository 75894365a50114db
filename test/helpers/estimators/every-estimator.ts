import { FINE_TUNED } from './fine-tuned-estimators.ts';
import { IMAGE_TESTED } from './image-estimators.ts';
import { JOINED_ESTIMATORS } from './joined-estimators.ts';
import { TABLE_ESTIMATORS } from './table-estimators.ts';
import type { TestedEstimator } from './tested-estimator.ts';
import { TREE_ESTIMATORS } from './tree-estimators.ts';

/** Everything that learns, in each form that computes in a way of its own. A new estimator is a record here too. */
export const EVERY_ESTIMATOR: readonly TestedEstimator[] = [
  ...TABLE_ESTIMATORS,
  ...TREE_ESTIMATORS,
  ...IMAGE_TESTED,
  ...FINE_TUNED,
  ...JOINED_ESTIMATORS,
];
