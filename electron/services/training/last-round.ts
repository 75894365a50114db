import type { TrainingRequest } from '../../../shared/contract/training.ts';
import { LAST_ROUND } from './auto-folds.ts';
import { listedTrials, ranked } from './choose-trial.ts';
import { type EndedTrial, type RunTrialsOptions, runTrials } from './run-trials.ts';
import type { TrialItem } from './trial.ts';

/** Of a budget, what the last round may take at most. */
const LAST_ROUND_SHARE = 0.35;
/** Of a budget, what scoring, the baseline and the evaluation are given. */
const AFTERWARDS_SHARE = 0.06;
/** What a search leaves of a budget at most, and what it leaves while nothing tells how long a fit on all rows takes. */
const MOST_LEFT = 0.6;
const LEFT_UNKNOWN = 0.4;
const MOST_IN_LAST_ROUND = 6;
/** A fit on all rows takes somewhat longer than it took on some of them. */
const SLACK = 1.3;

/** Ten times the rows take less than ten times as long: a fit on few also begins and ends, and boosting stops sooner. */
const ROWS_EXPONENT = 0.75;

/**
 * Milliseconds of one fit on all rows: what it took, or what fits of its algorithm took there, or more than it took on fewer
 * rows.
 */
function fitMs({ item, outcome }: EndedTrial, trials: readonly EndedTrial[]): number {
  const own = (1000 * outcome.seconds) / (outcome.folds?.length ?? 1);
  if (item.share >= 1) return SLACK * own;
  const whole = trials
    .filter((trial) => trial.item.algorithm === item.algorithm && trial.item.share >= 1)
    .map((trial) => 1000 * trial.outcome.seconds)
    .sort((a, b) => a - b);
  return SLACK * (whole[whole.length >> 1] ?? own * item.share ** -ROWS_EXPONENT);
}

/** The best so far, whatever rows it came to. */
function best(trials: readonly EndedTrial[]): EndedTrial | undefined {
  return trials.some(({ outcome }) => outcome.value !== null) ? ranked(trials)[0] : undefined;
}

export interface LeftOfBudget {
  readonly budgetMs: number;
  /** Whether those that may have won are judged once more by folds. */
  readonly hasLastRound: boolean;
  /** Trials that run at the same time. */
  readonly atOnce: number;
}

/** Says how many milliseconds of a budget a search leaves to what comes after it, by what fits have taken so far. */
export function leftAfterSearch(
  { ensemble, crossValidation }: Pick<TrainingRequest, 'ensemble' | 'crossValidation'>,
  { budgetMs, hasLastRound, atOnce }: LeftOfBudget,
): (trials: readonly EndedTrial[]) => number {
  return (trials) => {
    const first = best(trials);
    if (!first) return LEFT_UNKNOWN * budgetMs;
    const models =
      ensemble === 'stacking'
        ? bestOfEach(listedTrials(trials))
        : Array.from({ length: ensemble === 'bagging' ? (crossValidation?.folds ?? 1) : 1 }, () => first);
    const fits = models.reduce((sum, trial) => sum + fitMs(trial, trials), 0);
    const round = hasLastRound ? invited(trials, LAST_ROUND_SHARE * budgetMs, atOnce).ms : 0;
    // Until one was fitted on all rows, what the last fit will take is a guess.
    const least = first.item.share < 1 ? LEFT_UNKNOWN * budgetMs : 0;
    return Math.min(MOST_LEFT * budgetMs, Math.max(least, AFTERWARDS_SHARE * budgetMs + fits + round));
  };
}

/** The first of each algorithm, in their order. */
const bestOfEach = (order: readonly EndedTrial[]): EndedTrial[] =>
  order.filter((trial) => trial === order.find(({ item }) => item.algorithm === trial.item.algorithm));

/** Of those that may have won, as many as a time holds, and how long they take; nobody where the best is not among them, or alone. */
function invited(
  trials: readonly EndedTrial[],
  mostMs: number,
  atOnce: number,
): { readonly trials: readonly EndedTrial[]; readonly ms: number } {
  const held: EndedTrial[] = [];
  let sum = 0;
  const all = contestants(trials);
  for (const trial of all) {
    const own = LAST_ROUND.folds * fitMs(trial, trials);
    if (own > mostMs || (sum + own) / atOnce > mostMs) continue;
    sum += own;
    held.push(trial);
  }
  return held.length < 2 || held[0] !== all[0] ? { trials: [], ms: 0 } : { trials: held, ms: sum / atOnce };
}

/** Who may have won: the best, its algorithm as it is by default, the best of each other one, then the next best. */
function contestants(trials: readonly EndedTrial[]): EndedTrial[] {
  const first = best(trials);
  if (!first) return [];
  const order = listedTrials(trials);
  const isDefault = ({ item }: EndedTrial): boolean =>
    item.algorithm === first.item.algorithm && Object.keys(item.params).length === 0;
  const standard = trials.filter((trial) => isDefault(trial) && trial.outcome.value !== null);
  return [...new Set([first, ...standard, ...bestOfEach(order), ...order])].slice(0, MOST_IN_LAST_ROUND);
}

/**
 * Judges those that may have won once more, by folds of every row that is no test row, as many as the time allows: what a
 * search finds best on a tenth of the rows may have been lucky there. Answers them with what the folds said; the trials as they
 * are where fewer than two came to their end.
 */
export async function lastRound(
  trials: readonly EndedTrial[],
  options: Pick<RunTrialsOptions, 'crew' | 'ledger' | 'context' | 'endsAt'>,
): Promise<readonly EndedTrial[]> {
  const { crew, context, endsAt } = options;
  const first = best(trials);
  if (!first || context.shouldKeepBest()) return trials;
  const leftMs = endsAt - performance.now() - fitMs(first, trials);
  const items = invited(trials, leftMs, crew.size).trials.map(
    ({ item }): TrialItem => ({ ...item, share: 1, judges: 'folds' }),
  );
  if (items.length === 0) return trials;
  const source = { atOnce: crew.size, total: items.length, ask: () => items.shift() ?? null, tell: () => undefined };
  const judged = await runTrials(source, { ...options, stage: 'last round' });
  context.log(
    `Last round: ${judged.length} configurations judged by ${LAST_ROUND.folds} folds of the rows that are no test rows`,
  );
  const good = judged.filter(({ outcome }) => outcome.value !== null);
  if (good.length < 2) return trials;
  return good.map(({ item, outcome, atSeconds }) => {
    const known = trials.find((trial) => trial.item.trial === item.trial);
    // A model that the search left is one fit less at the end.
    const { fittedPath = null, seconds, threads, curves } = known?.outcome ?? outcome;
    const left = fittedPath === null ? {} : { fittedPath, seconds, threads, curves };
    return { item, atSeconds, outcome: { ...outcome, ...left } };
  });
}
