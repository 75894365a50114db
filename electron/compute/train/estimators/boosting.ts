import { countText } from '../../../../shared/count-text.ts';
import { AppError } from '../../../../shared/errors.ts';
import { frameColumn } from '../../frame/frame.ts';
import type { TreeFeature } from '../../trees/bin-features.ts';
import { BOOSTING_DEFAULTS, type BoostingLoss, type BoostingState, fitBoosting } from '../../trees/boosting.ts';
import { inspectEnsemble } from '../../trees/inspect-ensemble.ts';
import { chooseEncodings, encode } from '../../trees/table.ts';
import { ensembleToOnnx } from '../../trees/to-onnx.ts';
import type { TreeEnsemble } from '../../trees/tree.ts';
import { Checkpoint } from '../checkpoint.ts';
import {
  type Estimator,
  type FitContext,
  type Fitted,
  type LabelledRows,
  type TrainingData,
  withTimeLeft,
} from '../estimator.ts';
import { readParams } from '../read-params.ts';
import {
  BOOSTING_PARAMS,
  BoostingParams,
  monotoneSigns,
  ROUNDS,
  ROUNDS_WITHOUT_VALIDATION,
} from './boosting-params.ts';
import { type BestRound, isForFolds, NO_ROUND, roundsByFolds, withRound } from './rounds-by-folds.ts';

/** Rows on which the training loss is followed; the exact one would cost a pass for a curve. */
const FOLLOWED_ROWS = 5000;

/** What a resumed fit goes on from. */
interface State {
  readonly boosting: BoostingState;
  readonly best: BestRound;
}

/** Training rows, then validation rows, as one set of features: the latter are passed down the trees and scored. */
function joined(data: TrainingData, params: BoostingParams, encodings: ReturnType<typeof chooseEncodings>) {
  const { train, validation } = data;
  const signs = monotoneSigns(
    params.monotone,
    data.columns.map(({ name }) => name),
  );
  const features = encodings.map((encoding): TreeFeature => {
    const encoded = (rows: LabelledRows) => encode(frameColumn(rows.features, encoding.column), encoding);
    const [learnt, held] = [encoded(train), encoded(validation)];
    const sign = signs.get(encoding.column) ?? 0;
    if (sign !== 0 && learnt.isCategorical)
      throw new AppError('INVALID_ARGUMENT', {
        message: `boosting: monotone: "${encoding.column}" holds words, which have no order.`,
        remedy: 'Name columns of numbers only.',
      });
    return { values: concatenated(learnt.values, held.values), isCategorical: learnt.isCategorical, monotone: sign };
  });
  const [learnt, held] = [train.weights, validation.weights];
  const all = (weights: Float64Array | null, rows: LabelledRows): Float64Array =>
    weights ?? new Float64Array(rows.targets.length).fill(1);
  return {
    features,
    targets: concatenated(train.targets, validation.targets),
    weights: learnt || held ? concatenated(all(learnt, train), all(held, validation)) : null,
    learnRows: train.targets.length,
  };
}

function concatenated(a: ArrayLike<number>, b: ArrayLike<number>): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The loss the trees are grown by, and the quantile it takes. Throws INVALID_ARGUMENT where the targets or the task do not allow it. */
function chooseLoss({ task, train }: TrainingData, params: BoostingParams): { loss: BoostingLoss; quantile: number } {
  const wrong = (message: string, remedy: string): AppError =>
    new AppError('INVALID_ARGUMENT', { message: `boosting: ${message}`, remedy });
  if (task === 'multiclass' && params.monotone !== '' && Object.keys(params.monotone).length > 0)
    throw wrong('monotone: with more than two classes there is no single answer to raise.', 'Leave it out.');
  if (task !== 'regression') {
    if (params.loss !== 'squared')
      throw wrong(`loss: ${params.loss} is for numbers, the target has classes.`, 'Leave the parameter out.');
    return { loss: task === 'binary' ? 'logistic' : 'softmax', quantile: 0.5 };
  }
  if (params.loss === 'poisson') {
    const row = train.targets.findIndex((target) => target < 0);
    if (row >= 0)
      throw wrong(
        `loss: poisson takes counts; the target of training row ${row} is ${train.targets[row]}.`,
        'Choose another loss.',
      );
  }
  if (params.loss === 'absolute') return { loss: 'quantile', quantile: 0.5 };
  return { loss: params.loss, quantile: params.quantile };
}

