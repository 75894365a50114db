import type { Task } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { lossOfTask } from './dense-network.ts';
import { huber } from './losses/huber.ts';
import type { Loss } from './losses/loss.ts';
import { meanAbsoluteError } from './losses/mean-absolute-error.ts';
import { meanSquaredError } from './losses/mean-squared-error.ts';
import { poisson } from './losses/poisson.ts';
import { quantile } from './losses/quantile.ts';

/** What a network's raw scores mean and how they are judged. */
export interface Head {
  readonly loss: Loss;
  /** The prediction is e to the score. */
  readonly isLogOfRate: boolean;
}

const HEADS: Readonly<Record<string, Head>> = {
  squared: { loss: meanSquaredError, isLogOfRate: false },
  absolute: { loss: meanAbsoluteError, isLogOfRate: false },
  huber: { loss: huber, isLogOfRate: false },
  quantile: { loss: quantile, isLogOfRate: false },
  poisson: { loss: poisson, isLogOfRate: true },
};

/** Names a `loss` parameter may have; `auto` is the task's own. */
export const HEAD_NAMES = ['auto', ...Object.keys(HEADS)];

/** The head of that name. Classes have their own loss; a rate needs answers that are not negative: INVALID_ARGUMENT else. */
export function headOf(name: string, task: Task, targets: Float64Array): Head {
  const head = HEADS[name];
  if (head === undefined) return { loss: lossOfTask(task), isLogOfRate: false };
  if (task !== 'regression')
    throw new AppError('INVALID_ARGUMENT', {
      message: `The loss "${name}" is for numbers, and the answer is a class.`,
      remedy: 'Leave the loss out.',
    });
  const negative = head.isLogOfRate ? targets.findIndex((target) => target < 0) : -1;
  if (negative >= 0)
    throw new AppError('BAD_INPUT', {
      message: `The loss "${name}" is for counts, and a training row has the answer ${targets[negative]}.`,
      remedy: 'Choose another loss.',
      kept: 'The dataset is as it was.',
    });
  return head;
}
