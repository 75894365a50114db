import { kFolds, stratifiedFolds } from '../../search/folds.ts';
import { type BoostingData, type BoostingParams, fitBoosting } from '../../trees/boosting.ts';
import type { FitContext } from '../estimator.ts';

/** With fewer rows than this, the tenth of them that would stop a training says little of the rounds it needs. */
const FEW_ROWS = 2000;
/** Numbers that a round looks at: of more, five more trainings would keep whoever waits. */
const MOST_NUMBERS = 500_000;
const FOLDS = 5;
/** Gains smaller than this share of the first round's loss do not count: they would go on for hundreds of rounds. */
const LEAST_GAIN = 1e-4;
const TURN_MS = 50;

/** The best round so far by the loss of held-out rows. */
export interface BestRound {
  readonly round: number;
  readonly loss: number;
  readonly firstLoss: number;
}

export const NO_ROUND: BestRound = { round: 0, loss: Number.POSITIVE_INFINITY, firstLoss: 0 };

/** The best round when one more has ended. A loss that is no number is no better. */
export function withRound(best: BestRound, round: number, loss: number): BestRound {
  const firstLoss = round === 1 ? loss : best.firstLoss;
  return loss < best.loss - LEAST_GAIN * firstLoss ? { round, loss, firstLoss } : { ...best, firstLoss };
}

/** Whether rounds are chosen by folds: there are few rows, and little in them to go through. */
export const isForFolds = ({ features, targets, classes }: BoostingData): boolean =>
  targets.length >= 2 * FOLDS &&
  targets.length < FEW_ROWS &&
  targets.length * features.length * classes <= MOST_NUMBERS;

/**
 * How many rounds suit few rows: of five folds of all of them, each stopped by its own fifth, the number in the middle. Learnt rows and
 * others count alike here, nothing but the number is kept. Null where the user asks to stop or half of the budget is gone.
 */
export async function roundsByFolds(
  data: BoostingData,
  { patience, ...params }: BoostingParams & { readonly patience: number },
  context: FitContext,
): Promise<number | null> {
  const { targets, classes } = data;
  const began = performance.now();
  const isOut = (): boolean => context.shouldStop() || performance.now() - began > context.budgetMs / 2;
  const folds =
    classes > 1 || params.loss === 'logistic'
      ? stratifiedFolds(targets, { folds: FOLDS, seed: params.seed })
      : kFolds({ rows: targets.length, folds: FOLDS, seed: params.seed });
  const rounds: number[] = [];
  for (const { train, judged } of folds) {
    const order = Uint32Array.from([...train, ...judged]);
    const taken = (values: Float32Array): Float32Array => Float32Array.from(order, (row) => values[row] ?? Number.NaN);
    let best = NO_ROUND;
    let turned = performance.now();
    await fitBoosting(
      {
        features: data.features.map((feature) => ({ ...feature, values: taken(feature.values) })),
        targets: taken(targets),
        weights: data.weights && taken(data.weights),
        classes,
        learnRows: train.length,
      },
      params,
      async ({ round, loss }) => {
        best = withRound(best, round, loss(train.length, order.length));
        if (performance.now() - turned > TURN_MS) {
          // Cancels arrive only when the event loop turns.
          await new Promise((done) => setImmediate(done));
          turned = performance.now();
        }
        context.signal.throwIfAborted();
        return round - best.round < patience && !isOut();
      },
    );
    if (isOut()) return null;
    rounds.push(Math.max(1, best.round));
  }
  return rounds.sort((a, b) => a - b)[(FOLDS - 1) >> 1] ?? null;
}
