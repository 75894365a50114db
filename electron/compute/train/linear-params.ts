import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { PENALTIES, type Penalty } from '../linear/penalty.ts';
import type { TrainingData } from './estimator.ts';

export const LinearParams = z.object({
  penalty: z.enum(PENALTIES).default('l2'),
  /** The summed loss of standardised columns plus strength (l1Ratio |w|_1 + (1 - l1Ratio) |w|^2 / 2). */
  strength: z.number().min(0).default(1),
  l1Ratio: z.number().min(0).max(1).default(0.5),
  loss: z.enum(['squared', 'poisson', 'quantile']).default('squared'),
  quantile: z.number().gt(0).lt(1).default(0.5),
  iterations: z.number().int().min(1).max(10_000).default(300),
  /** The name `strength` had: wins where it is given. */
  l2: z.number().min(0).optional(),
});
export type LinearParams = z.infer<typeof LinearParams>;

/** What is minimised: of classes always the logistic loss. */
export type LinearLoss = 'logistic' | LinearParams['loss'];

export const penaltyOf = ({ penalty, strength, l1Ratio, l2 }: LinearParams): Penalty => ({
  kind: penalty,
  strength: l2 ?? strength,
  l1Ratio,
});

/** The loss of a task; INVALID_ARGUMENT for counts and quantiles of classes, BAD_INPUT for a count below zero. */
export function lossOf({ task, train }: TrainingData, { loss }: LinearParams): LinearLoss {
  if (task !== 'regression') {
    if (loss === 'squared') return 'logistic';
    throw new AppError('INVALID_ARGUMENT', {
      message: `linear: loss: ${loss} is for numbers, and the answers are classes.`,
      remedy: 'Leave the parameter out to use its default.',
    });
  }
  if (loss !== 'poisson') return loss;
  for (const [row, target] of train.targets.entries())
    if (target < 0)
      throw new AppError('BAD_INPUT', {
        message: `Row ${row} of the training rows: a count cannot be ${target}.`,
        remedy: 'Use another loss, or leave such rows out.',
        kept: 'The dataset is as it was.',
        details: { row, value: target },
      });
  return loss;
}
