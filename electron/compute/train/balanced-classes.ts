import type { EstimatorInfo } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Estimator, LabelledRows, TrainingData } from './estimator.ts';

/** The parameter that every algorithm of classes has. */
const PARAMETER: EstimatorInfo['params'][number] = {
  name: 'balanced',
  label: 'Balance classes',
  type: 'boolean',
  default: false,
  description:
    'Rows of rare classes weigh more, so that all classes weigh the same; probabilities then lean to the rare ones.',
  isAdvanced: true,
};

/**
 * Weights with which every class weighs the same: a row's own weight times W / (K W_k), with W the sum of all weights, K the
 * number of classes with any weight and W_k the sum of the row's class, as scikit-learn's "balanced" has it. The sum of weights
 * stays W; a class without weight stays without.
 */
export function balancedWeights({ targets, weights }: Pick<LabelledRows, 'targets' | 'weights'>): Float64Array {
  const sums = new Map<number, number>();
  for (const [row, target] of targets.entries()) sums.set(target, (sums.get(target) ?? 0) + (weights?.[row] ?? 1));
  const present = [...sums.values()].filter((sum) => sum > 0);
  const share = present.reduce((sum, weight) => sum + weight, 0) / present.length;
  return targets.map((target, row) => {
    const sum = sums.get(target) ?? 0;
    return sum > 0 ? ((weights?.[row] ?? 1) * share) / sum : 0;
  });
}

const balanced = (data: TrainingData): TrainingData => ({
  ...data,
  train: { ...data.train, weights: balancedWeights(data.train) },
  validation: { ...data.validation, weights: balancedWeights(data.validation) },
});

/** The same algorithm with a parameter `balanced`; for numbers it changes nothing. */
export function withBalance(estimator: Estimator): Estimator {
  if (!estimator.tasks.some((task) => task === 'binary' || task === 'multiclass')) return estimator;
  return {
    ...estimator,
    params: [...estimator.params, PARAMETER],
    async fit(data, { balanced: isBalanced = false, ...params }, context) {
      if (isBalanced === true && data.task === 'multilabel')
        throw new AppError('INVALID_ARGUMENT', {
          message: 'Classes are not balanced where there are several labels: a row is of several classes at once.',
          remedy: 'Leave "balanced" out, or weigh rows by a column (--weights).',
        });
      if (isBalanced !== true || data.classes === null) return estimator.fit(data, params, context);
      const fitted = await estimator.fit(balanced(data), params, context);
      return {
        ...fitted,
        params: { ...fitted.params, balanced: true },
        refit: { ...fitted.refit, balanced: true },
      };
    },
  };
}
