import type { Task } from '../../../shared/contract/models.ts';
import type { SearchRequest, Trial } from '../../../shared/contract/search.ts';
import type { TrainingRequest } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Estimator } from '../../compute/train/estimator.ts';
import { estimatorOf, estimatorsOf } from '../../compute/train/estimators.ts';
import { CandidateSpace } from './search-space.ts';
import { listedTrials, rungShares, searchedTrials, type TrialSource } from './trial-source.ts';

export interface TrialPlan {
  /** True: several configurations are tried, in workers of their own. */
  readonly isSearch: boolean;
  readonly estimators: readonly Estimator[];
  /** A source anew: of the whole, or inside of an outer fold. */
  source(outer: number | null): TrialSource;
}

/**
 * What is tried: the algorithm that is asked for, or each that knows the task; a search over parameters where one is asked for,
 * or where a budget is given to choose an algorithm in: halving, which gives most of it to what does well on few rows.
 */
export function planTrials(
  request: TrainingRequest,
  {
    task,
    takes,
    trainRows,
    earlier,
  }: {
    readonly task: Task;
    readonly takes?: Estimator['takes'];
    readonly trainRows: number;
    readonly earlier: readonly Trial[];
  },
): TrialPlan {
  const isAuto = request.algorithm === 'auto';
  const search: SearchRequest | null =
    request.search ??
    (isAuto && request.budgetSeconds !== null
      ? { method: 'halving', trials: null, ranges: {}, warmStart: null }
      : null);
  if (search !== null && search.trials === null && request.budgetSeconds === null)
    throw new AppError('INVALID_ARGUMENT', {
      message: 'A search without an end: neither trials nor a budget of time are given.',
      remedy: 'Say how many trials, or how long.',
    });
  const known = estimatorsOf(takes).filter(({ tasks }) => tasks.includes(task));
  const estimators = isAuto
    ? known.filter(({ isLeftOutOfAuto }) => search !== null || !isLeftOutOfAuto).toSorted((a, b) => a.rank - b.rank)
    : [taskEstimator(request.algorithm, task)];
  const fixed = request.params;
  requireParams(fixed, isAuto ? undefined : estimators[0]);
  if (search === null) {
    const candidates = estimators.map(({ algorithm }) => ({ algorithm, params: fixed }));
    return {
      isSearch: false,
      estimators,
      source: (outer) => listedTrials(candidates, outer),
    };
  }
  const space = new CandidateSpace(estimators, { fixed, ranges: search.ranges });
  const shares = request.crossValidation === null ? rungShares(trainRows) : [1];
  return {
    isSearch: true,
    estimators,
    source: (outer) =>
      searchedTrials(space, {
        request: search,
        seed: request.seed,
        outer,
        earlier: outer === null ? earlier : [],
        shares,
      }),
  };
}

/** Refuses a parameter that nothing would hear: a misspelt one, or one beside the choice of an algorithm (undefined). */
function requireParams(params: TrainingRequest['params'], estimator: Estimator | undefined): void {
  const known = estimator?.params.map(({ name }) => name) ?? [];
  const unknown = Object.keys(params).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new AppError('INVALID_ARGUMENT', {
    message:
      estimator === undefined
        ? `The parameter "${unknown}" is of one algorithm, and all are tried.`
        : `${estimator.label} has no parameter "${unknown}".`,
    remedy:
      estimator === undefined ? 'Name the algorithm, or leave the parameter out.' : `Parameters: ${known.join(', ')}.`,
  });
}

/** The algorithm of that name; INVALID_ARGUMENT where it does not know the task. */
function taskEstimator(algorithm: string, task: Task): Estimator {
  const estimator = estimatorOf(algorithm);
  if (estimator.tasks.includes(task)) return estimator;
  const others = estimatorsOf(estimator.takes).filter(({ tasks }) => tasks.includes(task));
  throw new AppError('INVALID_ARGUMENT', {
    message: `The algorithm "${algorithm}" cannot predict ${task === 'multilabel' ? 'several labels at once' : task}.`,
    remedy: `Use ${others.map((one) => `--algorithm ${one.algorithm}`).join(' or ') || 'another dataset'}.`,
  });
}