async function fit(data: TrainingData, params: BoostingParams, given: FitContext): Promise<Fitted> {
  const asked = performance.now();
  const { task, train, validation } = data;
  const names = data.columns.map((column) => column.name);
  const encodings = chooseEncodings(train.features, names);
  const shape = chooseLoss(data, params);
  const classes = task === 'multiclass' ? (data.classes?.length ?? 1) : 1;
  const rows = { ...joined(data, params, encodings), classes };
  const [learnRows, allRows] = [rows.learnRows, rows.targets.length];
  const hasValidation = validation.targets.length > 0;
  const { seed, threads } = given;
  const { rounds: most, patience, ...growing } = params;
  const grown = { ...BOOSTING_DEFAULTS, ...growing, ...shape, seed };
  const byFolds =
    data.isEvenlyDrawn && hasValidation && most === undefined && patience > 0 && isForFolds(rows)
      ? await roundsByFolds(rows, { ...grown, patience, rounds: ROUNDS, threads: 1 }, given)
      : null;
  const context = withTimeLeft(given, asked);
  const isStopped = hasValidation && patience > 0 && byFolds === null;
  const rounds = byFolds ?? most ?? (hasValidation ? ROUNDS : ROUNDS_WITHOUT_VALIDATION);
  const checkpoint = new Checkpoint<State>(context.folder, {
    ...growing,
    isStopped,
    seed,
    names,
    learnRows,
    allRows,
  });
  const start = await checkpoint.read();
  if (start) context.log(`resumed after round ${start.boosting.round}`);
  const began = performance.now();
  const startRound = start?.boosting.round ?? 0;
  let best = start?.best ?? NO_ROUND;
  let lastTold = 0;
  let rowsSeen = 0;
  const reasonToStop = (round: number): string | null => {
    if (isStopped && round - best.round >= patience) return `no better for ${patience} rounds`;
    if (round >= rounds)
      return `${countText(rounds)} rounds${byFolds === null ? '' : ', as folds of the rows did best'}`;
    if (context.shouldStop()) return 'stopped by hand, best kept';
    return performance.now() - began > context.budgetMs ? 'budget used up' : null;
  };
  let stoppedBecause = start ? reasonToStop(startRound) : null;
  const ensemble = await fitBoosting(
    rows,
    { ...grown, rounds: stoppedBecause === null ? rounds : startRound, threads },
    async (progress) => {
      const { round } = progress;
      rowsSeen = (round - startRound) * learnRows;
      const validationLoss = hasValidation ? progress.loss(learnRows, allRows) : Number.NaN;
      best = withRound(best, round, validationLoss);
      const state = (): State => ({ boosting: progress.state(), best });
      await checkpoint.writeIfDue(state);
      const now = performance.now();
      if (now - lastTold > 200 || round === rounds) {
        lastTold = now;
        context.measure(round, {
          trainLoss: progress.loss(0, Math.min(learnRows, FOLLOWED_ROWS)),
          ...(hasValidation ? { validationLoss } : {}),
        });
        context.progress(round, rounds, rowsSeen / ((now - began) / 1000));
        // Messages leave and cancels arrive only when the event loop turns.
        await new Promise((done) => setImmediate(done));
      }
      context.signal.throwIfAborted();
      stoppedBecause = reasonToStop(round);
      if (stoppedBecause !== null) await checkpoint.write(state());
      return stoppedBecause === null;
    },
    start?.boosting ?? null,
  );
  const kept: TreeEnsemble = isStopped
    ? { ...ensemble, trees: ensemble.trees.slice(0, best.round * classes) }
    : ensemble;
  const keptRounds = kept.trees.length / classes;
  return {
    onnx: ensembleToOnnx(kept, encodings, data.classes, shape.loss === 'poisson' ? 'logs' : 'scores'),
    ...inspectEnsemble(kept, { encodings, classes: data.classes, answers: 'scores' }),
    rowsSeen,
    stoppedBecause: `${stoppedBecause ?? 'no split is worth it'}, ${keptRounds} kept`,
    params: { ...params, rounds },
    refit: { ...params, rounds: Math.max(1, keptRounds), ...(byFolds === null ? {} : { patience: 0 }) },
  };
}

/** Gradient boosting of histogram trees. */
export const boosting: Estimator = {
  algorithm: 'boosting',
  label: 'Boosted trees',
  description:
    'Gradient boosting of histogram trees: strong on tables of numbers and words, needs no scaling, takes missing values as they are.',
  tasks: ['binary', 'multiclass', 'regression'],
  rank: 2,
  lower: 'leaves',
  params: BOOSTING_PARAMS,
  async fit(data, given, context) {
    return fit(data, readParams('boosting', BoostingParams, given), context);
  },
};
